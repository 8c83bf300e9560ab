"""What is published is read back before anybody sees it: it must hold what went in.

A document is a frame with pieces in it, so each piece is read once, however many documents it is
in. That is as strong as reading documents whole. A piece is well-formed by itself, one element or
one object and nothing besides, in the namespaces that the frame has where pieces go; the frame is
well-formed with a piece in it, where it belongs. By the grammars of XML (production 43) and JSON
(RFC 8259, section 5) any row of such pieces is then well-formed in that frame, and holds what the
pieces hold, in their order. That the file is frame and pieces is for its writer to check.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING

from lxml import etree
from markupsafe import escape

from refeed.render.dates import rfc822, rfc3339, rfc3339_distinct

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from refeed.render.document_frame import Frame
    from refeed.render.publishable import Publishable

# What is compared of an entry: id, address, title, HTML, published, updated.
_Row = tuple[str | None, ...]

_PARTS = ("id", "address", "title", "text", "date of publication", "date of change")
_ATOM = "{http://www.w3.org/2005/Atom}"
_ENCODED = "{http://purl.org/rss/1.0/modules/content/}encoded"
_RSS_PARTS = ("guid", "link", "title", _ENCODED, "pubDate", f"{_ATOM}updated")
_ATOM_PARTS = tuple(_ATOM + part for part in ("id", "title", "content", "published", "updated"))
_MEDIA = "http://search.yahoo.com/mrss/"
# Where pieces go: the namespaces that hold there, what stands around it, what a piece is.
_NAMESPACES: dict[str, dict[str | None, str]] = {
    "rss": {
        "atom": "http://www.w3.org/2005/Atom",
        "content": "http://purl.org/rss/1.0/modules/content/",
        "dc": "http://purl.org/dc/elements/1.1/",
        "media": _MEDIA,
    },
    "atom": {None: "http://www.w3.org/2005/Atom", "media": _MEDIA},
}
_PATHS = {"rss": ("rss", "channel"), "atom": (f"{_ATOM}feed",)}
_ITEMS = {"rss": "item", "atom": f"{_ATOM}entry"}
_FAULTS = (ValueError, LookupError, TypeError, AttributeError, etree.LxmlError)


def verify_piece(name: str, piece: str, entry: Publishable) -> None:
    """Check that a piece is whole, and holds an entry.

    Args:
        name: of the format, as in `FORMATS`.
        piece: of `refeed.render.piece`.
        entry: what it was made of.

    Raises:
        ValueError: it is not well-formed, is more than one piece, or the entry's id, address,
            title, text or dates are not those that went in. Of a page's article only that it links
            to the entry is checked.
    """
    try:
        _READERS[name](piece, entry)
    except _FAULTS as error:
        raise ValueError(str(error)) from error


def verify_frame(name: str, frame: Frame, piece: str | None) -> None:
    """Check that a frame is whole, and that what comes to stand in it is in its place.

    Args:
        name: ``rss``, ``atom`` or ``json``.
        frame: of `refeed.render.frame`.
        piece: one that has been verified; None if the document is to be empty.

    Raises:
        ValueError: it is not well-formed, is not of that format, has a document type, holds items
            of its own, or other namespaces than pieces are verified in.
    """
    pieces = [] if piece is None else [piece]
    document = b"".join(frame.around(pieces))
    try:
        if name == "json":
            if json.loads(document)["items"] != [json.loads(each) for each in pieces]:
                raise ValueError("it holds other items than those put into it")
        else:
            _verify_xml_frame(name, document, len(pieces))
    except _FAULTS as error:
        raise ValueError(str(error)) from error


def verify_page(page: bytes, articles: Sequence[str]) -> None:
    """Check that a page is whole, and shows articles in their order.

    Raises:
        ValueError: it is cut off, or an article is not there.
    """
    if not page.rstrip().endswith(b"</html>"):
        raise ValueError("it is cut off")
    end = 0
    for position, article in enumerate(articles):
        data = article.encode()
        start = page.find(data, end)
        if start < 0:
            raise ValueError(f"article {position} is not in its place")
        end = start + len(data)


def _verify_xml_frame(name: str, document: bytes, pieces: int) -> None:
    root = _parsed(document)
    if root.getroottree().docinfo.doctype:
        raise ValueError("it has a document type")
    outermost, *inner = _PATHS[name]
    if root.tag != outermost:
        raise ValueError(f"its root element is {root.tag}")
    place = root
    for tag in inner:
        (place,) = place
        if place.tag != tag:
            raise ValueError(f"it has a {place.tag} where its {tag} should be")
    if place.nsmap != _NAMESPACES[name]:
        raise ValueError(f"its namespaces are {place.nsmap}")
    there = [item.getparent() for item in root.iter(_ITEMS[name])]
    if there != [place] * pieces:
        raise ValueError("it has items that it should not have, or not where they should be")


def _verify_xml_piece(name: str, piece: str) -> etree._Element:
    head, tail = _around(name)
    around = _parsed(f"{head}{piece}{tail}".encode())
    (item,) = around
    if item.tag != _ITEMS[name] or around.text or item.tail:
        raise ValueError(f"it is not one {_ITEMS[name]}")
    return item


def _parsed(document: bytes) -> etree._Element:
    return etree.fromstring(document, _parser())


@cache
def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)


@cache
def _around(name: str) -> tuple[str, str]:
    declared = "".join(
        f' xmlns:{prefix}="{uri}"' if prefix else f' xmlns="{uri}"'
        for prefix, uri in _NAMESPACES[name].items()
    )
    return f"<feed{declared}>", "</feed>"


def _verify_rss(piece: str, entry: Publishable) -> None:
    item = _verify_xml_piece("rss", piece)
    texts = {child.tag: child.text for child in item}
    dates = rfc822(entry.published), rfc3339(entry.updated)
    _compare([texts.get(part) for part in _RSS_PARTS], (*_texts(entry), *dates))


def _verify_atom(piece: str, entry: Publishable) -> None:
    item = _verify_xml_piece("atom", piece)
    texts = {child.tag: child.text for child in item}
    links = [link.get("href") for link in item.iterchildren(f"{_ATOM}link")]
    ident, *others = [texts.get(part) for part in _ATOM_PARTS]
    found = (ident, links[0] if len(links) == 1 else None, *others)
    dates = rfc3339(entry.published), rfc3339_distinct(entry.updated, entry.id)
    _compare(found, (*_texts(entry), *dates))


def _verify_json(piece: str, entry: Publishable) -> None:
    piece.encode()  # fails where there is half a character
    item = json.loads(piece)
    parts = ("id", "url", "title", "content_html", "date_published", "date_modified")
    dates = rfc3339(entry.published), rfc3339(entry.updated)
    _compare([item.get(part) for part in parts], (*_texts(entry), *dates))


def _verify_article(piece: str, entry: Publishable) -> None:
    if f'href="{escape(entry.url)}"' not in piece:
        raise ValueError(f"it has no link to {entry.url}")


_READERS: dict[str, Callable[[str, Publishable], None]] = {
    "rss": _verify_rss,
    "atom": _verify_atom,
    "json": _verify_json,
    "html": _verify_article,
}


def _texts(entry: Publishable) -> _Row:
    return entry.id, entry.url, entry.title, entry.html


def _compare(found: Sequence[str | None], expected: _Row) -> None:
    for part, there, given in zip(_PARTS, found, expected, strict=True):
        if there != given:
            raise ValueError(f"the {part} is {there!r:.80}, not {given!r:.80}")
