"""Atom 1.0 (RFC 4287), with Media RSS for the lead image."""

from __future__ import annotations

from typing import TYPE_CHECKING

from refeed.publishing import feedgen_mended, xml_text
from refeed.publishing.border import credited, publishable
from refeed.publishing.dates import rfc3339, rfc3339_distinct
from refeed.publishing.formats import ATOM

if TYPE_CHECKING:
    from collections.abc import Iterable

    from refeed.model import Entry, Feed


def atom_entry(entry: Entry) -> str:
    """Write one entry; the same entry gives the same text in every feed."""
    entry = publishable(entry)
    authors = credited(entry)
    shape = feedgen_mended.Shape(
        authors=len(authors),
        tags=len(entry.tags),
        image=bool(entry.image),
        summary=bool(entry.summary),
    )
    return feedgen_mended.atom_template(shape).filled(
        feedgen_mended.Values(
            id=xml_text.text(entry.id),
            url=xml_text.attribute(entry.url),
            title=xml_text.text(entry.title),
            html=xml_text.cdata(entry.html),
            summary=xml_text.text(entry.summary),
            image=xml_text.attribute(entry.image),
            published=rfc3339(entry.published),
            updated=rfc3339_distinct(entry.updated, entry.id),
            authors=tuple(map(xml_text.text, authors)),
            tags=tuple(map(xml_text.attribute, entry.tags)),
        )
    )


def atom(feed: Feed, items: Iterable[str]) -> bytes:
    """Put a document together.

    Args:
        feed: all but its entries' text is read of it.
        items: of `atom_entry`, for each of the feed's entries in their order.
    """
    head, tail = feedgen_mended.atom_feed(feed, ATOM.file, ATOM.media_type)
    return (head + "".join([item + "\n" for item in items]) + tail).encode()
