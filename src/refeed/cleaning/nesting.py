"""Nesting that HTML does not have: each parser makes something else of it, so none is left.

Browsers split paragraphs around blocks and move what stands wrongly in a table out of it (HTML
standard, 13.2.6.4). libxml2 keeps the tree as written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from refeed.cleaning.changes import Remove, Rename, Split, Unwrap
from refeed.cleaning.elements import BLOCKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refeed.cleaning.changes import Change
    from refeed.cleaning.document import Document
    from refeed.cleaning.elements import Element

_DEEPEST = 180
"""Levels of elements. libxml2 takes 253, and the sanitiser adds one to each table."""

_TABLE_PARTS = {
    "table": frozenset({"caption", "colgroup", "thead", "tbody", "tfoot", "tr"}),
    "colgroup": frozenset({"col"}),
    "thead": frozenset({"tr"}),
    "tbody": frozenset({"tr"}),
    "tfoot": frozenset({"tr"}),
    "tr": frozenset({"td", "th"}),
}
_ROWS_AND_CELLS = frozenset("caption colgroup col thead tbody tfoot tr td th".split())
_TABLES = _ROWS_AND_CELLS | {"table"}
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_ITEMS = (
    (frozenset({"li"}), frozenset({"ul", "ol"})),
    (frozenset({"dt", "dd"}), frozenset({"dl"})),
)
_CLOSED_BY = (
    dict.fromkeys(
        ("b", "i", "s", "small", "strike", "tt", "u"), frozenset({"p", "center", "table"})
    )
    | dict.fromkeys(_HEADINGS, frozenset({"p", "li", "table"}) | _HEADINGS)
    | {
        "a": frozenset({"a", "table"}),
        "pre": frozenset({"dl", "dt", "dd", "ul", "ol", "li", "table"}),
        "span": frozenset({"table"}),
    }
)
"""What libxml2 ends, by HTML 4, when one of these begins in it."""


def unwrap_deepest(document: Document) -> Iterator[Change]:
    """Unwrap what nests deeper than parsers and readers go; what holds no other element stays."""
    depths: dict[Element, int] = {document.body: 0}
    for element in document.elements[1:]:
        depth = depths[element] = depths[element.getparent()] + 1
        if depth > _DEEPEST and len(element):
            yield Unwrap(element, "nested too deeply")


def tables(document: Document) -> Iterator[Change]:
    """Make plain blocks of a table with something between its cells, and of cells without one."""
    broken = [
        table for table in document.all("table") if any(map(_is_stray, table.iter(*_TABLE_PARTS)))
    ]
    gone = {part for table in broken for part in _parts_of(table)}
    for part in document.among(_TABLES):
        if part in gone or not _has_its_place(part):
            if part.tag == "col":
                yield Remove(part, "broken table")
            else:
                yield Rename(part, "div", "broken table")


def lists(document: Document) -> Iterator[Change]:
    """Make plain blocks of items that stand in an item without a list between them."""
    for items, lists_ in _ITEMS:
        for item in document.among(items):
            if getattr(next(item.iterancestors(*items, *lists_), None), "tag", "") in items:
                yield Rename(item, "div", "item in an item")


def closed(document: Document) -> Iterator[Change]:
    """Unwrap what would end where a block begins in it; a heading becomes a plain block."""
    for element in document.among(_CLOSED_BY.keys()):
        inside = _CLOSED_BY[element.tag]
        if len(element) and next(element.iterdescendants(*inside), None) is not None:
            if element.tag in BLOCKS:
                yield Rename(element, "div", f"block in {element.tag}")
            else:
                yield Unwrap(element, f"block in {element.tag}")


def paragraphs(document: Document) -> Iterator[Change]:
    """Split paragraphs around the blocks in them; unwrap those that hold a block deeper."""
    for paragraph in reversed(document.all("p")):
        if not len(paragraph):
            continue
        inline = [child for child in paragraph if child.tag not in BLOCKS]
        if any(map(_holds_block, inline)):
            yield Unwrap(paragraph, "block in a paragraph")
        elif len(inline) < len(paragraph):
            yield Split(paragraph, "block in a paragraph")


def _holds_block(element: Element) -> bool:
    return len(element) > 0 and any(e.tag in BLOCKS for e in element.iterdescendants())


def _is_stray(part: Element) -> bool:
    allowed = _TABLE_PARTS[part.tag]
    if (part.text or "").strip():
        return True
    return any(child.tag not in allowed or (child.tail or "").strip() for child in part)


def _parts_of(table: Element) -> Iterator[Element]:
    """Yield a table's parts, not those of a table in it."""
    yield table
    for part in table.iter(*_ROWS_AND_CELLS):
        if next(part.iterancestors("table"), None) is table:
            yield part


def _has_its_place(part: Element) -> bool:
    if part.tag == "table":
        return True
    parent = part.getparent()
    return parent is not None and part.tag in _TABLE_PARTS.get(parent.tag, ())
