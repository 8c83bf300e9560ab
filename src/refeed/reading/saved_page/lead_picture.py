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
_TOKEN = re.compile(r"[a-z0-9]{6,}")
_SIZE = re.compile(r"\d+x\d+|\d+[wh](?![a-z])")
_GENERIC = frozenset(
    """
    article banner center content default facebook feature featured format gettyimages header
    images landscape normal original picture poster preview quality resize screen screenshot share
    social square thumbnail twitter unnamed upload uploads
    """.split()
)
_BEFORE = 400
"""Characters of text before an article's first picture, from which that is no lead picture."""


def add_lead_picture(article: Element, address: str) -> None:
    """Put a picture first in an article, in place, unless it or another one is there already.

    Pages show one picture in several sizes: those whose file names share a word are the same.
    """
    length = len(article.text or "")
    leads = False
    for element in article.iterdescendants():
        if element.tag in _SHOWN and not _ICON.search(element.get("src") or ""):
            leads = leads or length < _BEFORE
            if leads or _is_alike(element, address):
                return
        if isinstance(element.tag, str):
            length += len((element.text or "").strip())
        length += len((element.tail or "").strip())
    figure = make_element("figure")
    figure.append(make_element("img", src=address))
    figure.tail, article.text = article.text, None
    article.insert(0, figure)


def _is_alike(element: Element, address: str) -> bool:
    others = " ".join(value for each in element.iter() for value in each.attrib.values())
    return not _list_tokens(address).isdisjoint(_list_tokens(others))


def _list_tokens(addresses: str) -> set[str]:
    found: set[str] = set()
    for address in addresses.split():
        name = unquote(address.partition("?")[0]).rpartition("/")[2].lower()
        found.update(_TOKEN.findall(_SIZE.sub(" ", name)))
    return found - _GENERIC
