"""Recognises files that are lists of links or other data, and hold no article."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NoReturn

from refeed.errors import NotAnArticleError
from refeed.reading.xml_root import find_root

if TYPE_CHECKING:
    from collections.abc import Iterable

    from refeed.errors import SnapshotError
    from refeed.reading.claims import Record

SUFFIXES = (".opml", ".csv")

_ROOTS = {
    "!doctype netscape-bookmark": "a list of bookmarks, not an article",
    "opml": "an OPML list of feeds, not an article",
    "urlset": "a sitemap, not an article",
    "sitemapindex": "a sitemap, not an article",
    "plist": "a property list, not an article",
    "posts": "a list of links from Pinboard: it holds no articles",
}
_XML = "XML data, not an article"
_PAGE_ROOTS = ("html", "body", "head")

# Of exports as tables: what their first line has.
_TABLES = (
    ("url,title,selection,folder", "a list of links from Instapaper: it holds no articles"),
    ("title,url,time_added", "a list of links from Pocket: it holds no articles"),
    ("id,title,note,excerpt,url", "a list of links from Raindrop: it holds no articles"),
    ("title,url,id,document tags", "a list of links from Readwise: it holds no articles"),
    ("title,url,state,labels", "a list of links from Omnivore: it holds no articles"),
)
_TABLE = "a table, not an article"
_POCKET = re.compile(rb"<title>\s*pocket export\s*</title>", re.IGNORECASE)
_INSTAPAPER = re.compile(rb"<title>\s*instapaper:?\s*export\s*</title>", re.IGNORECASE)


def recognize_list(head: bytes, path: str) -> bool:
    """Tell whether a file is of a kind that holds no article."""
    return bool(_find_kind(head, path))


def refuse_list(data: bytes, path: str) -> Iterable[Record | SnapshotError]:
    """Raise NotAnArticleError, which says what the file is."""
    _refuse(_find_kind(data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n"), path))


def _refuse(kind: str) -> NoReturn:
    raise NotAnArticleError(kind)


def _find_kind(head: bytes, path: str) -> str:
    """Return the kind of a file that holds no article, or ""."""
    if _POCKET.search(head):
        return "a list of links from Pocket: it holds no articles"
    if _INSTAPAPER.search(head):
        return "a list of links from Instapaper: it holds no articles"
    root = find_root(head)
    if root:
        return _describe_root(root, path)
    first = head.partition(b"\n")[0].decode("latin-1").lower().replace('"', "")
    for beginning, kind in _TABLES:
        if first.startswith(beginning):
            return kind
    return _TABLE if path.lower().endswith(".csv") else ""


def _describe_root(root: str, path: str) -> str:
    kind = _ROOTS.get(root, "")
    if kind or not path.lower().endswith((".xml", ".opml", ".rdf")):
        return kind
    return "" if root in _PAGE_ROOTS or root.startswith("!doctype") else _XML
