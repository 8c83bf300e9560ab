"""Which boxes of a saved page tell by their names that they are of other things."""

from __future__ import annotations

from pathlib import Path

import pytest

from refeed.reading.saved_page.furniture import is_box
from refeed.reading.saved_page.tree import make_element

LINES = [
    line.split("\t")
    for line in (Path(__file__).parent / "page_boxes.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]


@pytest.mark.parametrize(("names", "expected"), LINES, ids=[line[0] for line in LINES])
def test_an_element_is_a_box_by_its_class(names: str, expected: str) -> None:
    assert is_box(make_element("div", **{"class": names})) is (expected == "yes")
