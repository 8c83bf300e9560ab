"""Caches rendered entries in memory, so that a rewritten feed renders new entries only."""

from __future__ import annotations

import sys
from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_MAX_BYTES = 12_000_000


class EntryCache:
    """Rendered entries by format; the least recently used are dropped.

    Args:
        max_bytes: how much it holds.
    """

    def __init__(self, max_bytes: int = _MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._entries: OrderedDict[bytes, Mapping[str, str]] = OrderedDict()

    def get(self, fingerprint: bytes, formats: Collection[str]) -> Mapping[str, str] | None:
        """Return an entry by its fingerprint; None if it is missing in one of the formats."""
        texts = self._entries.get(fingerprint, {})
        if not texts.keys() >= set(formats):
            return None
        self._entries.move_to_end(fingerprint)
        return texts

    def put(self, fingerprint: bytes, texts: Mapping[str, str]) -> None:
        """Add an entry, or more formats of one."""
        known = self._entries.pop(fingerprint, {})
        self._entries[fingerprint] = {**known, **texts}
        self._bytes += _count_bytes(self._entries[fingerprint]) - _count_bytes(known)
        while self._bytes > self._max_bytes:
            self._bytes -= _count_bytes(self._entries.popitem(last=False)[1])


def _count_bytes(texts: Mapping[str, str]) -> int:
    return sum(map(sys.getsizeof, texts.values()))
