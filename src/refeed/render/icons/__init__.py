"""The icon of feeds and pages. `scripts/icons.py` draws the pictures as icon.svg has them."""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

SVG: Final = "icon.svg"
PNG: Final = "icon.png"
FAVICON: Final = "favicon.ico"

CONTENT_TYPES: Final = MappingProxyType(
    {SVG: "image/svg+xml; charset=utf-8", PNG: "image/png", FAVICON: "image/vnd.microsoft.icon"}
)
"""The files of the icon, relative to the output folder, and what they are served as."""


@cache
def load_icons() -> Mapping[str, bytes]:
    """Return the bytes of each file of the icon."""
    return MappingProxyType({name: (files(__name__) / name).read_bytes() for name in CONTENT_TYPES})


@cache
def fingerprint() -> str:
    """Digest the icon: a change makes published ones outdated."""
    return blake2b(b"".join(load_icons().values()), digest_size=16).hexdigest()
