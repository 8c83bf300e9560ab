"""The lists of a feed as pages: the newest is the feed's own page, `index.html` in its folder."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from refeed.render.dates import to_local
from refeed.render.feed_urls import file_url, page_url
from refeed.render.formats import HTML, list_machine_readable, list_subscribable
from refeed.render.list_item import lead_up
from refeed.render.page_templates import describe_language, format_long_day, render
from refeed.render.publishable import feed_title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from refeed.model import Feed
    from refeed.render.list_item import ListItem


def render_list_page(feed: Feed, items: Sequence[ListItem], formats: Sequence[str]) -> bytes:
    """Render a list: how to subscribe, the entries by day, and the way to other lists.

    Args:
        feed: without entries; its page, and those before and after it, are lists.
        items: of the entries, newest first, of `place_items`.
        formats: in which formats the feed exists, of ``rss``, ``atom``, ``json``, ``html``.

    Returns:
        HTML in UTF-8, the same bytes for the same arguments.
    """
    here = "" if not feed.page else "../"
    return render(
        "list.html",
        title=feed_title(feed),
        days=_group_by_day(items, feed.timezone),
        span=_describe_span(items, feed.timezone),
        here=here,
        own=file_url(feed, HTML.file_name(feed.page)) if feed.page else page_url(feed),
        newer=here + HTML.file_name(feed.next) if feed.page else "",
        older=here + HTML.file_name(feed.previous) if feed.previous else "",
        newest=f"{here}{HTML.file}" if feed.page else "",
        formats=list_machine_readable(formats),
        discovered=list_subscribable(formats),
        address=page_url(feed),
        top=lead_up(feed),
        timezone=feed.timezone,
        **describe_language(feed.language),
    )


def _group_by_day(items: Sequence[ListItem], timezone: str) -> list[tuple[int, list[ListItem]]]:
    """Return items by the day they are of in a zone, each with an instant of the day."""
    groups = groupby(items, key=lambda item: to_local(item.published, timezone).date())
    return [(of_day[0].published, of_day) for of_day in (list(group) for _, group in groups)]


def _describe_span(items: Sequence[ListItem], timezone: str) -> str:
    """Return the first and the last day of a list, human-readable, or ""."""
    if not items:
        return ""
    last, first = (format_long_day(each.published, timezone) for each in (items[0], items[-1]))
    return last if first == last else f"{first} – {last}"
