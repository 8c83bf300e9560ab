"""Tells pages that only send their reader on to another, as mirrors have them for redirects."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refeed.reading.saved_page.runs import NO_TEXT
from refeed.reading.saved_page.tree import is_within

if TYPE_CHECKING:
    from refeed.reading.saved_page.tree import Element, PageTree

_LONGEST = 300
"""Bytes in UTF-8 of "this page has moved", with the address."""

_SOON = re.compile(r"\s*(?:\d|10)?(?:\.\d*)?\s*[;,]\s*url\s*=", re.IGNORECASE)


def is_forwarding(page: PageTree) -> bool:
    """Tell whether a page leads to another within ten seconds, and says little more.

    HTML Standard, 4.2.5.3, has the form of a refresh. One that is only for browsers without
    scripts says nothing about the page.
    """
    sends = (
        element.tag == "meta"
        and (element.get("http-equiv") or "").strip().lower() == "refresh"
        and _SOON.match(element.get("content") or "") is not None
        and not is_within(element, frozenset(("noscript",)))
        for element in page.elements
    )
    if not any(sends) or next(page.body.iter("img", "video", "audio"), None) is not None:
        return False
    return _measure_text(page.body) <= _LONGEST


def _measure_text(body: Element) -> int:
    """Return the bytes of the text of a body."""
    length = 0
    for element in body.iter():
        texts = (None if element.tag in NO_TEXT else element.text, element.tail)
        length += sum(len((text or "").strip().encode("utf-8", "replace")) for text in texts)
    return length
