"""A feed as one document in memory, as publishing writes it to a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from refeed.render import FORMATS, build_frame, render_entry
from refeed.render.list_item import ListItem, place_items
from refeed.render.list_page import render_list_page
from refeed.render.publishable import make_publishable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from refeed.model import Feed


def render(name: str, feed: Feed, formats: Sequence[str] = tuple(FORMATS)) -> bytes:
    """Render a feed in one format; its page names all formats in which it is published."""
    items = [
        render_entry(name, make_publishable(entry), feed.language, feed.timezone)
        for entry in feed.entries
    ]
    if name == "html":
        listed = [
            ListItem(entry.published, item) for entry, item in zip(feed.entries, items, strict=True)
        ]
        return render_list_page(feed, place_items(listed, feed), formats)
    return b"".join(build_frame(name, feed, newest_change(feed)).wrap(items))


def newest_change(feed: Feed) -> int | None:
    """Return the instant of the newest change in a feed; None if it is empty."""
    return max((entry.updated for entry in feed.entries), default=None)
