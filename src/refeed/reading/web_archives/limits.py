"""How large a page in an archive may be."""

from __future__ import annotations

from refeed.errors import SnapshotError

LONGEST_PAGE = 20_000_000
"""Bytes, past all packing."""


def check_length(page: bytes) -> None:
    """Raise if a page is too large.

    Raises:
        SnapshotError: it is.
    """
    if len(page) > LONGEST_PAGE:
        raise SnapshotError(f"a page of more than {LONGEST_PAGE:,} bytes")
