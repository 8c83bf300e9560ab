"""Tells PNGs of one colour: they hold a place until a script shows a picture."""

from __future__ import annotations

import zlib
from itertools import islice
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_SAMPLES: Final = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""Samples of a pixel by colour type (PNG specification, 11.2.1)."""

_MOST_PIXELS: Final = 4_000_000
_PACKED: Final = 50
"""Bytes that one of a blank file unpacks to at least: what doesn't pack so well isn't looked at."""

_CHUNK: Final = 65_536
_AS_IT_IS: Final = 0
_SUB: Final = 1
_FROM_ABOVE: Final = frozenset((2, 4))
"""Filters (PNG specification, 9.2) that leave zeros below a row of the same pixels."""


def is_blank_png(data: bytes, width: int, height: int) -> bool:
    """Tell whether all pixels of a PNG are the same.

    Args:
        data: the file.
        width: of the picture.
        height: of the picture.
    """
    samples = _SAMPLES.get(data[25], 1) * data[24]
    length = (width * samples + 7) // 8
    is_interlaced = data[28] != 0
    is_large = width * height > _MOST_PIXELS
    if is_interlaced or is_large or length * height < _PACKED * len(data):
        return False
    try:
        # What follows the last row may unpack to gigabytes.
        rows = islice(_unpack(data, length + 1), height)
        return _are_same(rows, max(1, samples // 8))
    except zlib.error:
        return False


def _are_same(rows: Iterator[bytes], pixel: int) -> bool:
    """Tell whether rows as they are stored hold only one pixel, of so many bytes."""
    first, below = b"", False
    for row in rows:
        kind, start, rest = row[0], row[1 : pixel + 1], row[pixel + 1 :]
        first = first or start
        if kind == _AS_IT_IS:
            is_same = start + rest == first * (len(row) // pixel)
        elif kind == _SUB:
            is_same = start == first and not rest.strip(b"\0")
        else:
            is_same = kind in _FROM_ABOVE and not rest.strip(b"\0")
            is_same = is_same and start == (bytes(pixel) if below else first)
        if not is_same:
            return False
        below = True
    return below


def _unpack(data: bytes, length: int) -> Iterator[bytes]:
    """Yield the rows of a PNG, each with its filter before it."""
    unpacker = zlib.decompressobj()
    rows = b""
    for part in _list_parts(data):
        left = part
        while left:
            rows += unpacker.decompress(left, _CHUNK)
            left = unpacker.unconsumed_tail
            whole = len(rows) // length * length
            yield from (rows[at : at + length] for at in range(0, whole, length))
            rows = rows[whole:]


def _list_parts(data: bytes) -> Iterator[bytes]:
    at = 8
    while at + 8 <= len(data):
        size, kind = int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8]
        if kind == b"IDAT":
            yield data[at + 8 : at + 8 + size]
        at += size + 12
