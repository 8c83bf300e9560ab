"""Reads JSON Feed, versions 1 and 1.1 (jsonfeed.org)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeAlias

from refeed.errors import NotAnArticleError
from refeed.reading.address_parts import join_address
from refeed.reading.claims import Record
from refeed.reading.feeds.identity import Item, set_identities
from refeed.reading.feeds.media import Medium, add_media, find_kind, list_titles
from refeed.reading.json_text import get_text, list_tables
from refeed.reading.plain_text import to_html

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refeed.errors import SnapshotError
    from refeed.reading.claims import Claim

_Table: TypeAlias = dict[str, Any]

_IS_ADDRESS = re.compile(r"https?://[^\s/]+", re.IGNORECASE)


def read_json_feed(feed: _Table) -> list[Record | SnapshotError]:
    """Return the items of a JSON Feed.

    Args:
        feed: the whole file.

    Raises:
        NotAnArticleError: it has no items.
    """
    addresses = [get_text(feed, name) for name in ("home_page_url", "feed_url")]
    entries = list_tables(feed, "items")
    items = [Item(_read_item(entry, feed, addresses), _read_id(entry)) for entry in entries]
    if not items:
        raise NotAnArticleError("a feed without items")
    return list(set_identities(items, addresses, get_text(feed, "title")))


def _read_item(entry: _Table, feed: _Table, addresses: list[str]) -> Record:
    base = next(filter(None, addresses), "")
    body = _find_body(entry)
    return Record(
        html=add_media(body, list(_find_media(entry))),
        urls=tuple(_find_urls(entry, base)),
        titles=list_titles(get_text(entry, "title"), body),
        strong_dates=tuple(_find_dates(entry)),
        authors=((_list_authors(entry), "item"), (_list_authors(feed), "feed")),
        tags=tuple((tag, "tags") for tag in _list_tags(entry)),
        language=get_text(entry, "language") or get_text(feed, "language"),
        site=get_text(feed, "title"),
    )


def _find_urls(entry: _Table, base: str) -> Iterator[Claim]:
    url, guid, other = get_text(entry, "url"), _read_id(entry), get_text(entry, "external_url")
    if url:
        yield url if _IS_ADDRESS.match(url) else join_address(base, url), "url"
    if _IS_ADDRESS.match(guid):
        yield guid, "id"
    if other and not url:
        yield other, "external_url"


def _read_id(entry: _Table) -> str:
    """Return an item's id, which some feeds have as a number."""
    value = entry.get("id")
    return str(value).strip() if isinstance(value, (str, int, float)) else ""


def _find_body(entry: _Table) -> str:
    html = get_text(entry, "content_html")
    text = get_text(entry, "content_text") or get_text(entry, "summary")
    return html or to_html(text)


def _find_dates(entry: _Table) -> Iterator[Claim]:
    for name in ("date_published", "date_modified"):
        if get_text(entry, name):
            yield get_text(entry, name), name


def _list_authors(table: _Table) -> tuple[str, ...]:
    """Return the names of version 1.1's list and of version 1's one author."""
    one = table.get("author")
    tables = [*list_tables(table, "authors"), *([one] if isinstance(one, dict) else [])]
    return tuple(name for author in tables if (name := get_text(author, "name")))


def _list_tags(entry: _Table) -> list[str]:
    tags = entry.get("tags")
    return [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []


def _find_media(entry: _Table) -> Iterator[Medium]:
    for name in ("image", "banner_image"):
        if get_text(entry, name):
            yield Medium(get_text(entry, name), "image")
    for one in list_tables(entry, "attachments"):
        url = get_text(one, "url")
        if url:
            kind = find_kind(get_text(one, "mime_type"), "", url)
            yield Medium(url, kind, is_attachment=True, title=get_text(one, "title"))
