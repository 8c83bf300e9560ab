"""Entries to bytes: each format, the list of feeds, and the check of what came out.

A document is put together from pieces, one an entry, that depend on nothing but the entry: they can
be kept, or written in another process.

    pieces = [piece("rss", entry) for entry in feed.entries]
    document = assembled("rss", feed, pieces)

Writers are imported when they are first called: feedgen takes longer to import than all of refeed.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from refeed.publishing.border import feed_updated
from refeed.publishing.formats import FORMATS, Format

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from refeed.model import Entry, Feed
    from refeed.publishing.framing import Frame

__all__ = ["FORMATS", "Format", "assembled", "frame", "piece", "render", "stream"]


@lru_cache(maxsize=1024)  # a change of one entry finds the others of its feeds as they were
def piece(name: str, entry: Entry) -> str:
    """Write what a feed in this format holds of an entry.

    Args:
        name: ``rss``, ``atom`` or ``json``. An HTML page is not made of pieces.
        entry: cleaned.

    Raises:
        KeyError: there is no such format.
    """
    if name == "rss":
        from refeed.publishing.rss import rss_item  # noqa: PLC0415 - slow to import

        return rss_item(entry)
    if name == "atom":
        from refeed.publishing.atom import atom_entry  # noqa: PLC0415 - slow to import

        return atom_entry(entry)
    if name == "json":
        from refeed.publishing.jsonfeed import json_item  # noqa: PLC0415 - as the others

        return json_item(entry)
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
        from refeed.publishing.rss import rss_frame  # noqa: PLC0415 - slow to import

        return rss_frame(feed, updated)
    if name == "atom":
        from refeed.publishing.atom import atom_frame  # noqa: PLC0415 - slow to import

        return atom_frame(feed, updated)
    if name == "json":
        from refeed.publishing.jsonfeed import json_frame  # noqa: PLC0415 - as the others

        return json_frame(feed)
    raise KeyError(name)


def assembled(name: str, feed: Feed, pieces: Iterable[str]) -> bytes:
    """Put a document together.

    Args:
        name: ``rss``, ``atom`` or ``json``.
        feed: the feed.
        pieces: of `piece`, for each of the feed's entries in their order.

    Raises:
        KeyError: there is no such format.
    """
    return b"".join(frame(name, feed, feed_updated(feed)).around(pieces))


def stream(
    name: str, feed: Feed, entries: Iterable[Entry], updated: int | None, formats: Sequence[str]
) -> Iterator[bytes]:
    """Write a feed in one format, piece by piece: what `render` returns, and never held whole.

    Args:
        name: of the format, one of `FORMATS`. An HTML page comes in one piece.
        feed: the feed, without entries.
        entries: newest first.
        updated: the instant of the newest change among them; None if there are none.
        formats: in which formats it is published, for the page's links to them.

    Raises:
        KeyError: there is no such format.
    """
    if name == "html":
        yield render(name, replace(feed, entries=tuple(entries)), formats)
    else:
        pieces = (piece(name, entry) for entry in entries)
        yield from frame(name, feed, updated).around(pieces)


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
    if name == "html":
        from refeed.publishing.pages import feed_page  # noqa: PLC0415 - slow to import

        return feed_page(feed, formats)
    return assembled(name, feed, [piece(name, entry) for entry in feed.entries])
