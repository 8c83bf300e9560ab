"""Which picture is shown for an address, where several are alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from refeed.web_pictures.catalogue import LikePicture, StoredPicture


def choose_picture(url: str, alike: Iterable[LikePicture]) -> StoredPicture | None:
    """Return the picture to show for an address: its own, or else the largest that is alike."""
    best = max(alike, key=lambda each: _rank(url, each), default=None)
    return best.picture if best else None


def _rank(url: str, like: LikePicture) -> tuple[bool, bool, int, int, str]:
    picture = like.picture
    return (
        like.url == url,
        _without_scheme(like.url) == _without_scheme(url),
        picture.width * picture.height,
        picture.size,
        picture.name,
    )


def _without_scheme(url: str) -> str:
    return url.partition("://")[2]
