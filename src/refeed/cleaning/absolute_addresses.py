"""Addresses: relative ones are made absolute, broken ones mended where it is certain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from refeed.cleaning.changes import Remove, SetAttribute, Unwrap
from refeed.urls import absolute, is_plain, is_web_url, mended

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refeed.cleaning.changes import Change
    from refeed.cleaning.dom import Document

_ATTRIBUTES = (
    ("a", "href"),
    ("img", "src"),
    ("video", "src"),
    ("video", "poster"),
    ("audio", "src"),
    ("source", "src"),
    ("track", "src"),
)
_LINK_SCHEMES = ("mailto:", "tel:", "magnet:")


def changes(document: Document) -> Iterator[Change]:
    """Make every address absolute, and take out those that lead nowhere on the web.

    A link keeps its text. An image, film or sound without an address goes.
    """
    for tag, name in _ATTRIBUTES:
        for element in document.all(tag):
            old = element.get(name)
            if old is None or is_plain(old):
                continue
            mend = mended(_absolute(old, document.url))
            new = mend.url
            if is_web_url(new) or (tag == "a" and new.lower().startswith(_LINK_SCHEMES)):
                if new != old:
                    yield SetAttribute(
                        element, name, new, " + ".join(mend.rules) or "absolute address"
                    )
            elif tag == "a":
                yield Unwrap(element, "link to nowhere")
            elif tag == "img":
                yield Remove(element, "image without address")
            else:
                yield SetAttribute(element, name, None, "address to nowhere")


def _absolute(address: str, base: str) -> str:
    """Resolve an address; one within the page leads to the page, since a feed has no anchors."""
    if len(address) > 1 and address.startswith("#"):
        return base.partition("#")[0] + address
    return absolute(address, base)
