"""The example is loaded, as it is and with every commented line set, and has every key."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from conftest import REPOSITORY
from refeed.config import Config, parse
from refeed.config.environment import VARIABLES
from refeed.config.mistakes import list_keys

EXAMPLE = (REPOSITORY / "config.example.toml").read_text(encoding="utf-8")
BASE = Path("/srv/refeed")
EXAMPLE_LINE = re.compile(r"# (?=\[\[\w+\]\]$|\w+ = )")


def uncommented() -> str:
    """Return the example with its example lines set, instead of the same key before them."""
    lines: list[str] = []
    for line in EXAMPLE.splitlines():
        set_line = EXAMPLE_LINE.sub("", line)
        if set_line != line and lines and lines[-1].split(" = ")[0] == set_line.split(" = ")[0]:
            lines.pop()
        lines.append(set_line)
    return "\n".join(lines)


def test_the_example_states_the_defaults() -> None:
    config = parse(tomllib.loads(EXAMPLE), base=BASE)
    assert config == Config(seeds=(BASE / "seeds",), output=BASE / "feeds", state=BASE / ".refeed")
    assert config == parse({}, base=BASE)


def test_the_example_loads_with_every_line_set() -> None:
    config = parse(tomllib.loads(uncommented()), base=BASE)
    assert len(config.rules) == 1
    assert len(config.feeds) == 3
    assert config.images.mode == "proxy"
    assert replace(config, feeds=(), rules=()) != parse({}, base=BASE)


def test_the_example_has_every_key() -> None:
    table = tomllib.loads(uncommented())
    stated = {key for key in table if not isinstance(table[key], dict)} - {
        "rules",
        "folders",
        "feeds",
    }
    for group in ("cleaning", "images", "watch", "server", "websub", "log"):
        stated |= {f"{group}.{key}" for key in table[group]}
    assert stated == set(VARIABLES.values())
    assert {key for rule in table["rules"] for key in rule} == set(list_keys("rules"))
    assert {key for rule in table["folders"] for key in rule} == set(list_keys("folders"))
    assert {key for feed in table["feeds"] for key in feed} == set(list_keys("feeds"))
    assert {key for feed in table["feeds"] for key in feed["match"]} == {
        *list_keys("feeds.match")
    } - {"text"}
    assert any("text" in feed["match"].get("not", {}) for feed in table["feeds"])


KEYS = {
    *(key.split(".")[-1] for key in VARIABLES.values()),
    *list_keys("rules"),
    *list_keys("folders"),
    *list_keys("feeds"),
}


@pytest.mark.parametrize("name", sorted(KEYS))
def test_the_example_says_something_before_each_key(name: str) -> None:
    lines = EXAMPLE.splitlines()
    place = next(n for n, line in enumerate(lines) if re.match(rf"(?:# )?{name} = ", line))
    assert re.match(r"#\s+\S", lines[place - 1])
