"""Pieces of documents in memory: a change of one entry finds the others of its feeds written."""

from __future__ import annotations

import sys
from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST_BYTES = 12_000_000


class Pieces:
    """What was written of entries, by format; those used last, up to a number of bytes.

    Args:
        most: how many bytes.
    """

    def __init__(self, most: int = _MOST_BYTES) -> None:
        self._most = most
        self._bytes = 0
        self._kept: OrderedDict[bytes, Mapping[str, str]] = OrderedDict()

    def get(self, fingerprint: bytes) -> Mapping[str, str]:
        """Return what there is of an entry, by the fingerprint of all that it depends on."""
        found = self._kept.get(fingerprint, {})
        if found:
            self._kept.move_to_end(fingerprint)
        return found

    def put(self, fingerprint: bytes, pieces: Mapping[str, str]) -> None:
        """Keep what was written of an entry, with what there was in other formats."""
        known = self._kept.pop(fingerprint, {})
        self._kept[fingerprint] = {**known, **pieces}
        self._bytes += _size(self._kept[fingerprint]) - _size(known)
        while self._bytes > self._most:
            self._bytes -= _size(self._kept.popitem(last=False)[1])


def _size(pieces: Mapping[str, str]) -> int:
    return sum(map(sys.getsizeof, pieces.values()))
