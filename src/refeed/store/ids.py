"""Short ids for values that many rows refer to."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3


class Ids:
    """The ids of a table's rows by their values, cached.

    Args:
        db: the index.
        table: has a column `id`; the values of the columns are unique.
        columns: the columns that identify a row.
    """

    def __init__(self, db: sqlite3.Connection, table: str, *columns: str) -> None:
        self._db = db
        self._cached: dict[tuple[object, ...], int] = {}
        names, marks = ", ".join(columns), ", ".join("?" * len(columns))
        self._insert = f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({marks})"
        self._select = f"SELECT id FROM {table} WHERE ({names}) = ({marks})"

    def get(self, *values: object) -> int:
        """Return the id of a row, which is inserted if it isn't there."""
        found = self._cached.get(values)
        if found is None:
            self._db.execute(self._insert, values)
            found = int(self._db.execute(self._select, values).fetchone()[0])
            self._cached[values] = found
        return found

    def clear_cache(self) -> None:
        """Look ids up again from now on: rows were deleted."""
        self._cached.clear()
