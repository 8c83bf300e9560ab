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


_BLOCK = 4_000_000


def png(number: int, width: int = 40, height: int = 30) -> bytes:
    """Return a picture in which no two numbers have the same pixels."""
    seed = number * 2_654_435_761 % 2**32
    rows = bytearray()
    for row in range(height):
        rows.append(0)
        for column in range(width):
            seed = (seed * 1_103_515_245 + 12_345 + row + column) % 2**31
            rows += bytes(((seed >> 8) % 256, (seed >> 16) % 256, number % 256))
    return make_png(width, height, 2, bytes(rows))


def make_png(width: int, height: int, kind: int, rows: bytes) -> bytes:
    """Return a PNG of rows of 8 bits a sample, of a colour type; each begins with its filter."""
    return _join(width, height, kind, zlib.compress(rows))


def _join(width: int, height: int, kind: int, pixels: bytes) -> bytes:
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0))
        + _chunk(b"IDAT", pixels)
        + _chunk(b"IEND", b"")
    )


def png_bomb(width: int, height: int, unpacked: int) -> bytes:
    """Return a small PNG of one colour whose pixels unpack to that many bytes or some more."""
    parts, size = _pack_zeros(unpacked)
    # RFC 1950: the sums of zeros are 1, and how many they are.
    pixels = b"\x78\x9c" + parts + (size % 65_521 << 16 | 1).to_bytes(4)
    return _join(width, height, 6, pixels)


def gzip_bomb(unpacked: int) -> bytes:
    """Return a small body in gzip (RFC 1952) that unpacks to that many zeros or some more."""
    parts, size = _pack_zeros(unpacked)
    checksum = 0
    for _ in range(size // _BLOCK):
        checksum = zlib.crc32(bytes(_BLOCK), checksum)
    head = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"
    return head + parts + pack("<II", checksum, size % 2**32)


def _pack_zeros(size: int) -> tuple[bytes, int]:
    """Return zeros as DEFLATE packs them, in blocks that can be repeated, and how many they are."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(bytes(_BLOCK)) + packer.flush(zlib.Z_FULL_FLUSH)
    number = -(-size // _BLOCK)
    return block * number + packer.flush(), number * _BLOCK


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
