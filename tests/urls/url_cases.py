"""The cases of the URL tests: `input<TAB>expected<TAB>rules, in order<TAB>note`, a line each."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent / "cases"


class Case(NamedTuple):
    url: str
    expected: str
    rules: tuple[str, ...]


def read(name: str) -> list[Case]:
    lines = (FOLDER / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    cases = []
    for line in lines:
        url, expected, rules, _ = line.split("\t")
        cases.append(Case(url, expected, tuple(rules.split(", ")) if rules else ()))
    return cases
