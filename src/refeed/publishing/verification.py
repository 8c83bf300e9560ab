"""A published document is read back before anybody sees it: it must hold what went in."""

from __future__ import annotations

import json
from itertools import zip_longest
from typing import TYPE_CHECKING

from lxml import etree
from markupsafe import escape

from refeed.errors import FeedError
from refeed.publishing.border import publishable
from refeed.publishing.dates import rfc822, rfc3339, rfc3339_distinct
from refeed.publishing.formats import FORMATS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from refeed.model import Entry, Feed

# What is compared of an entry: id, address, title, HTML, published, updated.
_Row = tuple[str | None, ...]

_PARTS = ("id", "address", "title", "text", "date of publication", "date of change")
_ATOM = "{http://www.w3.org/2005/Atom}"
_ENCODED = "{http://purl.org/rss/1.0/modules/content/}encoded"
_RSS_PARTS = ("guid", "link", "title", _ENCODED, "pubDate", f"{_ATOM}updated")
_ATOM_PARTS = tuple(_ATOM + part for part in ("id", "title", "content", "published", "updated"))


def verify(name: str, data: bytes, feed: Feed) -> None:
    """Check that a document is whole: well-formed, with the feed's entries and no other, in order.

    Args:
        name: of the format, as in `FORMATS`.
        data: the document.
        feed: what it was made of.

    Raises:
        FeedError: it is not well-formed, has a document type, holds an id twice, or an entry's id,
            address, title, text or dates are not those that went in. Of an HTML page only that it
            is whole and links to each entry is checked.
    """
    verify_stream(name, [data], feed.name, feed.entries)


def verify_stream(name: str, pieces: Iterable[bytes], feed: str, entries: Iterable[Entry]) -> None:
    """Check a document that comes in pieces, as `verify` does; feeds in XML are never held whole.

    Args:
        name: of the format, as in `FORMATS`.
        pieces: the document.
        feed: the feed's name.
        entries: what it was made of.

    Raises:
        FeedError: as in `verify`.
    """
    try:
        _READERS[name](pieces, entries)
    except (ValueError, LookupError, TypeError, AttributeError, etree.LxmlError) as error:
        raise FeedError(
            f"{FORMATS[name].file} of the feed {feed} is not as it should be: {error}",
            feed=feed,
            format=FORMATS[name].file,
        ) from error


def _verify_rss(pieces: Iterable[bytes], entries: Iterable[Entry]) -> None:
    items = _xml_items(pieces, "rss", "item")
    _compare(map(_of_rss, items), map(_rss_row, map(publishable, entries)))


def _verify_atom(pieces: Iterable[bytes], entries: Iterable[Entry]) -> None:
    items = _xml_items(pieces, f"{_ATOM}feed", f"{_ATOM}entry")
    _compare(map(_of_atom, items), map(_atom_row, map(publishable, entries)))


def _verify_json(pieces: Iterable[bytes], entries: Iterable[Entry]) -> None:
    items = json.loads(b"".join(pieces))["items"]
    _compare(map(_of_json, items), map(_row, map(publishable, entries)))


def _verify_html(pieces: Iterable[bytes], entries: Iterable[Entry]) -> None:
    page = b"".join(pieces)
    if not page.rstrip().endswith(b"</html>"):
        raise ValueError("it is cut off")
    for entry in map(publishable, entries):
        if f'href="{escape(entry.url)}"'.encode() not in page:
            raise ValueError(f"it has no link to {entry.url}")


_READERS: dict[str, Callable[[Iterable[bytes], Iterable[Entry]], None]] = {
    "rss": _verify_rss,
    "atom": _verify_atom,
    "json": _verify_json,
    "html": _verify_html,
}


def _xml_items(pieces: Iterable[bytes], expected: str, tag: str) -> Iterator[etree._Element]:
    """Yield the elements of a name; each is emptied when the next is asked for."""
    parser = etree.XMLPullParser(
        ("end",), tag=tag, resolve_entities=False, no_network=True, huge_tree=True
    )
    for piece in pieces:
        parser.feed(piece)
        for _, element in parser.read_events():
            yield element
            element.clear()
    root = parser.close()
    if root.tag != expected:
        raise ValueError(f"its root element is {root.tag}")
    if root.getroottree().docinfo.doctype:
        raise ValueError("it has a document type")


def _of_rss(item: etree._Element) -> _Row:
    texts = {child.tag: child.text for child in item}
    return tuple([texts.get(part) for part in _RSS_PARTS])


def _of_atom(entry: etree._Element) -> _Row:
    texts = {child.tag: child.text for child in entry}
    links = [link.get("href") for link in entry.iterchildren(f"{_ATOM}link")]
    found = [texts.get(part) for part in _ATOM_PARTS]
    return (found[0], links[0] if len(links) == 1 else None, *found[1:])


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
    ids: set[str | None] = set()
    counts = [0, 0]
    for position, (there, given) in enumerate(zip_longest(found, expected)):
        counts[0] += there is not None
        counts[1] += given is not None
        if there is None or given is None:
            continue
        ids.add(there[0])
        for part, is_there, was_given in zip(_PARTS, there, given, strict=True):
            if is_there != was_given:
                raise ValueError(
                    f"the {part} of entry {position} is {is_there!r:.80}, not {was_given!r:.80}"
                )
    if counts[0] != counts[1]:
        raise ValueError(f"it has {counts[0]} entries, not {counts[1]}")
    if len(ids) != counts[0]:
        raise ValueError("two of its entries have the same id")
