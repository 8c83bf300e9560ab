"""The tables of archives: their pages, and the entries that changed since."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from refeed.archive.pages import ArchivePage
from refeed.archive.periods import Period, Position
from refeed.store.entry_tables import EntryTables
from refeed.store.rows import ENTRY_WEIGHT, build_period_condition

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

_COLUMNS = "name, previous, start, stop, low, high, fingerprint"


class ArchiveRow(NamedTuple):
    """An archive page as it was published.

    Attributes:
        page: the page; the feed itself has the entries of the one without a name.
        fingerprint: of its content; b"" if it is stale.
    """

    page: ArchivePage
    fingerprint: bytes


class FeedMembers:
    """The entries of a feed: a `FeedIndex` of `refeed.archive.pages`."""

    def __init__(self, db: sqlite3.Connection, feed: int) -> None:
        self._db = db
        self._feed = feed

    def count(self, period: Period, most: int) -> int:
        """Return how many entries are in a period, at most one more than `most`."""
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
    """Archive pages, and the positions of entries that have changed since they were published."""

    def feed_index(self, feed: str) -> FeedMembers:
        """Return the entries of a feed."""
        return FeedMembers(self._db, self._feeds.get(feed))

    def archive_fingerprint(self, feed: str) -> bytes:
        """Return the fingerprint of what a feed's archive depends on besides entries, or b""."""
        row = self._db.execute(
            "SELECT archive FROM feed WHERE id = ?", (self._feeds.get(feed),)
        ).fetchone()
        return bytes(row[0])

    def put_archive_fingerprint(self, feed: str, fingerprint: bytes) -> None:
        """Store the fingerprint of a feed's archive; from now on, changed entries are recorded."""
        self._db.execute(
            "UPDATE feed SET archive = ? WHERE id = ?", (fingerprint, self._feeds.get(feed))
        )

    def changed_positions(self, feed: str) -> list[Position]:
        """Return where entries of an archived feed have come, gone or changed."""
        rows = self._db.execute(
            "SELECT published, entry FROM touched WHERE feed = ?", (self._feeds.get(feed),)
        )
        return [Position(*row) for row in rows]

    def clear_changed_positions(self, feed: str) -> None:
        """Delete the changed positions of a feed: its archive is up to date."""
        self._db.execute("DELETE FROM touched WHERE feed = ?", (self._feeds.get(feed),))

    def archive_page_at(self, feed: str, position: Position) -> ArchiveRow | None:
        """Return the published page that a position is on."""
        found = next(self.archive_pages_from(feed, position), None)
        return found if found and position in found.page.period else None

    def archive_page(self, feed: str, name: str) -> ArchiveRow | None:
        """Return a published page."""
        row = self._db.execute(
            f"SELECT {_COLUMNS} FROM archive WHERE feed = ? AND name = ?",
            (self._feeds.get(feed), name),
        ).fetchone()
        return _build_row(row) if row else None

    def archive_pages_from(self, feed: str, position: Position | None) -> Iterator[ArchiveRow]:
        """Yield the published pages of a feed, newest first.

        Args:
            feed: its name.
            position: where to begin: with the page that it is on, or the one before it.
        """
        rows = self._db.execute(
            f"SELECT {_COLUMNS} FROM archive WHERE feed = ? AND start <= ifnull(?, start)"
            " ORDER BY start DESC, high",
            (self._feeds.get(feed), position.published if position else None),
        )
        for row in rows:
            found = _build_row(row)
            if position is None or not position.is_older(found.page.period.first):
                yield found

    def stale_archive_pages(self, feed: str) -> list[ArchiveRow]:
        """Return the published pages of a feed that have to be written again."""
        rows = self._db.execute(
            f"SELECT {_COLUMNS} FROM archive WHERE feed = ? AND fingerprint = x''",
            (self._feeds.get(feed),),
        )
        return [_build_row(row) for row in rows]

    def put_archive_page(self, feed: str, page: ArchivePage, fingerprint: bytes) -> None:
        """Store a published page; a stale one has the fingerprint b""."""
        name, period, previous = page.name, page.period, page.previous
        self._db.execute(
            "INSERT OR REPLACE INTO archive VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                self._feeds.get(feed),
                name,
                previous,
                period.start,
                period.end,
                period.low,
                period.high,
                fingerprint,
            ),
        )

    def mark_archive_page_stale(self, feed: str, name: str) -> None:
        """Have a page written again whatever its entries are."""
        self._db.execute(
            "UPDATE archive SET fingerprint = x'' WHERE name = ?"
            " AND feed = (SELECT id FROM feed WHERE name = ?)",
            (name, feed),
        )
        # The feed may be gone.
        self._db.execute("UPDATE feed SET dirty = 1 WHERE name = ?", (feed,))

    def drop_archive_page(self, feed: str, name: str) -> None:
        """Delete a page."""
        self._db.execute(
            "DELETE FROM archive WHERE feed = ? AND name = ?", (self._feeds.get(feed), name)
        )

    def drop_archive(self, feed: str) -> None:
        """Delete the archive of a feed."""
        number = self._feeds.get(feed)
        for table in ("archive", "touched"):
            self._db.execute(f"DELETE FROM {table} WHERE feed = ?", (number,))
        self.put_archive_fingerprint(feed, b"")

    def archived_feeds(self) -> list[str]:
        """Return the feeds that have an archive."""
        rows = self._db.execute("SELECT name FROM feed WHERE archive != x'' ORDER BY name")
        return [name for (name,) in rows]

    def archive_page_names(self, feed: str) -> list[str]:
        """Return the names of a feed's archive pages."""
        rows = self._db.execute(
            "SELECT name FROM archive WHERE feed = ? AND name != ''", (self._feeds.get(feed),)
        )
        return [name for (name,) in rows]


def _build_row(row: tuple[str, str, int, int, int, int, bytes]) -> ArchiveRow:
    name, previous, start, stop, low, high, fingerprint = row
    return ArchiveRow(ArchivePage(name, Period(start, stop, low, high), previous), fingerprint)
