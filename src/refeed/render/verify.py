"""Verifies rendered entries and frames before they are published, by parsing them.

Each entry is parsed once, however many documents show it. That is as strong as parsing whole
documents. A rendered entry is well-formed by itself: one element or one object, in the namespaces
of the frame. The frame is well-formed with an entry in its place. By the grammars of XML
(production 43) and JSON (RFC 8259, section 5), any sequence of such entries is then well-formed in
that frame, and has the content of the entries in their order. That the file is the frame and the
entries is checked by its writer.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING

from lxml import etree
from markupsafe import escape

from refeed.render.dates import format_distinct_rfc3339, format_rfc822, format_rfc3339
from refeed.render.formats import name_article_page
from refeed.render.namespaces import ATOM, CONTENT, IN_ATOM, IN_RSS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from refeed.render.document_frame import Frame
    from refeed.render.publishable import Publishable

# What is compared of an entry: id, address, own page, title, HTML, published, updated.
_Row = tuple[str | None, ...]

_FIELDS = ("id", "address", "page", "title", "text", "date of publication", "date of change")
_ATOM = f"{{{ATOM}}}"
_ENCODED = f"{{{CONTENT}}}encoded"
_RSS_FIELDS = ("guid", "link", "title", _ENCODED, "pubDate", f"{_ATOM}updated")
_JSON_FIELDS = ("id", "url", "title", "content_html", "date_published", "date_modified")
_ATOM_FIELDS = tuple(_ATOM + field for field in ("id", "title", "content", "published", "updated"))
# Of each format: the namespaces of an entry, the elements around it, its element.
_NAMESPACES = {"rss": IN_RSS, "atom": {None: ATOM, **IN_ATOM}}
_PATHS = {"rss": ("rss", "channel"), "atom": (f"{_ATOM}feed",)}
_ITEMS = {"rss": "item", "atom": f"{_ATOM}entry"}
_FAULTS = (ValueError, LookupError, TypeError, AttributeError, etree.LxmlError)


def verify_entry(name: str, text: str, entry: Publishable) -> None:
    """Check that a rendered entry is well-formed and has the content of the entry.

    Args:
        name: of the format, as in `FORMATS`.
        text: of `refeed.render.render_entry`.
        entry: what was rendered.

    Raises:
        ValueError: it is not well-formed, is more than one entry, or the entry's id, address,
            title, text or dates are not those that went in. Of a list's item only that it links to
            the entry is checked.
    """
    try:
        _VERIFIERS[name](text, entry)
    except _FAULTS as error:
        raise ValueError(str(error)) from error


def verify_frame(name: str, frame: Frame, text: str | None) -> None:
    """Check that a frame is well-formed, and that entries are in their place in it.

    Args:
        name: ``rss``, ``atom`` or ``json``.
        frame: of `refeed.render.build_frame`.
        text: an entry that was rendered and verified; None if the document is to be empty.

    Raises:
        ValueError: it is not well-formed, is not of that format, has a document type, holds items
            of its own, or other namespaces than entries are verified in.
    """
    entries = [] if text is None else [text]
    document = b"".join(frame.wrap(entries))
    try:
        if name == "json":
            if json.loads(document)["items"] != [json.loads(each) for each in entries]:
                raise ValueError("it holds other items than those put into it")
        else:
            _verify_xml_frame(name, document, len(entries))
    except _FAULTS as error:
        raise ValueError(str(error)) from error


def verify_page(page: bytes, items: Sequence[str]) -> None:
    """Check that a page is complete, and has its items in their order.

    Raises:
        ValueError: it is cut off, or an item is not there.
    """
    if not page.rstrip().endswith(b"</html>"):
        raise ValueError("it is cut off")
    end = 0
    for position, item in enumerate(items):
        data = item.encode()
        start = page.find(data, end)
        if start < 0:
            raise ValueError(f"item {position} is not in its place")
        end = start + len(data)


def verify_article_page(page: bytes, entry: Publishable) -> None:
    """Check that the page of an article is complete, and has its text and its links.

    Raises:
        ValueError: it is cut off, or something is not there.
    """
    from refeed.render.embed_html import embed
    from refeed.render.page_templates import encode_page

    if not page.rstrip().endswith(b"</html>"):
        raise ValueError("it is cut off")
    if encode_page(embed(entry.html, 1)) not in page:
        raise ValueError("the article is not in its place")
    if entry.url and encode_page(f'href="{escape(entry.url)}"') not in page:
        raise ValueError(f"it has no link to {entry.url}")


def _verify_xml_frame(name: str, document: bytes, entries: int) -> None:
    root = _parse(document)
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
    parents = [item.getparent() for item in root.iter(_ITEMS[name])]
    if parents != [place] * entries:
        raise ValueError("it has items that it should not have, or not where they should be")


def _parse_xml_entry(name: str, text: str) -> etree._Element:
    root = _parse(f"{_build_root(name)}{text}</root>".encode())
    (item,) = root
    if item.tag != _ITEMS[name] or root.text or item.tail:
        raise ValueError(f"it is not one {_ITEMS[name]}")
    return item


def _parse(document: bytes) -> etree._Element:
    return etree.fromstring(document, _build_parser())


@cache
def _build_parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)


@cache
def _build_root(name: str) -> str:
    declared = "".join(
        f' xmlns:{prefix}="{uri}"' if prefix else f' xmlns="{uri}"'
        for prefix, uri in _NAMESPACES[name].items()
    )
    return f"<root{declared}>"


def _verify_rss(text: str, entry: Publishable) -> None:
    item = _parse_xml_entry("rss", text)
    texts = {child.tag: child.text for child in item}
    ident, address, *others = [texts.get(field) for field in _RSS_FIELDS]
    dates = format_rfc822(entry.published), format_rfc3339(entry.updated)
    page = _list_links(item)["related"]
    _compare((ident, address, page, *others), (*_list_texts(entry), *dates))


def _verify_atom(text: str, entry: Publishable) -> None:
    item = _parse_xml_entry("atom", text)
    texts = {child.tag: child.text for child in item}
    links = _list_links(item)
    ident, *others = [texts.get(field) for field in _ATOM_FIELDS]
    found = (ident, links["alternate"], links["related"], *others)
    dates = format_rfc3339(entry.published), format_distinct_rfc3339(entry.updated, entry.id)
    _compare(found, (*_list_texts(entry), *dates))


def _list_links(item: etree._Element) -> dict[str, str | None]:
    """Return the addresses of an entry's links by relation; of several of one, all of them."""
    found: dict[str, list[str]] = {"alternate": [], "related": []}
    for link in item.iterchildren(f"{_ATOM}link"):
        found.setdefault(link.get("rel", "alternate"), []).append(link.get("href"))
    return {rel: ", ".join(addresses) or None for rel, addresses in found.items()}


def _verify_json(text: str, entry: Publishable) -> None:
    text.encode()  # fails where there is half a character
    item = json.loads(text)
    ident, address, *others = [item.get(field) for field in _JSON_FIELDS]
    dates = format_rfc3339(entry.published), format_rfc3339(entry.updated)
    page = item.get("_refeed", {}).get("page")
    _compare((ident, address, page, *others), (*_list_texts(entry), *dates))


def _verify_item(text: str, entry: Publishable) -> None:
    if entry.url and entry.url != entry.page and f'href="{escape(entry.url)}"' not in text:
        raise ValueError(f"it has no link to {entry.url}")
    # Its way up to the output folder is not in it yet.
    if entry.page and f'{name_article_page(entry.id)}"' not in text:
        raise ValueError(f"it has no link to {entry.page}")


_VERIFIERS: dict[str, Callable[[str, Publishable], None]] = {
    "rss": _verify_rss,
    "atom": _verify_atom,
    "json": _verify_json,
    "html": _verify_item,
}


def _list_texts(entry: Publishable) -> _Row:
    page = entry.page if entry.page != entry.url else ""
    return entry.id, entry.url or None, page or None, entry.title, entry.html


def _compare(found: Sequence[str | None], expected: _Row) -> None:
    for field, there, given in zip(_FIELDS, found, expected, strict=True):
        if there != given:
            raise ValueError(f"the {field} is {there!r:.80}, not {given!r:.80}")
