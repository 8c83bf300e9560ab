"""Each case is a config with one fault, and the lines that it is told in; ``ok`` for none."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from refeed.config import parse
from refeed.errors import ConfigError

CASES = sorted((Path(__file__).parent / "cases").glob("*.toml"))
BASE = Path("/srv/refeed")


def told(table: dict[str, object]) -> str:
    try:
        parse(table, base=BASE)
    except ConfigError as error:
        return "".join(f"{line}\n" for line in error.mistakes)
    return "ok\n"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_mistakes_are_told(case: Path) -> None:
    expected = case.with_suffix(".expected").read_text(encoding="utf-8")
    assert told(tomllib.loads(case.read_text(encoding="utf-8"))) == expected


def test_every_expectation_has_its_case() -> None:
    expectations = {path.stem for path in (Path(__file__).parent / "cases").glob("*.expected")}
    assert expectations == {case.stem for case in CASES}
