"""Finds which of the pictures in an archive its page shows, and by which references."""

from __future__ import annotations

import re
from html import unescape
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from refeed.model import CarriedPicture
from refeed.pictures.identify import identify
from refeed.urls import resolve
from refeed.urls.srcset import list_candidates

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from refeed.pictures.identify import Picture

_LONGEST = 8_000
_UNKNOWN = ("", "application/octet-stream", "binary/octet-stream")
_MOST = 50_000
"""References that are looked at."""

# `content` is for og:image, `href` for pictures behind their thumbnails.
_REFERENCE = re.compile(
    r"""(?<=[\s"'/])(?:(?:data-)?(?:lazy-)?src(?P<set>set)?|data-original|poster|content|href)"""
    r"""\s*=\s*(?:"(?P<a>[^"]*)"|'(?P<b>[^']*)'|(?P<c>[^\s>"']+))""",
    re.IGNORECASE,
)


class PictureFacts(NamedTuple):
    """A picture in an archive.

    Attributes:
        media_type: as the archive states it.
        size: bytes.
        picture: what it is by its bytes; None if it is none.
    """

    media_type: str
    size: int
    picture: Picture | None


class ShownPictures(NamedTuple):
    """The pictures in an archive that a page refers to.

    Attributes:
        listed: in the order in which it does.
        by_reference: those that are pictures by their bytes, by references as the page has them,
            and by absolute addresses.
    """

    listed: tuple[CarriedPicture, ...]
    by_reference: dict[str, Picture]


def is_picture_type(media_type: str) -> bool:
    """Tell whether what has a media type may be a picture: some servers state none."""
    return media_type.startswith("image/") or media_type in _UNKNOWN


def collect_facts(media_type: str, data: bytes) -> PictureFacts:
    """Return what is known of a picture in an archive."""
    return PictureFacts(media_type, len(data), identify(data))


def find_shown(html: str, base: str, carried: Mapping[str, PictureFacts]) -> ShownPictures:
    """Return the carried pictures that a page refers to.

    Args:
        html: the page.
        base: what its relative addresses are relative to.
        carried: pictures by absolute address or `cid:` reference.
    """
    listed: dict[str, CarriedPicture] = {}
    by_reference: dict[str, Picture] = {}
    for reference in islice(_list_references(html), _MOST) if carried else ():
        if reference in listed:
            continue
        address = resolve(reference, base).partition("#")[0]
        found = carried.get(address)
        if found is None or not (found.picture or found.media_type.startswith("image/")):
            continue
        listed[reference] = CarriedPicture(reference, found.media_type, found.size)
        if found.picture:
            by_reference[reference] = by_reference[address] = found.picture
    return ShownPictures(tuple(listed.values()), by_reference)


def _list_references(html: str) -> Iterator[str]:
    for match in _REFERENCE.finditer(html):
        text = match["a"] or match["b"] or match["c"] or ""
        if match["set"]:
            yield from (address for address, _ in list_candidates(unescape(text)))
        elif len(text) <= _LONGEST:
            yield unescape(text)
