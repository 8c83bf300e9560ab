"""Makes entries publishable: fixes what no format can hold, in one place for all formats."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING, NewType

from refeed.model import Entry
from refeed.render.feed_urls import host, to_uri
from refeed.text.xml_chars import drop_forbidden, make_legible, replace_forbidden

if TYPE_CHECKING:
    from refeed.model import Feed

Publishable = NewType("Publishable", Entry)
"""An entry that any format can hold, of `make_publishable`."""


def make_publishable(entry: Entry) -> Publishable:
    """Return an entry with all that the formats require, and nothing that XML forbids.

    Addresses become URIs; an image that is not on the web, blank names and blank tags are dropped.
    A missing title is replaced by the address, or else the id, a missing body by the summary or the
    title: JSON Feed requires content.
    """
    url = to_uri(entry.url)
    title = _choose_text(make_legible(entry.title), url or entry.id)
    summary = _choose_text(make_legible(entry.summary), "")
    substitute = escape_html(summary or title)
    return Publishable(
        replace(
            entry,
            id=drop_forbidden(entry.id),
            url=url,
            title=title,
            html=_choose_text(replace_forbidden(entry.html), f"<p>{substitute}</p>"),
            summary=summary,
            image=_to_web_url(entry.image),
            authors=_drop_blank(entry.authors),
            tags=_drop_blank(entry.tags),
            page=to_uri(entry.page),
        )
    )


def plain_description(entry: Publishable) -> str:
    """Return the summary, or else the title, escaped: readers render RSS descriptions as HTML."""
    return escape_html(entry.summary or entry.title)


def escape_html(text: str) -> str:
    """Return plain text as HTML."""
    return escape(text, quote=False)


def list_authors(entry: Publishable) -> tuple[str, ...]:
    """Return an entry's authors, or else its host: Atom requires an author."""
    return entry.authors or (host(entry.url),)


def feed_title(feed: Feed) -> str:
    """Return a feed's title, or its name if the title is blank."""
    return _choose_text(make_legible(feed.title), make_legible(feed.name))


def _choose_text(text: str, substitute: str) -> str:
    return text if text and not text.isspace() else substitute


def _to_web_url(image: str) -> str:
    return to_uri(image) if image.startswith(("http://", "https://")) else ""


def _drop_blank(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple([clean for clean in map(make_legible, texts) if clean.strip()])
