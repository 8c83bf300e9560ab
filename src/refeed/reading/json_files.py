"""Recognises files of JSON, and finds the reader of what they hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeAlias

from refeed.errors import NotAnArticleError, SnapshotError

if TYPE_CHECKING:
    from refeed.reading.claims import Record

_Table: TypeAlias = dict[str, Any]

FEED_SUFFIXES = (".jsonfeed",)
_LINES = (".jsonl", ".ndjson")
SUFFIXES = (".json", *_LINES)

_JSON_FEED = re.compile(rb'"https?:\\?/\\?/(?:www\.)?jsonfeed\.org\\?/version\\?/')

# A value a line has any name: mongoexport calls it `.json`.
_HAS_LINES = re.compile(r"\ufeff?\s*\{[^\n]*\}[ \t]*\n\s*\{").match


def recognize_json_feed(head: bytes, path: str) -> bool:
    """Tell whether a file is a JSON Feed, by the version that it states or by its name."""
    if head[:1] != b"{":
        return False
    return path.lower().endswith(FEED_SUFFIXES) or _JSON_FEED.search(head) is not None


def recognize_json(head: bytes, path: str) -> bool:
    """Tell whether a file is JSON: a feed with its version at its end, articles, other data.

    Markdown with front matter in JSON is none, and has another name.
    """
    # It may be UTF-16, with its mark or without.
    if head.lstrip(b"\xff\xfe\0")[:1] not in (b"[", b"{"):
        return False
    return path.lower().endswith(SUFFIXES) or b'"is_archived"' in head


def read_json(data: bytes, path: str) -> list[Record | SnapshotError]:
    """Return the items of a JSON Feed, or the objects that are articles.

    Raises:
        SnapshotError: it is no JSON; `NotAnArticleError` if it holds no article.
    """
    from refeed.reading.encodings import decode
    from refeed.reading.json_text import parse_json

    text = decode(data)
    if path.lower().endswith(_LINES):
        return _read_lines(text)
    try:
        value = parse_json(text)
    except SnapshotError:
        if _HAS_LINES(text):
            return _read_lines(text)
        raise
    if isinstance(value, dict) and _is_feed(value):
        from refeed.reading.feeds.json_feed import read_json_feed

        return read_json_feed(value)
    return _read_articles(value)


def _read_lines(text: str) -> list[Record | SnapshotError]:
    """Read a value a line (jsonlines.org)."""
    from refeed.reading.json_text import parse_json

    values: list[object] = []
    faults: list[Record | SnapshotError] = []
    for number, line in enumerate(text.split("\n"), start=1):
        try:
            values += [parse_json(line)] if line.strip() else []
        except SnapshotError as error:
            faults.append(SnapshotError(f"line {number}: {error}"))
    if not values:  # one value over several lines, or none at all
        return _read_articles(parse_json(text))
    return [*_read_articles(values), *faults]


def _read_articles(value: object) -> list[Record | SnapshotError]:
    from refeed.reading.json_articles import find_articles, is_article, read_article
    from refeed.reading.json_exports import join_tables, name_list_of_links

    kind = name_list_of_links(value)
    articles = [] if kind else find_articles(join_tables(value))
    if not any(map(is_article, articles)):
        raise NotAnArticleError(kind or "JSON data, not an article")
    return [read_article(article) for article in articles]


def _is_feed(value: _Table) -> bool:
    """Tell whether an object is a JSON Feed, also one that doesn't state its version."""
    from refeed.reading.json_text import get_text, list_tables

    if "jsonfeed.org" in get_text(value, "version"):
        return True
    first = next(iter(list_tables(value, "items")), {})
    return "content_html" in first or "content_text" in first
