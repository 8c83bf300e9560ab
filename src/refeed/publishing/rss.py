"""RSS 2.0, with the modules content, Dublin Core and Media RSS, and Atom's `updated`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from refeed.publishing import feedgen_mended, xml_text
from refeed.publishing.border import credited, plain_description
from refeed.publishing.dates import rfc822, rfc3339
from refeed.publishing.formats import RSS
from refeed.publishing.framing import Frame
from refeed.publishing.history import with_history

if TYPE_CHECKING:
    from refeed.model import Feed
    from refeed.publishing.border import Publishable


def rss_item(entry: Publishable) -> str:
    """Write one item; the same entry gives the same text in every feed."""
    authors = credited(entry)
    shape = feedgen_mended.Shape(
        authors=len(authors), tags=len(entry.tags), image=bool(entry.image), summary=True
    )
    return feedgen_mended.rss_template(shape).filled(
        feedgen_mended.Values(
            id=xml_text.text(entry.id),
            url=xml_text.text(entry.url),
            title=xml_text.text(entry.title),
            html=xml_text.cdata(entry.html),
            summary=xml_text.text(plain_description(entry)),
            image=xml_text.attribute(entry.image),
            published=rfc822(entry.published),
            updated=rfc3339(entry.updated),
            authors=tuple(map(xml_text.text, authors)),
            tags=tuple(map(xml_text.text, entry.tags)),
        )
    )


def rss_frame(feed: Feed, updated: int | None) -> Frame:
    """Write a document without items.

    Args:
        feed: all but its entries is read of it.
        updated: the instant of the newest change in the feed; None if it is empty.
    """
    file = RSS.file_of(feed.part)
    feed = with_history(feed, RSS)
    head, tail = feedgen_mended.rss_channel(feed, file, RSS.media_type, updated)
    return Frame(head, between="", after_each="\n", tail=tail)
