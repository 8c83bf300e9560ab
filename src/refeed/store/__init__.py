"""The index of snapshots, entries and feeds in SQLite: a cache that is rebuilt if it is deleted.

All SQL of the index is here.
"""

from __future__ import annotations

import sqlite3
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from refeed.model import ALL
from refeed.store.archive_tables import ArchiveTables
from refeed.store.article_tables import ArticleRow, ArticleTables, EditionRow, Neighbour
from refeed.store.clean_shutdown import mark_clean
from refeed.store.file_tables import FileTables
from refeed.store.hub_queue import HubQueue
from refeed.store.ids import Ids
from refeed.store.learning_tables import LearningTables
from refeed.store.media_tables import MediaTables
from refeed.store.output_tables import OutputTables
from refeed.store.page_tables import PageRow, PageTable
from refeed.store.picture_tables import PictureTables, ShownPictures
from refeed.store.rows import Content, EntryRow, FileRow, SnapshotRow, StoredVersion, entry_number
from refeed.store.schema import copy_to_memory, create, is_damage, open_index, open_to_read

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = [
    "ArticleRow",
    "Content",
    "EditionRow",
    "EntryRow",
    "FileRow",
    "Neighbour",
    "PageRow",
    "ShownPictures",
    "SnapshotRow",
    "Store",
    "StoredVersion",
    "entry_number",
    "is_damage",
]


_STEPS = 1_000_000
"""Instructions of SQLite's virtual machine between two calls of a progress handler: some 25 ms."""


_COUNTS = {
    # A row without a name stands for a folder that can't be listed.
    "files": (
        "SELECT coalesce(max(number), 0) - (SELECT count(*) FROM file INDEXED BY file_problem"
        " WHERE problem != '' AND name = x'') FROM counter WHERE name = 'files'"
    ),
    "snapshots": "SELECT coalesce(max(number), 0) FROM counter WHERE name = 'snapshots'",
    # Every entry is in the feed of everything, which is counted as it changes.
    "entries": f"SELECT coalesce(max(entries), 0) FROM feed WHERE name = '{ALL}'",
    "feeds": "SELECT count(*) FROM feed",
    "unread_dates": (
        "SELECT total(unread_dates) FROM file INDEXED BY file_unread_dates WHERE unread_dates != 0"
    ),
    "rejected": "SELECT count(*) FROM file INDEXED BY file_problem WHERE problem != ''",
}


class Store(
    FileTables,
    ArchiveTables,
    ArticleTables,
    LearningTables,
    PictureTables,
    OutputTables,
    MediaTables,
    HubQueue,
):
    """The index of a state folder, or one in memory."""

    def __init__(self, connection: sqlite3.Connection, file: Path | None = None) -> None:
        self._db = connection
        self._file = file
        self._feeds = Ids(connection, "feed", "name")
        self._folders = Ids(connection, "folder", "seed", "path")
        self._sources = Ids(connection, "source", "host")
        self.archives = PageTable(connection, self._feeds, "archive")
        self.lists = PageTable(connection, self._feeds, "list")
        self._create_affected()

    @classmethod
    def open(cls, file: Path, discarded: Callable[[str], None] | None = None) -> Store:
        """Open the index; create it if it isn't there, and again if it can't be used.

        Args:
            file: the index.
            discarded: called with the reason why the index that was there could not be used.

        Raises:
            OSError: the folder can't be written.
        """
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            return cls(open_index(file), file)
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise OSError(f"{file}: {error}") from error
            reason = str(error)
        except ValueError as error:
            reason = str(error)
        if discarded is not None:
            discarded(reason)
        cls.remove(file)
        return cls(open_index(file), file)

    @staticmethod
    def remove(file: Path) -> None:
        """Delete an index and the files beside it."""
        for end in ("", "-wal", "-shm", "-closed"):
            file.with_name(file.name + end).unlink(missing_ok=True)

    @classmethod
    def open_to_read(cls, file: Path) -> Store:
        """Open an index that is there to read from it; its folder must be locked.

        Raises:
            sqlite3.DatabaseError: it can't be used.
        """
        return cls(open_to_read(file))

    @classmethod
    def open_copy(cls, file: Path | None = None) -> Store:
        """Return an index in memory, a copy of the one in `file` if that can be used.

        Args:
            file: the index, absolute; nothing is written to its folder.
        """
        if file is not None and file.is_file():
            with suppress(sqlite3.DatabaseError, ValueError):
                return cls(copy_to_memory(file))
        connection = sqlite3.connect(":memory:")
        create(connection)
        return cls(connection)

    def close(self) -> None:
        """Close the index; what was not committed is undone."""
        self._db.close()
        if self._file is not None:
            mark_clean(self._file)

    def commit(self) -> None:
        """Commit the transaction."""
        self._db.commit()

    def rollback(self) -> None:
        """Undo the transaction."""
        self._db.rollback()
        self._clear_ids()

    def clear(self) -> None:
        """Delete all rows but the hub queue, which can't be rebuilt."""
        tables = self._db.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name != 'hub_queue'"
            " AND name NOT GLOB 'sqlite_*'"
        )
        for (table,) in tables.fetchall():
            self._db.execute(f"DELETE FROM {table}")
        self._clear_ids()

    def _clear_ids(self) -> None:
        for ids in (self._feeds, self._folders, self._sources):
            ids.clear_cache()

    def get_setting(self, name: str) -> str:
        """Return a setting, or ""."""
        row = self._db.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
        return row[0] if row else ""

    def set_setting(self, name: str, value: str) -> None:
        """Store a setting."""
        self._db.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (name, value))

    def on_long_statement(self, call: Callable[[], None]) -> None:
        """Set what is called now and then while a statement takes long; it must not raise."""
        self._db.set_progress_handler(call, _STEPS)

    def data_version(self) -> int:
        """Return a number that changes when another connection has written to the index."""
        return int(self._db.execute("PRAGMA data_version").fetchone()[0])

    def delete_unused(self, limit: int) -> int:
        """Delete the cached contents that nothing shows, and what was learned for them.

        Args:
            limit: how many entries of a feed are shown; 0 for all.

        Returns:
            How many contents were deleted.
        """
        self._db.execute("CREATE TEMP TABLE shown (entry INTEGER PRIMARY KEY)")
        self._db.execute(
            "INSERT OR IGNORE INTO shown SELECT entry FROM (SELECT feed, entry,"
            " row_number() OVER (PARTITION BY feed ORDER BY published DESC, entry) AS place"
            " FROM member) WHERE place <= ? OR feed IN (SELECT id FROM feed WHERE archive != x'')",
            (limit or sys.maxsize,),
        )
        dropped = self._db.execute(
            "DELETE FROM content WHERE entry NOT IN (SELECT entry FROM shown)"
        ).rowcount
        self.drop_unused_learning()
        self.drop_unused_pictures()
        self._db.execute("DROP TABLE shown")
        self.commit()
        self._db.execute("PRAGMA optimize")
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return dropped

    def counts(self) -> dict[str, int]:
        """Count files, snapshots, entries and feeds, and what could not be read."""
        return {name: int(self._db.execute(query).fetchone()[0]) for name, query in _COUNTS.items()}
