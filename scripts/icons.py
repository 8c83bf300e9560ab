"""Draws icon.png and favicon.ico, as icon.svg has the icon, into src/refeed/render/icons.

Usage: python scripts/icons.py [FOLDER]
"""

from __future__ import annotations

import struct
import sys
import zlib
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "src" / "refeed" / "render" / "icons"
GRID = 16
RADIUS = 3
BARS = [(x, y, width) for y in (3, 7, 11) for x, width in ((3, 2), (7, 6))]
BLUE, WHITE = b"\x1b\x55\x91", b"\xff\xff\xff"
LEVELS = 4
"""How many points across a pixel decide how much of it is covered."""


def draw_png(size: int) -> bytes:
    """Return a PNG of so many pixels a side (PNG specification, third edition)."""
    unit = size / GRID
    rows = (b"\0" + b"".join(_colour(x, y, unit) for x in range(size)) for y in range(size))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(kind, data)
        for kind, data in (
            (b"IHDR", struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)),
            (b"tEXt", b"Software\0refeed"),
            (b"IDAT", zlib.compress(b"".join(rows), 9)),
            (b"IEND", b""),
        )
    )


def draw_ico(*sizes: int) -> bytes:
    """Return an ICO file that holds PNGs."""
    pictures = [draw_png(size) for size in sizes]
    head = struct.pack("<HHH", 0, 1, len(sizes))
    start = len(head) + 16 * len(sizes)
    for size, picture in zip(sizes, pictures, strict=True):
        head += struct.pack("<BBBBHHII", size, size, 0, 0, 1, 32, len(picture), start)
        start += len(picture)
    return head + b"".join(pictures)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _colour(x: int, y: int, unit: float) -> bytes:
    left, top = x / unit, y / unit
    if any(a <= left < a + width and b <= top < b + 2 for a, b, width in BARS):
        return WHITE + b"\xff"
    points = [
        (left + (i + 0.5) / LEVELS / unit, top + (j + 0.5) / LEVELS / unit)
        for i in range(LEVELS)
        for j in range(LEVELS)
    ]
    covered = sum(map(_is_inside, points))
    return (BLUE if covered else b"\0\0\0") + bytes([covered * 255 // len(points)])


def _is_inside(point: tuple[float, float]) -> bool:
    """Tell whether a point of the grid is in the square with round corners."""
    across, down = (max(RADIUS - at, at - (GRID - RADIUS), 0) for at in point)
    return across**2 + down**2 <= RADIUS**2


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if sys.argv[1:] else FOLDER
    (folder / "icon.png").write_bytes(draw_png(512))
    (folder / "favicon.ico").write_bytes(draw_ico(16, 32))
