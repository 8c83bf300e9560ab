"""A published document is read back before anybody sees it: it must hold what went in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from lxml import etree
from lxml import html as lxml_html

from refeed.errors import FeedError
from refeed.publishing.border import publishable
from refeed.publishing.dates import rfc822, rfc3339, rfc3339_distinct
from refeed.publishing.formats import FORMATS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from refeed.model import Entry, Feed

# What is compared of an entry: id, address, title, HTML, published, updated.
_Row = tuple[str | None, ...]

_PARTS = ("id", "address", "title", "text", "date of publication", "date of change")
_ATOM = "{http://www.w3.org/2005/Atom}"
_ENCODED = "{http://purl.org/rss/1.0/modules/content/}encoded"


def verify(name: str, data: bytes, feed: Feed) -> None:
    """Check that a document is whole: well-formed, with the feed's entries and no other, in order.

    Args:
        name: of the format, as in `FORMATS`.
        data: the document.
        feed: what it was made of.

    Raises:
        FeedError: it is not well-formed, has a document type, holds an id twice, or an entry's id,
            address, title, text or dates are not those that went in. Of an HTML page only that it
            can be parsed and links to each entry is checked.
    """
    try:
        _READERS[name](data, feed)
    except (ValueError, LookupError, TypeError, AttributeError, etree.LxmlError) as error:
        raise FeedError(
            f"{FORMATS[name].file} of the feed {feed.name} is not as it should be: {error}",
            feed=feed.name,
            format=FORMATS[name].file,
        ) from error


def _verify_rss(data: bytes, feed: Feed) -> None:
    channel = _xml(data, "rss").find("channel")
    _compare(map(_of_rss, channel.iterfind("item")), map(_rss_row, map(publishable, feed.entries)))


def _verify_atom(data: bytes, feed: Feed) -> None:
    root = _xml(data, f"{_ATOM}feed")
    _compare(
        map(_of_atom, root.iterfind(f"{_ATOM}entry")),
        map(_atom_row, map(publishable, feed.entries)),
    )


def _verify_json(data: bytes, feed: Feed) -> None:
    items = json.loads(data)["items"]
    _compare(map(_of_json, items), map(_row, map(publishable, feed.entries)))


def _verify_html(data: bytes, feed: Feed) -> None:
    page = lxml_html.document_fromstring(data, parser=lxml_html.HTMLParser(encoding="utf-8"))
    linked = {link.get("href") for link in page.iter("a")}
    for entry in map(publishable, feed.entries):
        if entry.url not in linked:
            raise ValueError(f"it has no link to {entry.url}")


_READERS: dict[str, Callable[[bytes, Feed], None]] = {
    "rss": _verify_rss,
    "atom": _verify_atom,
    "json": _verify_json,
    "html": _verify_html,
}


def _xml(data: bytes, expected: str) -> etree._Element:
    root = etree.fromstring(
        data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    )
    if root.tag != expected:
        raise ValueError(f"its root element is {root.tag}")
    if root.getroottree().docinfo.doctype:
        raise ValueError("it has a document type")
    return root


def _of_rss(item: etree._Element) -> _Row:
    parts = ("guid", "link", "title", _ENCODED, "pubDate", f"{_ATOM}updated")
    return tuple([item.findtext(part) for part in parts])


def _of_atom(entry: etree._Element) -> _Row:
    link = entry.find(f"{_ATOM}link[@rel='alternate']")
    found = [
        entry.findtext(_ATOM + part) for part in ("id", "title", "content", "published", "updated")
    ]
    return (found[0], link.get("href"), *found[1:])


def _of_json(item: dict[str, str]) -> _Row:
    parts = ("id", "url", "title", "content_html", "date_published", "date_modified")
    return tuple([item.get(part) for part in parts])


def _row(entry: Entry) -> _Row:
    dates = rfc3339(entry.published), rfc3339(entry.updated)
    return (entry.id, entry.url, entry.title, entry.html, *dates)


def _atom_row(entry: Entry) -> _Row:
    return (*_row(entry)[:5], rfc3339_distinct(entry.updated, entry.id))


def _rss_row(entry: Entry) -> _Row:
    return (*_row(entry)[:4], rfc822(entry.published), rfc3339(entry.updated))


def _compare(found: Iterable[_Row], expected: Iterable[_Row]) -> None:
    found, expected = list(found), list(expected)
    for position, (there, given) in enumerate(zip(found, expected, strict=False)):
        for part, is_there, was_given in zip(_PARTS, there, given, strict=True):
            if is_there != was_given:
                raise ValueError(
                    f"the {part} of entry {position} is {is_there!r:.80}, not {was_given!r:.80}"
                )
    if len(found) != len(expected):
        raise ValueError(f"it has {len(found)} entries, not {len(expected)}")
    if len({row[0] for row in found}) != len(found):
        raise ValueError("two of its entries have the same id")
