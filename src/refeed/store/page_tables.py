"""The tables of pages: those of feeds' archives, and those of their lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from refeed.archive.pages import ArchivePage
from refeed.archive.periods import Period

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

    from refeed.archive.periods import Position
    from refeed.store.ids import Ids

ARCHIVE = "archive"
LIST = "list"
"""The tables, by which the pages in them are told apart in others."""

_COLUMNS = "name, previous, next, start, stop, low, high, fingerprint"


class PageRow(NamedTuple):
    """A page as it was published.

    Attributes:
        page: the page; the feed itself has the entries of an archive's page without a name.
        fingerprint: of its content; b"" if it is stale.
    """

    page: ArchivePage
    fingerprint: bytes


class PageTable:
    """The pages of one kind of all feeds.

    Args:
        db: the index.
        feeds: the numbers of feeds.
        table: ``archive`` or ``list``; a column of the table of feeds has the same name.
    """

    def __init__(self, db: sqlite3.Connection, feeds: Ids, table: str) -> None:
        self._db = db
        self._feeds = feeds
        self._table = table

    def fingerprint(self, feed: str) -> bytes:
        """Return the fingerprint of what a feed's pages depend on besides entries, or b""."""
        row = self._db.execute(
            f"SELECT {self._table} FROM feed WHERE id = ?", (self._feeds.get(feed),)
        ).fetchone()
        return bytes(row[0])

    def put_fingerprint(self, feed: str, fingerprint: bytes) -> None:
        """Store the fingerprint of a feed's pages; from now on, changed entries are recorded."""
        self._db.execute(
            f"UPDATE feed SET {self._table} = ? WHERE id = ?", (fingerprint, self._feeds.get(feed))
        )

    def at(self, feed: str, position: Position) -> PageRow | None:
        """Return the published page that a position is on."""
        found = next(self.pages_from(feed, position), None)
        return found if found and position in found.page.period else None

    def page(self, feed: str, name: str) -> PageRow | None:
        """Return a published page."""
        row = self._db.execute(
            f"SELECT {_COLUMNS} FROM {self._table} WHERE feed = ? AND name = ?",
            (self._feeds.get(feed), name),
        ).fetchone()
        return _build_row(row) if row else None

    def pages_from(self, feed: str, position: Position | None) -> Iterator[PageRow]:
        """Yield the published pages of a feed, newest first.

        Args:
            feed: its name.
            position: where to begin: with the page that it is on, or the one before it.
        """
        rows = self._db.execute(
            f"SELECT {_COLUMNS} FROM {self._table} WHERE feed = ? AND start <= ifnull(?, start)"
            " ORDER BY start DESC, high",
            (self._feeds.get(feed), position.published if position else None),
        )
        for row in rows:
            found = _build_row(row)
            if position is None or not position.is_older(found.page.period.first):
                yield found

    def names_between(self, feed: str, first: Position, last: Position) -> set[str]:
        """Return the names of the published pages from one position to another, and of the older.

        That is the page before the one that the first position is on: it leads to that.
        """
        found = set()
        for row in self.pages_from(feed, last):
            found.add(row.page.name)
            if row.page.period.last.is_older(first):
                break
        return found

    def is_outdated(self, feed: str, page: ArchivePage, changed: Iterable[Position]) -> bool:
        """Tell whether a page may not be published as it should be.

        Args:
            feed: its name.
            page: as it should be.
            changed: where entries have come, gone or changed.
        """
        published = self.page(feed, page.name)
        return (
            published is None
            or published.page != page
            or not published.fingerprint
            or any(position in page.period for position in changed)
        )

    def stale(self, feed: str) -> list[PageRow]:
        """Return the published pages of a feed that have to be written again."""
        rows = self._db.execute(
            f"SELECT {_COLUMNS} FROM {self._table} WHERE feed = ? AND fingerprint = x''",
            (self._feeds.get(feed),),
        )
        return [_build_row(row) for row in rows]

    def put(self, feed: str, page: ArchivePage, fingerprint: bytes) -> None:
        """Store a published page; a stale one has the fingerprint b""."""
        period = page.period
        self._db.execute(
            f"INSERT OR REPLACE INTO {self._table} VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                self._feeds.get(feed),
                page.name,
                page.previous,
                page.next,
                period.start,
                period.end,
                period.low,
                period.high,
                fingerprint,
            ),
        )

    def mark_stale(self, feed: str, name: str) -> None:
        """Have a page written again whatever its entries are."""
        self._db.execute(
            f"UPDATE {self._table} SET fingerprint = x'' WHERE name = ?"
            " AND feed = (SELECT id FROM feed WHERE name = ?)",
            (name, feed),
        )
        # The feed may be gone.
        self._db.execute("UPDATE feed SET dirty = 1 WHERE name = ?", (feed,))

    def drop_page(self, feed: str, name: str) -> None:
        """Delete a page."""
        self._db.execute(
            f"DELETE FROM {self._table} WHERE feed = ? AND name = ?", (self._feeds.get(feed), name)
        )
        self._db.execute(
            "DELETE FROM document_media WHERE feed = ? AND page = ?",
            (feed, name_page(self._table, name)),
        )

    def drop(self, feed: str) -> None:
        """Delete the pages of a feed."""
        self._db.execute(f"DELETE FROM {self._table} WHERE feed = ?", (self._feeds.get(feed),))
        self._db.execute(
            "DELETE FROM document_media WHERE feed = ? AND page GLOB ?",
            (feed, name_page(self._table, "*")),
        )
        self.put_fingerprint(feed, b"")

    def feeds(self) -> list[str]:
        """Return the feeds that have such pages."""
        rows = self._db.execute(f"SELECT name FROM feed WHERE {self._table} != x'' ORDER BY name")
        return [name for (name,) in rows]

    def names(self, feed: str) -> list[str]:
        """Return the names of a feed's pages but the one without a name."""
        rows = self._db.execute(
            f"SELECT name FROM {self._table} WHERE feed = ? AND name != ''",
            (self._feeds.get(feed),),
        )
        return [name for (name,) in rows]


def name_page(table: str, name: str) -> str:
    """Return what names a page among the documents of its feed."""
    return f"{table}:{name}"


def split_page_name(page: str) -> tuple[str, str]:
    """Return the table and the name of what `name_page` returned."""
    table, _, name = page.partition(":")
    return table, name


def _build_row(row: tuple[str, str, str, int, int, int, int, bytes]) -> PageRow:
    name, previous, following, start, stop, low, high, fingerprint = row
    page = ArchivePage(name, Period(start, stop, low, high), previous, following)
    return PageRow(page, fingerprint)
