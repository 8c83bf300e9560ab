"""Entries to bytes: each format, the list of feeds, and the check of what came out.

A document is put together from pieces, one an entry, that depend on nothing but the entry: they can
be kept, or written in another process.

    pieces = [piece("rss", publishable(entry), feed.language) for entry in feed.entries]
    document = b"".join(frame("rss", feed, updated).around(pieces))

Writers are imported when they are first called: feedgen takes longer to import than all of refeed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from refeed.render.formats import FORMATS, Format
from refeed.render.publishable import feed_updated, publishable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from refeed.model import Feed
    from refeed.render.document_frame import Frame
    from refeed.render.publishable import Publishable

__all__ = ["FORMATS", "Format", "frame", "piece", "render"]


def piece(name: str, entry: Publishable, language: str) -> str:
    """Write what a feed in this format holds of an entry.

    Args:
        name: of the format, one of `FORMATS`.
        entry: cleaned, and mended by `refeed.render.publishable`.
        language: of its feed; only a page says it of each article.

    Raises:
        KeyError: there is no such format.
    """
    if name == "rss":
        from refeed.render.rss import rss_item  # noqa: PLC0415 - slow to import

        return rss_item(entry)
    if name == "atom":
        from refeed.render.atom import atom_entry  # noqa: PLC0415 - slow to import

        return atom_entry(entry)
    if name == "json":
        from refeed.render.jsonfeed import json_item  # noqa: PLC0415 - as the others

        return json_item(entry)
    if name == "html":
        from refeed.render.pages import article  # noqa: PLC0415 - slow to import

        return article(entry, language)
    raise KeyError(name)


def frame(name: str, feed: Feed, updated: int | None) -> Frame:
    """Write a document without its items.

    Args:
        name: ``rss``, ``atom`` or ``json``.
        feed: all but its entries is read of it.
        updated: the instant of the newest change in the feed; None if it is empty.

    Raises:
        KeyError: there is no such format.
    """
    if name == "rss":
        from refeed.render.rss import rss_frame  # noqa: PLC0415 - slow to import

        return rss_frame(feed, updated)
    if name == "atom":
        from refeed.render.atom import atom_frame  # noqa: PLC0415 - slow to import

        return atom_frame(feed, updated)
    if name == "json":
        from refeed.render.jsonfeed import json_frame  # noqa: PLC0415 - as the others

        return json_frame(feed)
    raise KeyError(name)


def render(name: str, feed: Feed, formats: Sequence[str] = tuple(FORMATS)) -> bytes:
    """Write a feed in one format.

    Args:
        name: of the format, one of `FORMATS`.
        feed: the feed, its entries newest first.
        formats: in which formats it is published, for the page's links to them.

    Returns:
        UTF-8; the same bytes for the same arguments, anywhere and at any time.

    Raises:
        KeyError: there is no such format.
    """
    pieces = [piece(name, publishable(entry), feed.language) for entry in feed.entries]
    if name == "html":
        from refeed.render.pages import feed_page  # noqa: PLC0415 - slow to import

        return feed_page(feed, pieces, formats)
    return b"".join(frame(name, feed, feed_updated(feed)).around(pieces))
