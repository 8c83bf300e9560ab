"""The entries that a change concerns: a set that SQLite holds, since it may be all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator


class ConcernedTables:
    """Entries to be merged and assigned to feeds anew.

    They are of one connection, and gone when that is closed or the transaction undone.
    """

    _db: sqlite3.Connection

    def _begin_concerned(self) -> None:
        self._db.execute("CREATE TEMP TABLE concerned (entry INTEGER PRIMARY KEY)")

    def concern(self, entries: Iterable[int]) -> None:
        """Add entries."""
        self._db.executemany(
            "INSERT OR IGNORE INTO concerned VALUES (?)", ((entry,) for entry in entries)
        )

    def concern_all(self) -> None:
        """Add all entries that there are, and all that there are snapshots of."""
        self._db.execute("INSERT OR IGNORE INTO concerned SELECT DISTINCT entry FROM snapshot")
        self._db.execute("INSERT OR IGNORE INTO concerned SELECT id FROM entry")

    def concern_none(self) -> None:
        """Remove all."""
        self._db.execute("DELETE FROM concerned")

    def concerned(self) -> Iterator[int]:
        """Yield them in order."""
        return (entry for (entry,) in self._db.execute("SELECT entry FROM concerned"))
