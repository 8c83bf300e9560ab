"""Puts an article's lead picture at its head where the page shows it elsewhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from refeed.reading.saved_page.tree import make_element

if TYPE_CHECKING:
    from refeed.reading.saved_page.tree import Element

_SHOWN = frozenset("img video iframe embed object amp-img amp-video".split())
_ICON = re.compile(r"^[^?#]*\.(?:gif|svg)(?:$|[?#])", re.IGNORECASE)
# As `PageTree.take_out_long_attributes` leaves it.
_CARRIED = re.compile(r"data:image/(?!s)[^;]*refeed:\d+;")
_WORD = re.compile(r"[a-z0-9]{4,}")
_SIZE = re.compile(r"\d+x\d+|\d+[wh](?![a-z])")
_GENERIC = frozenset(
    """
    article avif banner center content cover data default facebook feature featured file format
    gettyimages header hero https image images jpeg landscape large lead main medium normal original
    photo picture poster preview quality rawimage resize screen screenshot share small social square
    thumb thumbnail title twitter unnamed upload uploads version webp
    """.split()
)
_NEAR = 4
_LONG_WORD = 6
_BEFORE = 60
"""Characters of text before an article's first picture, from which that is no lead picture."""


def add_lead_picture(article: Element, address: str) -> None:
    """Put a picture first in an article, in place, unless it or another one is there already.

    Pictures that the page carries have no names to compare, so with one of them none is added.

    Pages show one picture in several sizes: those whose file names share a word are the same.
    """
    length = len(article.text or "")
    leads = False
    for element in article.iterdescendants():
        if element.tag in _SHOWN:
            source = element.get("src") or ""
            if _CARRIED.match(source):
                return
            # What stands for a picture until a script loads it is mostly an icon.
            is_icon = _ICON.search(source) is not None
            leads = leads or (length < _BEFORE and not is_icon and not _is_pixel(element))
            if leads or _is_alike(source if is_icon else _list_addresses(element), address):
                return
        if isinstance(element.tag, str):
            length += len((element.text or "").strip())
        length += len((element.tail or "").strip())
    figure = make_element("figure")
    figure.append(make_element("img", src=address))
    figure.tail, article.text = article.text, None
    article.insert(0, figure)


def _is_pixel(element: Element) -> bool:
    """Tell whether a picture only counts readers."""
    return {element.get("width"), element.get("height")} <= {"0", "1"}


def _list_addresses(element: Element) -> str:
    return " ".join(value for each in element.iter() for value in each.attrib.values())


def _is_alike(others: str, address: str) -> bool:
    own, other = _list_words(address), _list_words(others)
    common = own & other
    return any(len(word) >= _LONG_WORD for word in common) or len(common) > 1


def _list_words(addresses: str) -> set[str]:
    """Return the words of the names of files, or of the path before a name that says nothing.

    Also of an address within an address, as services have it that change the size.
    """
    found: set[str] = set()
    for address in addresses.split():
        inner = unquote(unquote(address).rpartition("://")[2])
        parts = inner.partition("?")[0].lower().split("/")[-_NEAR:]
        for part in reversed(parts):
            words = set(_WORD.findall(_SIZE.sub(" ", part))) - _GENERIC
            found |= words
            if words:
                break
    return found
