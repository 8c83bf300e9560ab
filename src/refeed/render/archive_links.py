"""Archived feeds (RFC 5005, section 4): how the documents of one feed lead to each other.

Each leads to the archive document before it, and archive documents to the one to subscribe to. None
leads to the one after it (`next-archive`): then each document that comes into being would change
another one, which readers take for finished.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from refeed.model import Link
from refeed.render.feed_urls import file_url

if TYPE_CHECKING:
    from refeed.model import Feed
    from refeed.render.formats import Format

NAMESPACE = "http://purl.org/syndication/history/1.0"


def with_history(feed: Feed, form: Format) -> Feed:
    """Return the feed with links to its other documents in this format, after its own links."""
    links = list(feed.links)
    if feed.part:
        links.append(Link("current", file_url(feed, form.file)))
    if feed.previous:
        links.append(Link("prev-archive", file_url(feed, form.file_of(feed.previous))))
    return replace(feed, links=tuple(links))
