"""A `srcset` is split as browsers split it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refeed.urls.srcset import list_candidates


@pytest.mark.parametrize(
    ("srcset", "expected"),
    [
        ("", []),
        ("a.jpg", [("a.jpg", 1)]),
        ("a.jpg 1x, b.jpg 2.5x", [("a.jpg", 1), ("b.jpg", 2.5)]),
        ("a.jpg 300w,\n b.jpg 600w,", [("a.jpg", 300), ("b.jpg", 600)]),
        ("/w_1,h_5/a.jpg 1x, /w_2/a.jpg 2x", [("/w_1,h_5/a.jpg", 1), ("/w_2/a.jpg", 2)]),
        ("a.jpg ..x, b.jpg", [("a.jpg", 1), ("b.jpg", 1)]),
    ],
)
def test_candidates(srcset: str, expected: list[tuple[str, float]]) -> None:
    assert list(list_candidates(srcset)) == expected


@given(st.text(" ,.1x\nab/"))
def test_no_address_has_white_space(srcset: str) -> None:
    assert all(address.split() == [address] for address, _ in list_candidates(srcset))
