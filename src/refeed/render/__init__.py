"""Entries to bytes in each format, the list of feeds, and the check of what came out.

A document is a frame around rendered entries. A rendered entry depends on nothing but the entry, so
that it can be cached, or rendered in another process.

    items = [render_entry("rss", publishable(entry), feed.language) for entry in feed.entries]
    document = b"".join(build_frame("rss", feed, updated).wrap(items))

Formats are imported when they are first used: feedgen takes longer to import than all of refeed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from refeed.render.formats import FORMATS, Format
from refeed.render.jsonfeed import json_frame, json_item

if TYPE_CHECKING:
    from refeed.model import Feed
    from refeed.render.document_frame import Frame
    from refeed.render.publishable import Publishable

__all__ = ["FORMATS", "Format", "build_frame", "render_entry"]


def render_entry(name: str, entry: Publishable, language: str) -> str:
    """Render an entry as documents in a format hold it.

    Args:
        name: of the format, one of `FORMATS`.
        entry: cleaned, and made publishable.
        language: of its feed; only a page says it of each article.

    Raises:
        KeyError: there is no such format.
    """
    if name == "json":
        return json_item(entry)
    if name == "html":
        from refeed.render.pages import article

        return article(entry, language)
    from refeed.render.rss_atom import atom_entry, rss_item

    return {"rss": rss_item, "atom": atom_entry}[name](entry)


def build_frame(name: str, feed: Feed, updated: int | None) -> Frame:
    """Render a document without its entries.

    Args:
        name: ``rss``, ``atom`` or ``json``.
        feed: its entries are not used.
        updated: the instant of the newest change in the feed; None if it is empty.

    Raises:
        KeyError: there is no such format.
    """
    if name == "json":
        return json_frame(feed)
    from refeed.render.rss_atom import atom_frame, rss_frame

    return {"rss": rss_frame, "atom": atom_frame}[name](feed, updated)
