"""The entries of a feed or a source by time, as `refeed.archive` asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from refeed.archive.periods import Position

if TYPE_CHECKING:
    import sqlite3

    from refeed.archive.periods import Period


class TimeIndex:
    """Entries by time, those of one instant by number.

    Args:
        db: the index.
        owner: the number of the feed or the source.
    """

    _TABLE: ClassVar[str]
    _OWNER: ClassVar[str]
    _NUMBER: ClassVar[str]
    """The columns of the owner and of the entries' numbers."""

    def __init__(self, db: sqlite3.Connection, owner: int) -> None:
        self._db = db
        self._owner = owner

    def count(self, period: Period, most: int) -> int:
        """Return how many entries are in a period, at most one more than `most`."""
        condition, values = build_period_condition(period, self._NUMBER)
        found = self._db.execute(
            f"SELECT count(*) FROM (SELECT 1 FROM {self._TABLE}"
            f" WHERE {self._OWNER} = ? AND {condition} LIMIT ?)",
            (self._owner, *values, most + 1),
        ).fetchone()
        return int(found[0])

    def newest(self, before: Position | None) -> Position | None:
        """Return the newest entry, or the newest of those older than a position."""
        number = self._NUMBER
        if before is None:
            return self._find_first(f"1 ORDER BY published DESC, {number}")
        return self._find_first(
            f"published = ? AND {number} > ? ORDER BY {number}", *before
        ) or self._find_first(f"published < ? ORDER BY published DESC, {number}", before.published)

    def oldest(self, after: Position) -> Position | None:
        """Return the oldest of the entries that are newer than a position."""
        number = self._NUMBER
        return self._find_first(
            f"published = ? AND {number} < ? ORDER BY {number} DESC", *after
        ) or self._find_first(f"published > ? ORDER BY published, {number} DESC", after.published)

    def _find_first(self, condition: str, *values: int) -> Position | None:
        found = self._db.execute(
            f"SELECT published, {self._NUMBER} FROM {self._TABLE}"
            f" WHERE {self._OWNER} = ? AND {condition} LIMIT 1",
            (self._owner, *values),
        ).fetchone()
        return Position(*found) if found else None


def build_period_condition(period: Period, number: str) -> tuple[str, tuple[int, ...]]:
    """Return the condition for entries in a period, and its parameters.

    Args:
        period: the period.
        number: the column of the entries' numbers, with its table: ``m.entry``.
    """
    published = f"{number.partition('.')[0]}.published"
    if period.end - period.start == 1:
        values = period.start, period.low, period.high
        return f"{published} = ? AND {number} BETWEEN ? AND ?", values
    return f"{published} >= ? AND {published} < ?", (period.start, period.end)
