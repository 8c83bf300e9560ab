"""Loads empty tables without their indexes, and creates the indexes afterwards."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator


class BulkLoad:
    """Loads tables from nothing."""

    _db: sqlite3.Connection

    @contextmanager
    def bulk_load(self, *tables: str) -> Iterator[bool]:
        """Load tables; drop the indexes of empty ones first and create them again at the end.

        Creating an index of all rows is faster than adding them one by one. Until then, rows are
        found by their id only. A caller that raises must `rollback`.

        Yields:
            Whether the tables are empty. If they are not, nothing is dropped.
        """
        empty = not any(self._has_rows(table) for table in tables)
        indexes = self._find_indexes(tables) if empty else {}
        if indexes and not self._db.in_transaction:
            # Without it each of the statements that follow would be a transaction of its own.
            self._db.execute("BEGIN")
        for name in indexes:
            self._db.execute(f"DROP INDEX {name}")
        yield empty
        for definition in indexes.values():
            self._db.execute(definition)

    def _has_rows(self, table: str) -> bool:
        query = f"SELECT EXISTS (SELECT 1 FROM {table})"
        return bool(self._db.execute(query).fetchone()[0])

    def _find_indexes(self, tables: tuple[str, ...]) -> dict[str, str]:
        """Return the definitions of the tables' indexes by name, without those of primary keys."""
        rows = self._db.execute(
            "SELECT name, sql, tbl_name FROM sqlite_master WHERE type = 'index'"
        )
        return {name: sql for name, sql, table in rows.fetchall() if sql and table in tables}
