"""The entries of feeds by time, and which of them changed since their pages were published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from refeed.archive.periods import Position
from refeed.store.entry_tables import EntryTables
from refeed.store.rows import ENTRY_WEIGHT, build_period_condition

if TYPE_CHECKING:
    import sqlite3

    from refeed.archive.periods import Period
    from refeed.store.page_tables import PageTable


_MOST_COUNTS: Final = 500


class FeedMembers:
    """The entries of a feed: a `FeedIndex` of `refeed.archive.pages`.

    It is for as long as no entry comes or goes, since it remembers counts.
    """

    def __init__(self, db: sqlite3.Connection, feed: int) -> None:
        self._db = db
        self._feed = feed
        self._counts: dict[tuple[Period, int], int] = {}

    def count(self, period: Period, most: int) -> int:
        """Return how many entries are in a period, at most one more than `most`."""
        # The way to each page begins with the same periods.
        if (period, most) not in self._counts:
            if len(self._counts) >= _MOST_COUNTS:
                self._counts.clear()
            self._counts[period, most] = self._count(period, most)
        return self._counts[period, most]

    def _count(self, period: Period, most: int) -> int:
        condition, values = build_period_condition(period)
        some = f"FROM member m WHERE m.feed = ? AND {condition} LIMIT ?"
        found = self._db.execute(
            f"SELECT count(*) FROM (SELECT 1 {some})",
            (self._feed, *values, most + 1),
        ).fetchone()
        return int(found[0])

    def weight(self, period: Period) -> int:
        """Return the weight of the entries in a period: at least the bytes they take in a document.

        That is the contents' weight, and for all else what `ENTRY_WEIGHT` says.
        """
        condition, values = build_period_condition(period)
        found = self._db.execute(
            f"SELECT coalesce(sum(ifnull(c.weight, 0) + ifnull({ENTRY_WEIGHT}, 0)), 0)"
            " FROM member m LEFT JOIN content c ON c.entry = m.entry"
            " LEFT JOIN entry e ON e.id = m.entry LEFT JOIN snapshot s ON s.id = e.snapshot"
            f" WHERE m.feed = ? AND {condition}",
            (self._feed, *values),
        ).fetchone()
        return int(found[0])

    def newest(self, before: Position | None) -> Position | None:
        """Return the newest entry, or the newest of those older than a position."""
        if before is None:
            return self._find_first("1 ORDER BY published DESC, entry")
        return self._find_first(
            "published = ? AND entry > ? ORDER BY entry", *before
        ) or self._find_first("published < ? ORDER BY published DESC, entry", before.published)

    def oldest(self, after: Position) -> Position | None:
        """Return the oldest of the entries that are newer than a position."""
        return self._find_first(
            "published = ? AND entry < ? ORDER BY entry DESC", *after
        ) or self._find_first("published > ? ORDER BY published, entry DESC", after.published)

    def _find_first(self, condition: str, *values: int) -> Position | None:
        found = self._db.execute(
            f"SELECT published, entry FROM member WHERE feed = ? AND {condition} LIMIT 1",
            (self._feed, *values),
        ).fetchone()
        return Position(*found) if found else None


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
