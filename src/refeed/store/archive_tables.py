"""The entries of feeds by time, and which of them changed since their pages were published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from refeed.archive.periods import Position
from refeed.store.entry_tables import EntryTables
from refeed.store.rows import ENTRY_WEIGHT
from refeed.store.time_index import TimeIndex, build_period_condition

if TYPE_CHECKING:
    import sqlite3

    from refeed.archive.periods import Period
    from refeed.store.page_tables import PageTable


_MOST_COUNTS: Final = 500


class FeedMembers(TimeIndex):
    """The entries of a feed: a `FeedIndex` of `refeed.archive.pages`.

    It is for as long as no entry comes or goes, since it remembers counts.
    """

    _TABLE = "member m"
    _OWNER = "m.feed"
    _NUMBER = "m.entry"

    def __init__(self, db: sqlite3.Connection, feed: int) -> None:
        super().__init__(db, feed)
        self._counts: dict[tuple[Period, int], int] = {}

    def count(self, period: Period, most: int) -> int:
        """Return how many entries are in a period, at most one more than `most`."""
        # The way to each page begins with the same periods.
        if (period, most) not in self._counts:
            if len(self._counts) >= _MOST_COUNTS:
                self._counts.clear()
            self._counts[period, most] = super().count(period, most)
        return self._counts[period, most]

    def weight(self, period: Period) -> int:
        """Return the weight of the entries in a period: at least the bytes they take in a document.

        That is the contents' weight, and for all else what `ENTRY_WEIGHT` says.
        """
        condition, values = build_period_condition(period, self._NUMBER)
        found = self._db.execute(
            f"SELECT coalesce(sum(ifnull(c.weight, 0) + ifnull({ENTRY_WEIGHT}, 0)), 0)"
            " FROM member m LEFT JOIN content c ON c.entry = m.entry"
            " LEFT JOIN entry e ON e.id = m.entry LEFT JOIN snapshot s ON s.id = e.snapshot"
            f" WHERE m.feed = ? AND {condition}",
            (self._owner, *values),
        ).fetchone()
        return int(found[0])


class ArchiveTables(EntryTables):
    """The pages of archives and lists, and the positions of entries that changed since.

    Attributes:
        archives: the pages of archives.
        lists: the pages of lists.
    """

    archives: PageTable
    lists: PageTable

    def feed_index(self, feed: str) -> FeedMembers:
        """Return the entries of a feed."""
        return FeedMembers(self._db, self._feeds.get(feed))

    def changed_positions(self, feed: str) -> list[Position]:
        """Return where entries of a feed have come, gone or changed."""
        rows = self._db.execute(
            "SELECT published, entry FROM touched WHERE feed = ?", (self._feeds.get(feed),)
        )
        return [Position(*row) for row in rows]

    def clear_changed_positions(self, feed: str) -> None:
        """Delete the changed positions of a feed: its pages are up to date."""
        self._db.execute("DELETE FROM touched WHERE feed = ?", (self._feeds.get(feed),))
