"""Pictures of signs, as blogs write emoji and smilies."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refeed.cleaning.images.sizes import read_side

if TYPE_CHECKING:
    from refeed.cleaning.element_kinds import Element

_LARGEST = 72
_LONGEST = 12
_EMOJI = re.compile(r"emoji|smil(?:ey|ie)|emoticon")
_EMOTICON = re.compile(r"[:;=8][-^']?[)(|/\\*\]\[]")


def find_sign(image: Element, address: str) -> str:
    """Return the sign that an image is a picture of, or "".

    Args:
        image: an `img`.
        address: where its picture is; "" if it has none, as signs that a style sheet shows.
    """
    text: str = (image.get("alt") or "").strip()
    if not text or len(text) > _LONGEST:
        return ""
    is_emoji = has_name_of_emoji(image, address)
    if not any(map(str.isalnum, text)):
        is_small = read_side(image, "height") <= _LARGEST
        is_sign = _EMOTICON.match(text) or any(character > "\u2190" for character in text)
        return text if is_emoji or (is_small and is_sign) else ""
    return text if is_emoji and text.startswith((":", ";", "8", "X")) else ""


def has_name_of_emoji(image: Element, address: str) -> bool:
    """Tell whether the class or the address of an image says that it is an emoji."""
    return _EMOJI.search(f"{image.get('class') or ''} {address}".lower()) is not None
