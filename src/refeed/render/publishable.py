"""The last look at what is about to be written: what no format could hold is mended here.

Entries come clean. These are the guards that keep one odd entry from harming the feed it is in, and
the one place that all formats share, so that they say the same.
"""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING, NewType

from refeed.model import Entry
from refeed.render.feed_urls import host, uri
from refeed.text.xml_chars import drop_forbidden, legible, replace_forbidden

if TYPE_CHECKING:
    from refeed.model import Feed

Publishable = NewType("Publishable", Entry)
"""An entry that any format can hold. Only `publishable` makes one."""

# The beginning of 1990, before which no date of an article is believed.
EARLIEST = 631_152_000_000


def publishable(entry: Entry) -> Publishable:
    """The entry with everything that the formats require, and nothing that XML forbids.

    Addresses are spelt as URIs; an image that is not on the web, blank names and tags are left out.
    An entry without a title shows its address in its place. One without a body shows its summary,
    or its title: JSON Feed has no items without content.
    """
    url = uri(entry.url)
    title = _or_else(legible(entry.title), url)
    summary = _or_else(legible(entry.summary), "")
    return Publishable(
        replace(
            entry,
            id=drop_forbidden(entry.id),
            url=url,
            title=title,
            html=_or_else(replace_forbidden(entry.html), f"<p>{as_html(summary or title)}</p>"),
            summary=summary,
            image=_on_the_web(entry.image),
            authors=_written(entry.authors),
            tags=_written(entry.tags),
        )
    )


def plain_description(entry: Publishable) -> str:
    """The summary, or else the title, as the HTML that an RSS description is.

    Readers render a description as HTML, so a summary that speaks of `<script>` must not bring one.
    """
    return as_html(entry.summary or entry.title)


def as_html(text: str) -> str:
    """Return plain text as HTML."""
    return escape(text, quote=False)


def credited(entry: Publishable) -> tuple[str, ...]:
    """The entry's authors, or the site that it is from: Atom wants an author for every entry."""
    return entry.authors or (host(entry.url),)


def feed_title(feed: Feed) -> str:
    """The feed's title, or its name where the title is blank."""
    return _or_else(legible(feed.title), legible(feed.name))


def _or_else(text: str, substitute: str) -> str:
    return text if text and not text.isspace() else substitute


def _on_the_web(image: str) -> str:
    return uri(image) if image.startswith(("http://", "https://")) else ""


def _written(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple([clean for clean in map(legible, texts) if clean.strip()])
