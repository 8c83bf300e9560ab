"""Each line of `bylines.tsv`: a line of a page, and the names in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from refeed.reading.saved_page.byline_text import read_labelled

LINES = [
    line.partition("\t")[::2]
    for line in Path(__file__).with_name("bylines.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]


@pytest.mark.parametrize(("line", "names"), LINES)
def test_names_of_a_byline(line: str, names: str) -> None:
    assert read_labelled(line) == names
