"""Pictures that are no part of an article: icons, buttons of networks, portraits of readers.

A picture of a sign, as blogs write emoji, becomes the sign.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from refeed.cleaning.changes import Remove, Replace
from refeed.cleaning.element_kinds import find_around, is_within, make_element
from refeed.cleaning.images.signs import find_sign, has_name_of_emoji
from refeed.cleaning.images.sizes import NO_SIZE, read_side
from refeed.urls import split

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refeed.cleaning.boilerplate.line_rules import Networks, Pictures
    from refeed.cleaning.changes import Change
    from refeed.cleaning.dom import Document
    from refeed.cleaning.element_kinds import Element

_LARGEST_ICON = 16
_LARGEST_BUTTON = 64
_LARGEST_SIGN = 100
_SHORTEST_PATH = 8
_PHOTO = re.compile(r"\.(?:jpe?g|webp|avif)(?:[?#]|$)", re.IGNORECASE)
_SIGN = re.compile(
    r"icon|logo|button|\bbtn|badge|follow|share|donate|support|facebook|twitter|instagram"
    r"|youtube|telegram|linkedin|pinterest|tiktok|mastodon|whatsapp|patreon|ko-?fi|paypal|rss",
    re.IGNORECASE,
)


def changes(document: Document, networks: Networks, pictures: Pictures) -> Iterator[Change]:
    """Remove icons, buttons and counters; replace pictures of signs by the signs."""
    gone: set[Element] = set()
    own = document.url.partition("//")[2]
    for image in document.all("img"):
        address = image.get("src") or ""
        if is_within(image, gone):
            continue
        if sign := find_sign(image, address):
            yield Replace(image, make_element("span", sign), "picture of a sign")
        elif _is_icon(image, address):
            yield Remove(image, "icon")
        elif pictures.is_known(address):
            yield Remove(image, "portrait or badge")
        elif len(own) > _SHORTEST_PATH and _carries(address, own):
            yield Remove(image, "statistics of the article")
        elif (link := find_around(image, {"a"})) is not None and not document.shown_text(link):
            href = link.get("href") or ""
            leads = networks.has_host(href) or pictures.is_giving(href)
            if leads and _is_button(image, address, is_post=networks.is_post(href)):
                gone.add(link)
                yield Remove(link, "button of a network")


def _is_icon(image: Element, address: str) -> bool:
    if len(image.get("width") or "long") > len(str(_LARGEST_ICON)):
        return False
    width, height = read_side(image, "width"), read_side(image, "height")
    if max(width, height) > _LARGEST_ICON:
        return False
    is_sign = image.get("alt") and has_name_of_emoji(image, address)
    return not is_sign and (width == height or _PHOTO.search(address) is None)


def _is_button(image: Element, address: str, *, is_post: bool) -> bool:
    shorter, longer = sorted(read_side(image, side) for side in ("width", "height"))
    if shorter <= _LARGEST_BUTTON:
        return True
    if is_post or _LARGEST_SIGN < shorter <= longer < NO_SIZE:
        return False  # A picture of a post is called like the network, too.
    name = f"{image.get('alt') or ''} {address.rpartition('/')[2]}"
    return _SIGN.search(name) is not None and _PHOTO.search(address) is None


def _carries(address: str, own: str) -> bool:
    """Tell whether the query of an address carries the article's own, as counters want it."""
    parts = split(address) if "?" in address else None
    if parts is None or not parts.query or parts.path.endswith((".jpg", ".png", ".webp")):
        return False
    return own in unquote(unquote(parts.query))
