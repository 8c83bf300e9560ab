"""Splits the text of a paragraph at its spans of code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_TICKS = re.compile(r"\\`|`+")


def split_code_spans(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the parts of a text in its order, and whether each is a span of code (CommonMark 6.1).

    Time is linear: the places of marks are listed by their length once.
    """
    if "`" not in text:
        yield text, False
        return
    runs = [(run.start(), run.end()) for run in _TICKS.finditer(text) if run[0][0] == "`"]
    by_length: dict[int, list[int]] = {}
    for number in range(len(runs) - 1, -1, -1):
        by_length.setdefault(runs[number][1] - runs[number][0], []).append(number)
    at = number = 0
    while number < len(runs):
        start, end = runs[number]
        places = by_length[end - start]
        while places and places[-1] <= number:
            places.pop()
        if places:
            number = places.pop()
            yield text[at:start], False
            at = runs[number][1]
            yield text[start:at], True
        number += 1
    yield text[at:], False
