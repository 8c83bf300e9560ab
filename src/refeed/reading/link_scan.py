"""Finds the links in HTML, in one pass."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_TAG = re.compile(r"<(/?)a(?=[\s>])([^<>]*)>", re.IGNORECASE)
_HREF = re.compile(r"\bhref\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)


class FoundLink(NamedTuple):
    """A link in HTML.

    Attributes:
        url: where it leads, as written, its references read.
        label: the HTML in it.
    """

    url: str
    label: str


def scan_links(html: str) -> Iterator[FoundLink]:
    """Yield the links with an address, in order; one that isn't closed ends at the next one."""
    url, start = "", -1
    for tag in _TAG.finditer(html):
        if start >= 0:
            yield FoundLink(url, html[start : tag.start()])
            start = -1
        href = None if tag[1] else _HREF.search(tag[2])
        if href:
            url = unescape(href[1] or href[2] or href[3] or "").strip()
            start = tag.end() if url else -1
