"""Recognises files of JSON, and finds the reader of what they hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from refeed.errors import SnapshotError
    from refeed.reading.claims import Record

_Table: TypeAlias = dict[str, Any]

FEED_SUFFIXES = (".jsonfeed",)
SUFFIXES = (".json",)

_JSON_FEED = re.compile(rb'"https?:\\?/\\?/(?:www\.)?jsonfeed\.org\\?/version\\?/')


def recognize_json_feed(head: bytes, path: str) -> bool:
    """Tell whether a file is a JSON Feed, by the version that it states or by its name."""
    if head[:1] != b"{":
        return False
    return path.lower().endswith(FEED_SUFFIXES) or _JSON_FEED.search(head) is not None


def recognize_json(head: bytes, path: str) -> bool:
    """Tell whether a file is JSON: a feed with its version at its end, an export, other data.

    Markdown with front matter in JSON is none, and has another name.
    """
    if head[:1] not in (b"[", b"{"):
        return False
    return path.lower().endswith(SUFFIXES) or b'"is_archived"' in head


def read_json(data: bytes, path: str) -> list[Record | SnapshotError]:  # noqa: ARG001 - as any reader
    """Return the items of a JSON Feed, or the entries of wallabag's export.

    Raises:
        SnapshotError: it is no JSON; `NotAnArticleError` if it holds no article.
    """
    from refeed.reading.encodings import decode
    from refeed.reading.json_text import parse_json

    value = parse_json(decode(data))
    if isinstance(value, dict) and _is_feed(value):
        from refeed.reading.feeds.json_feed import read_json_feed

        return read_json_feed(value)
    from refeed.reading.wallabag_export import read_export

    return read_export(value)


def _is_feed(value: _Table) -> bool:
    """Tell whether an object is a JSON Feed, also one that doesn't state its version."""
    from refeed.reading.json_text import get_text, list_tables

    if "jsonfeed.org" in get_text(value, "version"):
        return True
    first = next(iter(list_tables(value, "items")), {})
    return "content_html" in first or "content_text" in first
