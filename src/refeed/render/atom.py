"""Atom 1.0 (RFC 4287), with Media RSS for the lead image."""

from __future__ import annotations

from typing import TYPE_CHECKING

from refeed.render import feedgen_fixes, xml_text
from refeed.render.archive_links import with_history
from refeed.render.dates import rfc3339, rfc3339_distinct
from refeed.render.document_frame import Frame
from refeed.render.formats import ATOM
from refeed.render.publishable import credited

if TYPE_CHECKING:
    from refeed.model import Feed
    from refeed.render.publishable import Publishable


def atom_entry(entry: Publishable) -> str:
    """Write one entry; the same entry gives the same text in every feed."""
    authors = credited(entry)
    shape = feedgen_fixes.Shape(
        authors=len(authors),
        tags=len(entry.tags),
        image=bool(entry.image),
        summary=bool(entry.summary),
    )
    return feedgen_fixes.atom_template(shape).filled(
        feedgen_fixes.Values(
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


def atom_frame(feed: Feed, updated: int | None) -> Frame:
    """Write a document without items.

    Args:
        feed: all but its entries is read of it.
        updated: the instant of the newest change in the feed; None if it is empty.
    """
    file = ATOM.file_of(feed.part)
    feed = with_history(feed, ATOM)
    head, tail = feedgen_fixes.atom_feed(feed, file, ATOM.media_type, updated)
    return Frame(head, between="", after_each="\n", tail=tail)
