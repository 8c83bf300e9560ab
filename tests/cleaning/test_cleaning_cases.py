"""Each file of cases/ is HTML, and behind a marker what it becomes; without one it must not change.

A comment at the head, `<!-- rules … -->`, holds the operator's settings as TOML.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cleaning_rules import rules_from
from refeed.cleaning import clean, explain

CASES = sorted((Path(__file__).parent / "cases").glob("*.html"))
URL = "https://news.example.org/2024/story.html"

_RULES = re.compile(r"<!-- rules\n(.*?)\n-->\n", re.DOTALL)
_BECOMES = "\n<!-- becomes -->\n"


def parts(case: Path) -> tuple[str, str, str]:
    """Return the rules, the input and the expected output of a case."""
    text = case.read_bytes().decode().removesuffix("\n")
    head = _RULES.match(text)
    given, _, expected = text[head.end() if head else 0 :].partition(_BECOMES)
    return head.group(1) if head else "", given, expected if _BECOMES in text else given


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_comes_out_as_expected(case: Path) -> None:
    rules, given, expected = parts(case)
    assert clean(given, URL, rules_from(rules)) == expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_second_pass_changes_nothing(case: Path) -> None:
    rules, _, expected = parts(case)
    assert clean(expected, URL, rules_from(rules)) == expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_what_changes_can_be_explained(case: Path) -> None:
    rules, given, expected = parts(case)
    html, edits = explain(given, URL, rules_from(rules))
    assert html == expected
    assert all(edit.step and edit.rule and edit.what for edit in edits)
    tidy = re.sub(r"\s+", "", given) == re.sub(r"\s+", "", expected)
    assert tidy or edits or case.stem == "broken_markup_is_closed"
