"""Tells errors of what a SQLite file is in from those of the file itself."""

from __future__ import annotations

import sqlite3
from typing import Final

_SURROUNDINGS: Final = frozenset(
    (
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
    )
)


def is_of_surroundings(error: sqlite3.Error) -> bool:
    """Tell whether an error is of the disk, or of another process that has the file."""
    # The primary result code is in the lowest byte.
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in _SURROUNDINGS
