"""The index of archived feeds: their documents, and what has happened to their entries since."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from refeed.archive.partition import Part
from refeed.archive.periods import Period, Position
from refeed.store.entries import EntryTables
from refeed.store.rows import period_condition

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

_COLUMNS = "name, previous, start, stop, low, high, fingerprint"


class ArchiveRow(NamedTuple):
    """A document of an archive as it was published.

    Attributes:
        part: which; the one without a name is part of the document to subscribe to.
        fingerprint: of what it was made of; b"" if it has to be written again.
    """

    part: Part
    fingerprint: bytes


class Shelf:
    """The entries of a feed, as `refeed.archive.partition` asks for them."""

    def __init__(self, db: sqlite3.Connection, feed: int) -> None:
        self._db = db
        self._feed = feed

    def count(self, period: Period, most: int) -> int:
        """Return how many entries are in a period, at most one more than `most`."""
        condition, values = period_condition(period)
        some = f"FROM member m WHERE m.feed = ? AND {condition} LIMIT ?"
        found = self._db.execute(
            f"SELECT count(*) FROM (SELECT 1 {some})",
            (self._feed, *values, most + 1),
        ).fetchone()
        return int(found[0])

    def weight(self, period: Period) -> int:
        """Return the weight of the contents of the entries in a period."""
        condition, values = period_condition(period)
        cleaned = "FROM member m CROSS JOIN content c ON c.entry = m.entry"
        found = self._db.execute(
            f"SELECT coalesce(sum(c.weight), 0) {cleaned} WHERE m.feed = ? AND {condition}",
            (self._feed, *values),
        ).fetchone()
        return int(found[0])

    def newest(self, before: Position | None) -> Position | None:
        """Return the newest entry, or the newest of those older than a position."""
        if before is None:
            return self._first("1 ORDER BY published DESC, entry")
        return self._first("published = ? AND entry > ? ORDER BY entry", *before) or self._first(
            "published < ? ORDER BY published DESC, entry", before.published
        )

    def oldest(self, after: Position) -> Position | None:
        """Return the oldest of the entries that are newer than a position."""
        return self._first(
            "published = ? AND entry < ? ORDER BY entry DESC", *after
        ) or self._first("published > ? ORDER BY published, entry DESC", after.published)

    def _first(self, condition: str, *values: int) -> Position | None:
        found = self._db.execute(
            f"SELECT published, entry FROM member WHERE feed = ? AND {condition} LIMIT 1",
            (self._feed, *values),
        ).fetchone()
        return Position(*found) if found else None


class ArchiveTables(EntryTables):
    """Archive documents of feeds, and the entries touched since they were published."""

    def shelf(self, feed: str) -> Shelf:
        """Return the entries of a feed."""
        return Shelf(self._db, self._feeds.get(feed))

    def archive_fingerprint(self, feed: str) -> bytes:
        """Return of what else than entries a feed's archive was made; b"" if it has none."""
        row = self._db.execute(
            "SELECT archive FROM feed WHERE id = ?", (self._feeds.get(feed),)
        ).fetchone()
        return bytes(row[0])

    def put_archive_fingerprint(self, feed: str, fingerprint: bytes) -> None:
        """Note of what a feed's archive is made; from now on it is noted which entries change."""
        self._db.execute(
            "UPDATE feed SET archive = ? WHERE id = ?", (fingerprint, self._feeds.get(feed))
        )

    def touched(self, feed: str) -> list[Position]:
        """Return where entries of an archived feed have come, gone or changed."""
        rows = self._db.execute(
            "SELECT published, entry FROM touched WHERE feed = ?", (self._feeds.get(feed),)
        )
        return [Position(*row) for row in rows]

    def forget_touched(self, feed: str) -> None:
        """Note that a feed's archive has what was touched."""
        self._db.execute("DELETE FROM touched WHERE feed = ?", (self._feeds.get(feed),))

    def archive_at(self, feed: str, position: Position) -> ArchiveRow | None:
        """Return the published document that a position is in."""
        found = next(self.archives_from(feed, position), None)
        return found if found and position in found.part.period else None

    def archive(self, feed: str, name: str) -> ArchiveRow | None:
        """Return a published document."""
        row = self._db.execute(
            f"SELECT {_COLUMNS} FROM archive WHERE feed = ? AND name = ?",
            (self._feeds.get(feed), name),
        ).fetchone()
        return _archive(row) if row else None

    def archives_from(self, feed: str, position: Position | None) -> Iterator[ArchiveRow]:
        """Yield the published documents of a feed, newest first.

        Args:
            feed: its name.
            position: where to begin: with the document that it is in, or the one before it.
        """
        rows = self._db.execute(
            f"SELECT {_COLUMNS} FROM archive WHERE feed = ? AND start <= ifnull(?, start)"
            " ORDER BY start DESC, high",
            (self._feeds.get(feed), position.published if position else None),
        )
        for row in rows:
            found = _archive(row)
            if position is None or not position.is_older(found.part.period.first):
                yield found

    def spoilt_archives(self, feed: str) -> list[ArchiveRow]:
        """Return the published documents of a feed that have to be written again."""
        rows = self._db.execute(
            f"SELECT {_COLUMNS} FROM archive WHERE feed = ? AND fingerprint = x''",
            (self._feeds.get(feed),),
        )
        return [_archive(row) for row in rows]

    def put_archive(self, feed: str, part: Part, fingerprint: bytes) -> None:
        """Note a document that was published, or b"" in the place of a fingerprint."""
        name, period, previous = part.name, part.period, part.previous
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

    def spoil_archive(self, feed: str, name: str) -> None:
        """Note that a document must be published again whatever its entries."""
        self._db.execute(
            "UPDATE archive SET fingerprint = x'' WHERE name = ?"
            " AND feed = (SELECT id FROM feed WHERE name = ?)",
            (name, feed),
        )
        # There may be no such feed any more.
        self._db.execute("UPDATE feed SET dirty = 1 WHERE name = ?", (feed,))

    def drop_archive(self, feed: str, name: str) -> None:
        """Forget a document that is no more."""
        self._db.execute(
            "DELETE FROM archive WHERE feed = ? AND name = ?", (self._feeds.get(feed), name)
        )

    def drop_whole_archive(self, feed: str) -> None:
        """Forget the archive of a feed."""
        number = self._feeds.get(feed)
        for table in ("archive", "touched"):
            self._db.execute(f"DELETE FROM {table} WHERE feed = ?", (number,))
        self.put_archive_fingerprint(feed, b"")

    def archived_feeds(self) -> list[str]:
        """Return the feeds that have an archive."""
        rows = self._db.execute("SELECT name FROM feed WHERE archive != x'' ORDER BY name")
        return [name for (name,) in rows]

    def archive_names(self, feed: str) -> list[str]:
        """Return the names of a feed's archive documents."""
        rows = self._db.execute(
            "SELECT name FROM archive WHERE feed = ? AND name != ''", (self._feeds.get(feed),)
        )
        return [name for (name,) in rows]


def _archive(row: tuple[str, str, int, int, int, int, bytes]) -> ArchiveRow:
    name, previous, start, stop, low, high, fingerprint = row
    return ArchiveRow(Part(name, Period(start, stop, low, high), previous), fingerprint)
