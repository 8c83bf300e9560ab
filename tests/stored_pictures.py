"""Pictures that tests make, and stores for them."""

from __future__ import annotations

import zlib
from struct import pack
from typing import TYPE_CHECKING

from refeed.pictures.identify import prepare
from refeed.rules import fingerprint, picture_likeness_rules
from refeed.web_pictures.catalogue import StoredPicture
from refeed.web_pictures.store import PictureStore

if TYPE_CHECKING:
    from pathlib import Path


def png(number: int, width: int = 40, height: int = 30) -> bytes:
    """Return a picture in which no two numbers have the same pixels."""
    seed = number * 2_654_435_761 % 2**32
    rows = bytearray()
    for row in range(height):
        rows.append(0)
        for column in range(width):
            seed = (seed * 1_103_515_245 + 12_345 + row + column) % 2**31
            rows += bytes(((seed >> 8) % 256, (seed >> 16) % 256, number % 256))
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        + _chunk(b"IDAT", zlib.compress(bytes(rows)))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))


def open_store(folder: Path) -> PictureStore:
    """Open the picture store of a folder."""
    return PictureStore.open(folder, picture_likeness_rules(), fingerprint())


def add_picture(
    store: PictureStore, url: str, number: int = 1, width: int = 40, height: int = 30
) -> StoredPicture:
    """Store a picture as a fetch does."""
    data = png(number, width, height)
    prepared = prepare(data)
    assert prepared is not None
    (name, *size), kept = prepared
    picture = StoredPicture(name, len(kept), *size)
    store.add(url, picture, kept, "", "")
    return picture
