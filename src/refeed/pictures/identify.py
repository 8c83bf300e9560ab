"""Tells what a picture is by its bytes: what a file, a server or an address says doesn't count."""

from __future__ import annotations

import re
from hashlib import blake2b
from types import MappingProxyType
from typing import Final, NamedTuple

from refeed.byte_stream import ByteStream
from refeed.pictures.blank import is_blank_png

MEDIA_TYPES: Final = MappingProxyType(
    {
        "jpg": "image/jpeg",
        "png": "image/png",
        "gif": "image/gif",
        "webp": "image/webp",
        "avif": "image/avif",
        "svg": "image/svg+xml",
    }
)
"""Media types of pictures by the suffix of their names."""

MOST_BYTES: Final = 30_000_000
MOST_PIXELS: Final = 100_000_000
"""More than cameras take; a reader's memory holds four bytes of each."""

_FEWEST_BYTES: Final = 100
_THINNEST: Final = 2
"""Pixels of a line, or of a dot that counts readers."""

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_GIF: Final = (b"GIF87a", b"GIF89a")
_JPEG: Final = b"\xff\xd8\xff"
_HEAD: Final = 4096
_DRAWING: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*\?>\s*|<!--.*?-->\s*|<!DOCTYPE\s+svg[^>\[]*>\s*)*"
    rb"<(?:svg:)?svg\b",
    re.DOTALL | re.IGNORECASE,
)
_BRANDS: Final = (b"avif", b"avis")


class Picture(NamedTuple):
    """A picture.

    Attributes:
        name: digest of its bytes and suffix, for instance ``0123…cdef.jpg``: its file's name.
        width: pixels, as it is shown: turned as its metadata says. 0 of a drawing without one.
        height: likewise.
    """

    name: str
    width: int
    height: int


def identify(data: bytes) -> Picture | None:
    """Return what picture bytes are, or None: see `prepare`."""
    prepared = prepare(data)
    return prepared[0] if prepared else None


def prepare(data: bytes) -> tuple[Picture, bytes] | None:
    """Return what picture bytes are, and the bytes to publish.

    These are the same but for drawings (SVG), of which scripts and references are left out.

    Args:
        data: anything at all.

    Returns:
        None if it is no picture that pages can show, if it is blank or a dot, as what stands for a
        picture until a script shows it, or if it has more than `MOST_BYTES` or `MOST_PIXELS`.
    """
    if not _FEWEST_BYTES <= len(data) <= MOST_BYTES:
        return None
    suffix = _find_suffix(data)
    if suffix == "svg":
        from refeed.pictures.drawings import make_inert, measure_drawing

        data = make_inert(data)
        size = measure_drawing(data) if data else None
    else:
        size = _measure(data) if suffix else None
    if size is None or (suffix == "png" and is_blank_png(data, *size)):
        return None
    return Picture(f"{_digest(data)}.{suffix}", *size), data


def is_named_by(name: str, data: bytes) -> bool:
    """Tell whether a picture's name is that of bytes: their digest, and a suffix."""
    return name.partition(".")[0] == _digest(data)


def _digest(data: bytes) -> str:
    """Return 128 bits of BLAKE2b in hexadecimal."""
    return blake2b(data, digest_size=16).hexdigest()


def _find_suffix(data: bytes) -> str:
    """Return the suffix of a format that browsers show, or ""."""
    if data.startswith(_JPEG):
        return "jpg"
    if data.startswith(_PNG):
        return "png"
    if data.startswith(_GIF):
        return "gif"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "webp"
    # ISO 14496-12, 4.3: the brands of a file are in its first box.
    length = int.from_bytes(data[:4])
    if data[4:8] == b"ftyp" and any(brand in data[8 : min(length, 256)] for brand in _BRANDS):
        return "avif"
    return "svg" if _DRAWING.match(data, 0, _HEAD) else ""


def _measure(data: bytes) -> tuple[int, int] | None:
    """Return width and height, or None if they can't be read or are none of a picture."""
    import imagesize  # it imports a client of HTTP, which is not used

    try:
        width, height = imagesize.get(ByteStream(data))
    except Exception:  # noqa: BLE001 - whatever is wrong, it is no sound picture
        return None
    if min(width, height) <= _THINNEST or width * height > MOST_PIXELS:
        return None
    return int(width), int(height)
