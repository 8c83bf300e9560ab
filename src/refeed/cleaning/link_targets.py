"""Replaces redirectors in links by their targets, and removes tracking parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from refeed.cleaning.changes import SetAttribute
from refeed.urls import clean_link, split

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refeed.cleaning.changes import Change
    from refeed.cleaning.dom import Document
    from refeed.urls import LinkRules


def changes(document: Document, rules: LinkRules) -> Iterator[Change]:
    """Unwrap redirectors and take tracking parameters off."""
    page = split(document.url)
    site = page.host if page else ""
    for link in document.all("a"):
        old = link.get("href")
        if old:
            clean = clean_link(old, rules, site=site)
            if clean.url != old:
                yield SetAttribute(link, "href", clean.url, " + ".join(clean.rules))
