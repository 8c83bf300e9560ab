"""How much of the text of each source cleaning takes, and whether that jumped."""

from __future__ import annotations

from itertools import groupby
from statistics import median
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_NEWEST: Final = 10
"""So many of the newest articles are compared with the others."""

_FEWEST_OTHERS: Final = 20
_JUMP: Final = 0.1
"""The difference of the two shares from which it counts as a jump."""


def measure_text_taken(rows: Iterable[tuple[str, int, int, int]]) -> list[dict[str, Any]]:
    """Return how much text cleaning takes from each source, as plain values.

    A share of several articles is the median of theirs, so that one odd article counts for one.
    What was learned is not in it, since contents are cached without that.

    Args:
        rows: host, entry, characters read and left of articles, the newest of each host first.
    """
    return [_measure(host, list(group)) for host, group in groupby(rows, key=lambda row: row[0])]


def _measure(host: str, rows: list[tuple[str, int, int, int]]) -> dict[str, Any]:
    shares = [1 - left / read for _, _, read, left in rows]
    newest, others = shares[:_NEWEST], shares[_NEWEST:]
    measured: dict[str, Any] = {
        "source": host,
        "articles": len(shares),
        "share": round(median(shares), 3),
        "newest": None,
        "others": None,
        "jump": False,
        "example": rows[0][1],
    }
    if len(others) < _FEWEST_OTHERS:
        return measured
    now, before = median(newest), median(others)
    example = max(range(_NEWEST), key=lambda at: abs(shares[at] - before))
    return measured | {
        "newest": round(now, 3),
        "others": round(before, 3),
        "jump": abs(now - before) >= _JUMP,
        "example": rows[example][1],
    }
