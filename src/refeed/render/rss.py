"""RSS 2.0, with the modules content, Dublin Core and Media RSS, and Atom's `updated`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from refeed.render import feedgen_fixes, xml_text
from refeed.render.archive_links import with_history
from refeed.render.dates import rfc822, rfc3339
from refeed.render.document_frame import Frame
from refeed.render.formats import RSS
from refeed.render.publishable import credited, plain_description

if TYPE_CHECKING:
    from refeed.model import Feed
    from refeed.render.publishable import Publishable


def rss_item(entry: Publishable) -> str:
    """Write one item; the same entry gives the same text in every feed."""
    authors = credited(entry)
    shape = feedgen_fixes.Shape(
        authors=len(authors), tags=len(entry.tags), image=bool(entry.image), summary=True
    )
    return feedgen_fixes.rss_template(shape).filled(
        feedgen_fixes.Values(
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
    head, tail = feedgen_fixes.rss_channel(feed, file, RSS.media_type, updated)
    return Frame(head, between="", after_each="\n", tail=tail)
