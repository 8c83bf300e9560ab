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
"""What rss2email, which names subscriptions by their titles, takes for one dash."""


@dataclass(frozen=True, slots=True)
class FeedOutline:
    """One feed of the list.

    Attributes:
        name: the feed's own.
        title: for people.
        url: the address of the feed in the format to subscribe to.
        page: the address of its page, or "".
    """

    name: str
    title: str
    url: str
    page: str


def outline(feed: Feed, formats: Iterable[str]) -> FeedOutline:
    """Describe a feed.

    Args:
        feed: its entries are not read.
        formats: names of the formats it is published in. Subscriptions are to Atom where there is a
            choice, the one that says everything; failing that to RSS, to JSON Feed.
    """
    published = set(formats)
    best = next((form for form in SUBSCRIBED if form.name in published), ATOM)
    page = page_url(feed) if "html" in published else ""
    return FeedOutline(feed.name, feed_title(feed), file_url(feed, best.file), page)


def opml(title: str, outlines: Iterable[FeedOutline]) -> bytes:
    """Write the list, in the order given.

    Titles that a reader's list could not tell apart have the feed's name behind them.
    It has no date: OPML's dates are of the file's making, which says nothing about the feeds.
    """
    lines = "".join([_line(each) for each in _told_apart(list(outlines))])
    return (
        "<?xml version='1.0' encoding='UTF-8'?>\n"
        f'<opml version="2.0">\n<head><title>{_text(title)}</title></head>\n'
        f"<body>\n{lines}</body>\n</opml>\n"
    ).encode()


def _told_apart(outlines: Sequence[FeedOutline]) -> list[FeedOutline]:
    known_as = [_NOT_IN_NAME.sub("-", each.title).casefold() for each in outlines]
    times = Counter(known_as)
    return [
        replace(each, title=f"{each.title} ({each.name})") if times[known] > 1 else each
        for each, known in zip(outlines, known_as, strict=True)
    ]


def _line(each: FeedOutline) -> str:
    title = _attribute(each.title)
    page = f' htmlUrl="{_attribute(each.page)}"' if each.page else ""
    return (
        f'<outline text="{title}" title="{title}" type="rss"'
        f' xmlUrl="{_attribute(each.url)}"{page}/>\n'
    )


def _text(value: str) -> str:
    return xml_text.text(drop_forbidden(value))


def _attribute(value: str) -> str:
    return xml_text.attribute(drop_forbidden(value))
