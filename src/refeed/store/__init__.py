"""The store: what has been read, as an index in SQLite. A cache: deleted, it is made anew.

All SQL of refeed is here. Nothing decides here: rows go in and come out.
"""

from __future__ import annotations

import sqlite3
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from refeed.store.archives import ArchiveRow, ArchiveTables
from refeed.store.clean_shutdown import note
from refeed.store.entry_cache import Pieces
from refeed.store.files import FileTables
from refeed.store.hub_queue import PingTables
from refeed.store.ids import Numbers
from refeed.store.outputs import OutputTables
from refeed.store.rows import Content, EntryRow, FileRow, SnapshotRow, StoredVersion, entry_number
from refeed.store.schema import connected, copied, create, is_damage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = [
    "ArchiveRow",
    "Content",
    "EntryRow",
    "FileRow",
    "SnapshotRow",
    "Store",
    "StoredVersion",
    "entry_number",
    "is_damage",
]


_STEPS = 1_000_000
"""Of SQLite's virtual machine between two calls of who wants to hear that it works: some 25 ms."""


_FIGURES = {
    # A row without a name stands for a folder that can't be listed.
    "files": (
        "SELECT coalesce(max(number), 0) - (SELECT count(*) FROM file INDEXED BY file_problem"
        " WHERE problem != '' AND name = x'') FROM tally WHERE name = 'files'"
    ),
    "snapshots": "SELECT coalesce(max(number), 0) FROM tally WHERE name = 'snapshots'",
    # Every entry is in the feed of everything, which is counted as it changes.
    "entries": "SELECT coalesce(max(entries), 0) FROM feed WHERE name = 'all'",
    "feeds": "SELECT count(*) FROM feed",
    "rejected": "SELECT count(*) FROM file INDEXED BY file_problem WHERE problem != ''",
}


class Store(FileTables, ArchiveTables, OutputTables, PingTables):
    """The index of one state folder, or one in memory."""

    def __init__(self, connection: sqlite3.Connection, file: Path | None = None) -> None:
        self._db = connection
        self._file = file
        self._feeds = Numbers(connection, "feed", "name")
        self._folders = Numbers(connection, "folder", "seed", "path")
        self._sources = Numbers(connection, "source", "host")
        self._begin_concerned()
        self.pieces = Pieces()

    @classmethod
    def open(cls, file: Path, discarded: Callable[[str], None] | None = None) -> Store:
        """Open the index, make it if it isn't there, and make it anew if it can't be used.

        Args:
            file: the index.
            discarded: told why the one that was there could not be used.

        Raises:
            OSError: the folder can't be written.
        """
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            return cls(connected(file), file)
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise OSError(f"{file}: {error}") from error
            if discarded is not None:
                discarded(str(error))
            cls.remove(file)
            return cls(connected(file), file)

    @staticmethod
    def remove(file: Path) -> None:
        """Take an index away, with the files beside it."""
        for end in ("", "-wal", "-shm", "-closed"):
            file.with_name(file.name + end).unlink(missing_ok=True)

    @classmethod
    def in_memory(cls, file: Path | None = None) -> Store:
        """Return an index in memory, a copy of the one in `file` if that can be used.

        Args:
            file: the index, absolute; nothing is written to its folder.
        """
        if file is not None and file.is_file():
            with suppress(sqlite3.DatabaseError):
                return cls(copied(file))
        connection = sqlite3.connect(":memory:")
        create(connection)
        return cls(connection)

    def close(self) -> None:
        """Give the file back."""
        self._db.close()
        if self._file is not None:
            note(self._file)

    def commit(self) -> None:
        """Make what was written since the last commit last."""
        self._db.commit()

    def rollback(self) -> None:
        """Undo what was written since the last commit."""
        self._db.rollback()
        self._forget_numbers()

    def forget_everything(self) -> None:
        """Empty the index, as if no file had been read and no feed published."""
        for table in (
            "tally",
            "folder",
            "source",
            "file",
            "snapshot",
            "entry",
            "feed",
            "member",
            "archive",
            "touched",
            "content",
            "output",
        ):
            self._db.execute(f"DELETE FROM {table}")
        self._db.execute("DELETE FROM setting")
        self._forget_numbers()

    def _forget_numbers(self) -> None:
        for numbers in (self._feeds, self._folders, self._sources):
            numbers.forget()

    def setting(self, name: str) -> str:
        """Return a remembered value, or ""."""
        row = self._db.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
        return row[0] if row else ""

    def remember(self, name: str, value: str) -> None:
        """Remember a value under a name."""
        self._db.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (name, value))

    # Upkeep

    def while_working(self, hear: Callable[[], None]) -> None:
        """Have something called now and then while a statement takes long; it must not raise."""
        self._db.set_progress_handler(hear, _STEPS)

    def data_version(self) -> int:
        """Return a number that is another one after someone else has written to the index."""
        return int(self._db.execute("PRAGMA data_version").fetchone()[0])

    def tidy(self, limit: int) -> int:
        """Drop the contents that no feed shows, and let SQLite tidy up; return how many those were.

        Args:
            limit: how many entries a feed shows; 0 for all.
        """
        dropped = self._db.execute(
            "DELETE FROM content WHERE entry NOT IN (SELECT entry FROM (SELECT feed, entry,"
            " row_number() OVER (PARTITION BY feed ORDER BY published DESC, entry) AS place"
            " FROM member) WHERE place <= ? OR feed IN (SELECT id FROM feed WHERE archive != x''))",
            (limit or sys.maxsize,),
        ).rowcount
        self.commit()
        self._db.execute("PRAGMA optimize")
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return dropped

    # Figures

    def figures(self) -> dict[str, int]:
        """Return how many files, snapshots, entries, feeds and rejected files there are."""
        return {name: self._db.execute(query).fetchone()[0] for name, query in _FIGURES.items()}
