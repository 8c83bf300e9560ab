"""The entries that a change affects, as a table: it can be every entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator


class AffectedEntries:
    """Entries to be merged and assigned to feeds again.

    The set belongs to one connection. It is lost when that closes or the transaction is undone.
    """

    _db: sqlite3.Connection

    def _create_affected(self) -> None:
        self._db.execute("CREATE TEMP TABLE affected (entry INTEGER PRIMARY KEY)")

    def mark_affected(self, entries: Iterable[int]) -> None:
        """Add entries of which snapshots changed."""
        rows = [(entry,) for entry in entries]
        self._db.executemany("INSERT OR IGNORE INTO affected VALUES (?)", rows)
        self._db.executemany("DELETE FROM features WHERE entry = ?", rows)

    def mark_all_affected(self) -> None:
        """Add every entry, and every entry that a snapshot belongs to."""
        self._db.execute("INSERT OR IGNORE INTO affected SELECT DISTINCT entry FROM snapshot")
        self._db.execute("INSERT OR IGNORE INTO affected SELECT id FROM entry")

    def clear_affected(self) -> None:
        """Remove all."""
        self._db.execute("DELETE FROM affected")

    def affected_entries(self) -> Iterator[int]:
        """Yield the entries in order."""
        return (entry for (entry,) in self._db.execute("SELECT entry FROM affected"))
