"""Makes relative addresses absolute, and repairs broken ones where the repair is certain."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from refeed.cleaning.changes import Remove, SetAttribute, Unwrap
from refeed.urls import drop_credentials, encode_host, is_plain, is_web_url, repair, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refeed.cleaning.changes import Change
    from refeed.cleaning.dom import Document
    from refeed.cleaning.element_kinds import Element

_ATTRIBUTES = (
    ("a", "href"),
    ("img", "src"),
    ("video", "src"),
    ("video", "poster"),
    ("audio", "src"),
    ("source", "src"),
    ("track", "src"),
)
_ENCODED_HOST = re.compile(r"(=\"https?://)([^\"/?#%@]*%[^\"/?#@]*)", re.IGNORECASE)
_LINK_SCHEMES = ("mailto:", "tel:", "magnet:")


def changes(document: Document) -> Iterator[Change]:
    """Make every address absolute, and take out those that lead nowhere on the web.

    A link keeps its text. An image, film or sound without an address goes.
    """
    for element, name, old in _find_addresses(document):
        if is_plain(old):
            continue
        mend = repair(_make_absolute(old, document))
        new = mend.url
        tag = element.tag
        if is_web_url(new) or (tag == "a" and new.lower().startswith(_LINK_SCHEMES)):
            if new != old:
                yield SetAttribute(element, name, new, " + ".join(mend.rules) or "absolute address")
        elif tag == "a":
            yield Unwrap(element, "link to nowhere")
        elif tag == "img":
            yield Remove(element, "image without address")
        else:
            yield SetAttribute(element, name, None, "address to nowhere")


def remove_credentials(document: Document) -> Iterator[Change]:
    """Remove user and password from every address; no reader may see them."""
    for element, name, old in _find_addresses(document):
        if "@" in old and (new := drop_credentials(old)) != old:
            yield SetAttribute(element, name, new, "user and password")


def _find_addresses(document: Document) -> Iterator[tuple[Element, str, str]]:
    """Yield each element that has an address, the attribute, and the address."""
    tags = document.tags()
    for tag, name in _ATTRIBUTES:
        if tag in tags:
            for element in document.all(tag):
                if (address := element.get(name)) is not None:
                    yield element, name, address


def encode_hosts(html: str) -> str:
    """Write international hosts as the DNS has them.

    Browsers take a host that is percent-encoded, as `serialize` writes it; other programs don't.
    """
    return _ENCODED_HOST.sub(_encode_host, html) if "%" in html else html


def _encode_host(match: re.Match[str]) -> str:
    host, colon, port = match[2].partition(":")
    encoded = encode_host(unquote(host, errors="replace").lower())
    return f"{match[1]}{encoded}{colon}{port}" if encoded else match[0]


def _make_absolute(address: str, document: Document) -> str:
    """Resolve an address; one within the page leads to the page, since a feed has no anchors."""
    if len(address) > 1 and address.startswith("#"):
        return document.url.partition("#")[0] + address
    return resolve(address, document.base)
