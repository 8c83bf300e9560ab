"""Renders entries in each format, renders the list of feeds, and verifies the result.

A document is a frame around rendered entries. A rendered entry depends on the entry alone, so it
can be cached, or rendered in another process.

    items = [render_entry("rss", publishable(entry), feed.language) for entry in feed.entries]
    document = b"".join(build_frame("rss", feed, updated).wrap(items))

Formats are imported when they are first used, since importing feedgen takes long.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from refeed.render.formats import FORMATS, Format
from refeed.render.jsonfeed import build_json_frame, render_json_item

if TYPE_CHECKING:
    from refeed.model import Feed
    from refeed.render.document_frame import Frame
    from refeed.render.publishable import Publishable

__all__ = ["FORMATS", "Format", "build_frame", "render_entry"]


def render_entry(name: str, entry: Publishable, language: str, timezone: str = "UTC") -> str:
    """Render an entry as documents in a format hold it; HTML pages list entries.

    Args:
        name: of the format, one of `FORMATS`.
        entry: cleaned, and made publishable.
        language: of its feed; only pages use it, and the time zone.
        timezone: of dates, an IANA name.

    Raises:
        KeyError: there is no such format.
    """
    if name == "json":
        return render_json_item(entry)
    if name == "html":
        from refeed.render.list_item import render_list_item

        return render_list_item(entry, language, timezone)
    from refeed.render.rss_atom import render_atom_entry, render_rss_item

    return {"rss": render_rss_item, "atom": render_atom_entry}[name](entry)


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
        return build_json_frame(feed)
    from refeed.render.rss_atom import build_atom_frame, build_rss_frame

    return {"rss": build_rss_frame, "atom": build_atom_frame}[name](feed, updated)
