"""Checksums of rows: SQLite has none, and flipped bits on the disk would be published."""

from __future__ import annotations

from typing import Final
from zlib import crc32

from refeed.store.schema import DamageError

ENTRY_CHECKSUM: Final = "({0}.source + 3 * {0}.snapshot + 5 * {0}.published + 7 * {0}.updated)"
"""The checksum of an entry, in SQL, since most entries are written by a statement over tables."""


def compute_checksum(*values: object) -> int:
    """Return the CRC-32 of texts and numbers. It detects faults of disks, not forgery."""
    return crc32("\0".join(map(str, values)).encode("utf-8", "surrogatepass"))


def compute_checksum_of_bytes(*values: bytes) -> int:
    """Return the CRC-32 of bytes."""
    return crc32(b"\0".join(values))


def verify_bytes(stored: int, *values: bytes) -> None:
    """Check bytes that were read as `verify_checksum` does other values.

    Raises:
        DamageError: they differ from what was stored.
    """
    if stored != compute_checksum_of_bytes(*values):
        raise DamageError("a row of the index does not agree with its checksum")


def verify_checksum(stored: int, *values: object) -> None:
    """Check values that were read against the checksum that was stored with them.

    Raises:
        DamageError: they differ.
    """
    if stored != compute_checksum(*values):
        raise DamageError("a row of the index does not agree with its checksum")
