"""Recognises and reads saved feeds: RSS 0.9x to 2.0, RDF and Atom."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refeed.errors import NotAnArticleError, SnapshotError
from refeed.reading.xml_root import find_root

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refeed.reading.claims import Record

_ONLY_FEEDS = (".rss", ".atom", ".rdf")
SUFFIXES = (*_ONLY_FEEDS, ".xml")

_ROOTS = ("rss", "feed", "rdf")
_ROOT = re.compile(r"<(?:rss|(?:[\w.-]+:)?feed|(?:[\w.-]+:)?rdf)(?=[\s>])", re.IGNORECASE)
_END = re.compile(r"</(?:[\w.-]+:)?(?:rss|feed|rdf|channel)\s*>", re.IGNORECASE)
_PAGE = re.compile(r"<html\b|<!doctype html", re.IGNORECASE)
_FROM_END = 2000
_CUT_OFF = "the file ends within the feed: its last item may be cut off"


def recognize_feed(head: bytes, path: str) -> bool:
    """Tell whether a file is a feed by its root element.

    In a file that is named as a feed, something else may stand before the root, such as a warning
    of the program that made it.
    """
    if find_root(head).rpartition(":")[2] in _ROOTS or path.lower().endswith(_ONLY_FEEDS):
        return True
    return path.lower().endswith(SUFFIXES) and _ROOT.search(head.decode("latin-1")) is not None


def read_feed(data: bytes, path: str) -> list[Record | SnapshotError]:  # noqa: ARG001 - as any reader
    """Return the items of a feed.

    Raises:
        SnapshotError: it can't be parsed; `NotAnArticleError` if it has no items.
    """
    from refeed.reading.encodings import decode

    text = decode(data)
    root = _ROOT.search(text)
    if root is None:
        kind = " but an HTML page" if _PAGE.search(text) else ""
        raise SnapshotError(f"its name says that it is a feed, and it is none{kind}")
    return list(_read_xml(text[root.start() :]))


def _read_xml(text: str) -> Iterator[Record | SnapshotError]:
    from refeed.reading.feeds.cut_feed import close_cut_feed
    from refeed.reading.feeds.items import read_items
    from refeed.text.xml_chars import drop_forbidden

    is_cut = not _END.search(text, max(0, len(text) - _FROM_END))
    if is_cut:
        text = close_cut_feed(text)
    records = read_items(drop_forbidden(text))
    if not records:
        raise NotAnArticleError("a feed without items, or RDF of another kind")
    yield from records
    if is_cut:
        yield SnapshotError(_CUT_OFF)
