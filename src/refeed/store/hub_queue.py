"""What the hub has not been told yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping


class PingTables:
    """The feed documents that have changed since the hub was last told of them."""

    _db: sqlite3.Connection

    def owe(self, documents: Mapping[str, int]) -> None:
        """Note documents by their path in the output, each with the number of its change."""
        self._db.executemany("INSERT OR REPLACE INTO owed VALUES (?, ?)", documents.items())

    def owed(self) -> dict[str, int]:
        """Return the documents by path in order, each with the number of its last change."""
        return dict(self._db.execute("SELECT path, change FROM owed ORDER BY path"))

    def pay(self, documents: Mapping[str, int]) -> None:
        """Forget documents that have not changed again since these changes."""
        self._db.executemany("DELETE FROM owed WHERE path = ? AND change = ?", documents.items())

    def owe_no_more(self, paths: Iterable[str]) -> None:
        """Forget documents that are published no more."""
        self._db.executemany("DELETE FROM owed WHERE path = ?", [(path,) for path in paths])

    def owe_nothing(self) -> None:
        """Forget all documents."""
        self._db.execute("DELETE FROM owed")
