"""Caches rendered entries in memory, so that a rewritten feed renders new entries only."""

from __future__ import annotations

import sys
from collections import OrderedDict
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

_MAX_BYTES: Final = 30_000_000
"""An entry takes 6 kB in each format: this is for the newest of some twenty sources."""


class CachedEntry(NamedTuple):
    """A rendered entry.

    Attributes:
        texts: by format.
        media: the names of the pictures of refeed's own that it shows, by format.
    """

    texts: Mapping[str, str]
    media: Mapping[str, Sequence[str]] = MappingProxyType({})


_NOTHING: Final = CachedEntry({})


class EntryCache:
    """Rendered entries by format; the least recently used are dropped.

    Args:
        max_bytes: how much it holds.
    """

    def __init__(self, max_bytes: int = _MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._entries: OrderedDict[bytes, CachedEntry] = OrderedDict()

    def get(self, fingerprint: bytes, formats: Collection[str]) -> CachedEntry | None:
        """Return an entry by its fingerprint; None if it is missing in one of the formats."""
        found = self._entries.get(fingerprint)
        if found is None or not found.texts.keys() >= set(formats):
            return None
        self._entries.move_to_end(fingerprint)
        return found

    def put(self, fingerprint: bytes, entry: CachedEntry) -> None:
        """Add an entry, or more formats of one."""
        known = self._entries.pop(fingerprint, _NOTHING)
        texts = {**known.texts, **entry.texts}
        self._entries[fingerprint] = CachedEntry(texts, {**known.media, **entry.media})
        self._bytes += _count_bytes(texts) - _count_bytes(known.texts)
        while self._bytes > self._max_bytes:
            self._bytes -= _count_bytes(self._entries.popitem(last=False)[1].texts)


def _count_bytes(texts: Mapping[str, str]) -> int:
    return sum(map(sys.getsizeof, texts.values()))
