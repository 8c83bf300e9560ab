"""Links: to where they lead, without what follows the reader there."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from refeed.cleaning.changes import SetAttribute
from refeed.urls import clean_link

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refeed.cleaning.changes import Change
    from refeed.cleaning.document import Document
    from refeed.urls import LinkRules


def changes(document: Document, rules: LinkRules) -> Iterator[Change]:
    """Unwrap redirectors and take tracking parameters off."""
    linked = document.all("a")
    site = (urlsplit(document.url).hostname or "") if linked else ""
    for link in linked:
        old = link.get("href")
        if old:
            clean = clean_link(old, rules, site=site)
            if clean.url != old:
                yield SetAttribute(link, "href", clean.url, " + ".join(clean.rules))
