from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from refeed.config import parse

VALIDATION = {"pydantic", "pydantic_core"}
PARSERS = {"bs4", "lxml", "soupsieve", "yaml"}


def modules_of(code: str) -> set[str]:
    """Return the modules that some code has imported, in an interpreter of its own."""
    printed = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print('MODULES', *sys.modules)"],
        check=True,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": ":".join(sys.path)},
    ).stdout
    return set(printed.partition("MODULES")[2].split())


def test_a_config_without_selectors_imports_no_parser() -> None:
    modules = modules_of(
        "from pathlib import Path; from refeed.config import parse\n"
        "parse({'limit': 3}, base=Path('/b'))"
    )
    assert modules >= VALIDATION
    assert not PARSERS & modules


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_import_no_configuration(option: str) -> None:
    modules = modules_of(
        "from refeed.cli.main import commands\n"
        f"commands.main(['{option}'], 'refeed', standalone_mode=False)"
    )
    assert "refeed.cli" in modules
    assert not {"refeed.config", "refeed.seeds.added_readers", *VALIDATION} & modules


def test_a_process_that_is_sent_a_config_validates_nothing() -> None:
    config = parse(
        {
            "base_url": "https://feeds.example.org/",
            "rules": [{"source": "example.org", "drop": ".a", "drop_text": "b"}],
            "feeds": [{"name": "x", "match": {"tag": "y", "not": {"path": "z/"}}}],
        },
        base=Path("/srv/refeed"),
    )
    assert pickle.loads(pickle.dumps(config)) == config  # noqa: S301 - its own
    modules = modules_of(
        "import pickle, refeed.config, refeed.rules.rulebook\n"
        f"print(pickle.loads({pickle.dumps(config)!r}))"
    )
    assert "refeed.config.values" in modules
    assert not VALIDATION & modules


def test_a_config_can_be_a_key() -> None:
    one, other = (parse({"limit": 3}, base=Path("/b")) for _ in range(2))
    assert hash(one) == hash(other)
