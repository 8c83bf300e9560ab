"""Features of articles: numbers of 64 bits that recur where a line or an image does.

The lowest byte says what kind of feature it is and where in its article it stands. The rest is the
key: 56 bits of a digest of what recurs, or twice 28 for a class and its text. Features of an
article are stored as they are, eight bytes each, little-endian.
"""

from __future__ import annotations

import sys
from array import array
from enum import IntEnum
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

HEAD: Final = 1
"""Near the beginning of its article."""
TAIL: Final = 2
"""Near the end of its article."""
WEAK: Final = 4
"""Prose: it needs more support."""
DECORATION: Final = 8
"""An image that its address, class or size calls decoration: it needs less."""

_PLACE_BITS: Final = 8
_KIND_SHIFT: Final = 4
_HALF_BITS: Final = 28
_HALF: Final = (1 << _HALF_BITS) - 1


class Kind(IntEnum):
    """What recurs."""

    LINE = 0
    """A whole line, title and dates masked."""
    LABEL = 1
    """The label of a line that goes on with a link."""
    TARGET = 2
    """The target of a line's link, with the line's first word."""
    CLASS = 3
    """The text of an element that is the only one of its class in the article."""
    IMAGE = 4
    """The address of an image."""


_NUMBERS: Final = tuple(f"{int(kind)}\0" for kind in Kind)


def make_key(kind: Kind, *parts: str) -> int:
    """Return the key of a feature: 56 bits of a digest."""
    text = (_NUMBERS[kind] + "\0".join(parts)).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(text, digest_size=7).digest())


def make_class_key(name: str, line_key: int) -> int:
    """Return the key of a class with the text of a line."""
    return (make_key(Kind.CLASS, name) & _HALF) << _HALF_BITS | line_key & _HALF


def split_class_key(key: int) -> tuple[int, int]:
    """Return the half of a class's key that stands for the class, and that for the line."""
    return key >> _HALF_BITS, key & _HALF


def line_half(line_key: int) -> int:
    """Return the half of a class's key that stands for a line."""
    return line_key & _HALF


def make_feature(kind: Kind, key: int, flags: int) -> int:
    """Return a feature of its key, kind and flags."""
    return key << _PLACE_BITS | kind << _KIND_SHIFT | flags


def split_feature(feature: int) -> tuple[int, Kind, int]:
    """Return key, kind and flags of a feature."""
    return feature >> _PLACE_BITS, Kind(feature >> _KIND_SHIFT & 7), feature & 15


def pack(features: Iterable[int]) -> bytes:
    """Return features as bytes."""
    packed = array("Q", features)
    if sys.byteorder == "big":
        packed.byteswap()
    return packed.tobytes()


def unpack(data: bytes) -> array[int]:
    """Return the features that `pack` has packed.

    Raises:
        ValueError: the bytes are no features.
    """
    features = array("Q")
    features.frombytes(data)
    if sys.byteorder == "big":
        features.byteswap()
    return features
