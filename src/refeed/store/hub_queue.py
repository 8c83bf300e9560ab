"""The queue of feed documents that the WebSub hub must be told of."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping


class HubQueue:
    """Feed documents that changed since the hub was last told of them.

    Documents are named by their path in the output folder. Each has the number of its last change,
    so that a change during a ping isn't lost.
    """

    _db: sqlite3.Connection

    def enqueue_for_hub(self, documents: Mapping[str, int]) -> None:
        """Add documents, each with the number of its change."""
        self._db.executemany("INSERT OR REPLACE INTO hub_queue VALUES (?, ?)", documents.items())

    def hub_pending(self) -> dict[str, int]:
        """Return the queue in order of path: documents and the numbers of their last changes."""
        return dict(self._db.execute("SELECT path, change FROM hub_queue ORDER BY path"))

    def acknowledge_hub(self, documents: Mapping[str, int]) -> None:
        """Remove documents, unless they changed again after these changes."""
        self._db.executemany(
            "DELETE FROM hub_queue WHERE path = ? AND change = ?", documents.items()
        )

    def drop_from_hub_queue(self, paths: Iterable[str]) -> None:
        """Remove documents that are no longer published."""
        self._db.executemany("DELETE FROM hub_queue WHERE path = ?", [(path,) for path in paths])

    def clear_hub_queue(self) -> None:
        """Remove all."""
        self._db.execute("DELETE FROM hub_queue")
