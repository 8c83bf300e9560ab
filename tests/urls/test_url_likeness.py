"""Addresses of the same picture are found to be alike, and no others."""

from __future__ import annotations

from pathlib import Path

from refeed.rules import picture_likeness_rules
from refeed.urls.likeness import find_likeness

CASES = Path(__file__).with_name("likeness.tsv")
LINES = [line for line in CASES.read_text().splitlines() if not line.startswith("#")]


def test_each_line_is_one_picture() -> None:
    rules = picture_likeness_rules()
    found = [{find_likeness(url, rules) for url in line.split("\t")} for line in LINES]
    assert [len(each) for each in found] == [1] * len(LINES), found
    assert len(set().union(*found)) == len(LINES)


def test_a_likeness_is_of_any_text() -> None:
    assert find_likeness("no address", picture_likeness_rules()) == "no address"
