"""Short numbers for texts that many rows name."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3


class Numbers:
    """The numbers of a table's rows by what they are of, remembered once they were looked up.

    Args:
        db: the index.
        table: its name; it has an `id`, and the columns have values that no other row has.
        columns: what is numbered.
    """

    def __init__(self, db: sqlite3.Connection, table: str, *columns: str) -> None:
        self._db = db
        self._known: dict[tuple[object, ...], int] = {}
        names, marks = ", ".join(columns), ", ".join("?" * len(columns))
        self._add = f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({marks})"
        self._find = f"SELECT id FROM {table} WHERE ({names}) = ({marks})"

    def of(self, *values: object) -> int:
        """Return the number of some values; they get one if they have none."""
        number = self._known.get(values)
        if number is None:
            self._db.execute(self._add, values)
            number = int(self._db.execute(self._find, values).fetchone()[0])
            self._known[values] = number
        return number

    def forget(self) -> None:
        """Look them up anew from now on: rows have gone."""
        self._known.clear()
