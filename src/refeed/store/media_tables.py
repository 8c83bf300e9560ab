"""The tables of the pictures that documents show, which are files of refeed's own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable


class MediaTables:
    """Which document shows which pictures, and how many show each."""

    _db: sqlite3.Connection

    def put_document_media(self, feed: str, page: str, names: Iterable[str]) -> None:
        """Store the pictures that a document shows.

        Args:
            feed: its name.
            page: which of its pages, see `refeed.store.page_tables.name_page`; "" for the feed.
            names: of the pictures.
        """
        known = {
            name
            for (name,) in self._db.execute(
                "SELECT name FROM document_media WHERE feed = ? AND page = ?", (feed, page)
            )
        }
        shown = set(names)
        self._db.executemany(
            "DELETE FROM document_media WHERE feed = ? AND page = ? AND name = ?",
            [(feed, page, name) for name in sorted(known - shown)],
        )
        self._db.executemany(
            "INSERT INTO document_media VALUES (?, ?, ?)",
            [(feed, page, name) for name in sorted(shown - known)],
        )

    def documents_showing(self, name: str) -> list[tuple[str, str]]:
        """Return the documents that show a picture: feeds and pages."""
        return self._db.execute(
            "SELECT feed, page FROM document_media WHERE name = ? ORDER BY feed, page", (name,)
        ).fetchall()

    def put_media(self, names: Iterable[str]) -> None:
        """Note pictures whose files are written; unless a document shows them they are unused."""
        self._db.executemany(
            "INSERT OR IGNORE INTO media VALUES (?, 0)", [(name,) for name in names]
        )

    def drop_media(self, names: Iterable[str]) -> None:
        """Forget pictures that no document shows."""
        self._db.executemany("DELETE FROM media WHERE name = ?", [(name,) for name in names])

    def known_media(self, names: Iterable[str]) -> set[str]:
        """Return which of some pictures have been written, whatever became of their files."""
        rows = self._db.execute(
            "SELECT name FROM media WHERE name IN (SELECT value FROM json_each(?))",
            (json.dumps(list(names)),),
        )
        return {name for (name,) in rows}

    def unused_media(self) -> list[str]:
        """Return the pictures that no document shows any more."""
        rows = self._db.execute(
            "SELECT name FROM media INDEXED BY media_unused WHERE uses <= 0 ORDER BY name"
        )
        return [name for (name,) in rows]

    def used_media(self) -> set[str]:
        """Return the pictures that documents show."""
        return {name for (name,) in self._db.execute("SELECT name FROM media WHERE uses > 0")}

    def written_media(self, files: Iterable[str]) -> dict[str, tuple[int, int]]:
        """Return size and mtime_ns of the files of pictures that are written, by path."""
        rows = self._db.execute(
            "SELECT path, size, mtime_ns FROM output"
            " WHERE path IN (SELECT value FROM json_each(?))",
            (json.dumps(list(files)),),
        )
        return {path: (size, mtime) for path, size, mtime in rows}
