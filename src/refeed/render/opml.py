"""OPML 2.0: the list of all feeds, for readers to import."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from refeed.render import xml_text
from refeed.render.feed_urls import file_url, page_url
from refeed.render.formats import ATOM, SUBSCRIBED
from refeed.render.publishable import feed_title
from refeed.text.xml_chars import drop_forbidden

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from refeed.model import Feed

FILE = "feeds.opml"
CONTENT_TYPE = "text/x-opml; charset=utf-8"

_NOT_IN_NAME: Final = re.compile(r"[^\w.-]+")
"""What rss2email replaces by a dash when it names subscriptions by their titles."""


@dataclass(frozen=True, slots=True)
class FeedOutline:
    """One feed of the list.

    Attributes:
        name: the feed's own.
        title: human-readable.
        url: the address of the feed in the format to subscribe to.
        page: the address of its page, or "".
    """

    name: str
    title: str
    url: str
    page: str


def build_outline(feed: Feed, formats: Iterable[str]) -> FeedOutline:
    """Describe a feed.

    Args:
        feed: its entries are not read.
        formats: names of the formats that it is published in. Subscriptions are to Atom if it is
            one of them, or else to RSS, or else to JSON Feed.
    """
    published = set(formats)
    best = next((form for form in SUBSCRIBED if form.name in published), ATOM)
    page = page_url(feed) if "html" in published else ""
    return FeedOutline(feed.name, feed_title(feed), file_url(feed, best.file), page)


def render_opml(title: str, outlines: Iterable[FeedOutline]) -> bytes:
    """Render the list, in the order given.

    Titles that a reader could not tell apart are followed by the feed's name. There is no date, so
    that the file changes only if the feeds do.
    """
    lines = "".join([_render_line(each) for each in _distinguish(list(outlines))])
    return (
        "<?xml version='1.0' encoding='UTF-8'?>\n"
        f'<opml version="2.0">\n<head><title>{_escape_text(title)}</title></head>\n'
        f"<body>\n{lines}</body>\n</opml>\n"
    ).encode()


def _distinguish(outlines: Sequence[FeedOutline]) -> list[FeedOutline]:
    known_as = [_NOT_IN_NAME.sub("-", each.title).casefold() for each in outlines]
    times = Counter(known_as)
    return [
        replace(each, title=f"{each.title} ({each.name})") if times[known] > 1 else each
        for each, known in zip(outlines, known_as, strict=True)
    ]


def _render_line(each: FeedOutline) -> str:
    title = _escape_attribute(each.title)
    page = f' htmlUrl="{_escape_attribute(each.page)}"' if each.page else ""
    return (
        f'<outline text="{title}" title="{title}" type="rss"'
        f' xmlUrl="{_escape_attribute(each.url)}"{page}/>\n'
    )


def _escape_text(value: str) -> str:
    return xml_text.escape_text(drop_forbidden(value))


def _escape_attribute(value: str) -> str:
    return xml_text.escape_attribute(drop_forbidden(value))
