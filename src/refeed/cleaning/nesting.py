"""Repairs nesting that HTML does not allow, since each parser makes something else of it.

Browsers split paragraphs around blocks and move what stands wrongly in a table out of it (HTML
standard, 13.2.6.4). libxml2 keeps the tree as written.
"""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING

from refeed.cleaning.changes import MoveBefore, Remove, Rename, Replace, Split, Unwrap
from refeed.cleaning.element_kinds import find_around, holds, make_element, shows_nothing
from refeed.text.blocks import BLOCKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refeed.cleaning.changes import Change
    from refeed.cleaning.dom import Document
    from refeed.cleaning.element_kinds import Element

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
TABLES = _ROWS_AND_CELLS | {"table"}
"""Tables and their parts."""

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
        "pre": frozenset({"dl", "dt", "dd", "ul", "ol", "dir", "menu", "li", "table"}),
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


def remove_strays(document: Document) -> Iterator[Change]:
    """Take out of tables what stands between their cells: before the table goes what says anything.

    A form around rows or cells is unwrapped. Browsers do the same (HTML standard, 13.2.6.4.9).
    """
    for part in document.among(_TABLE_PARTS.keys()):
        allowed = _TABLE_PARTS[part.tag]
        for child in part:
            if child.tag not in allowed and all(e.tag in _ROWS_AND_CELLS for e in child):
                if len(child) and not _has_own_text(child):
                    yield Unwrap(child, "around cells of a table")
                elif shows_nothing(child):
                    yield Remove(child, "between cells of a table")


def move_strays_out(document: Document) -> Iterator[Change]:
    """Put texts and elements that stand between the cells of a table before it."""
    for table in document.all("table"):
        found = [stray for part in _find_parts(table) for stray in _find_strays(part)]
        if found and not any(_holds_cells(s) for s in found if not isinstance(s, tuple)):
            yield MoveBefore(table, found, "between cells of a table")


def mend_tables(document: Document) -> Iterator[Change]:
    """Make plain blocks of a table with something between its cells, and of cells without one."""
    broken = [
        table
        for table in document.all("table")
        if any(map(_is_broken, (p for p in _find_parts(table) if p.tag in _TABLE_PARTS)))
    ]
    gone = {part for table in broken for part in _find_parts(table)}
    for part in document.among(TABLES):
        if part in gone or not _has_its_place(part):
            if part.tag == "col":
                yield Remove(part, "broken table")
            else:
                yield Rename(part, "div", "broken table")


def mend_lists(document: Document) -> Iterator[Change]:
    """Make plain blocks of items that stand in an item without a list between them."""
    for items, lists_ in _ITEMS:
        for item in document.among(items):
            around = find_around(item, items | lists_)
            if around is not None and around.tag in items:
                yield Rename(item, "div", "item in an item")


def unwrap_around_blocks(document: Document) -> Iterator[Change]:
    """Unwrap what would end where a block begins in it; a heading becomes a plain block."""
    for element in document.among(_CLOSED_BY.keys()):
        if holds(element, _CLOSED_BY[element.tag]):
            if element.tag in BLOCKS:
                yield Rename(element, "div", f"block in {element.tag}")
            else:
                yield Unwrap(element, f"block in {element.tag}")


def keep_lists_open(document: Document) -> Iterator[Change]:
    """Put plain blocks where libxml2 would end a list at what stands right in it.

    No article comes so from the parser, but unwrapped elements leave such nesting.
    """
    for pre in document.all("pre"):
        if pre.getparent().tag == "ul":
            block = make_element("div")
            block.append(deepcopy(pre))
            block[0].tail = None
            yield Replace(pre, block, "pre in a list")
    for inner, outer in (("li", "dl"), ("dl", "dt")):
        for element in document.all(inner):
            parent = element.getparent()
            if parent.tag == outer:
                yield Rename(element if inner == "li" else parent, "div", f"{inner} in a {outer}")


def split_paragraphs(document: Document) -> Iterator[Change]:
    """Split paragraphs around the blocks in them; one that holds a block deeper goes."""
    for paragraph in reversed(document.all("p")):
        if not len(paragraph):
            continue
        inline = [child for child in paragraph if child.tag not in BLOCKS]
        if any(holds(child, BLOCKS) for child in inline):
            if _has_own_text(paragraph):
                yield Rename(paragraph, "div", "block in a paragraph")
            else:
                yield Unwrap(paragraph, "block in a paragraph")
        elif len(inline) < len(paragraph):
            yield Split(paragraph, "block in a paragraph")


def _has_own_text(element: Element) -> bool:
    texts = (element.text, *(child.tail for child in element))
    return any(text and text.strip() for text in texts)


def _is_broken(part: Element) -> bool:
    allowed = _TABLE_PARTS[part.tag]
    return _has_own_text(part) or any(child.tag not in allowed for child in part)


def _find_strays(part: Element) -> Iterator[tuple[Element, Element | None] | Element]:
    """Yield the texts and elements that may not stand in a part of a table."""
    allowed = _TABLE_PARTS.get(part.tag)
    if allowed is None:
        return
    if (part.text or "").strip():
        yield part, None
    for child in part:
        if child.tag not in allowed:
            yield child
        if (child.tail or "").strip():
            yield part, child


def _holds_cells(element: Element) -> bool:
    if element.tag in _ROWS_AND_CELLS:
        return True
    cell = next(element.iterdescendants(*TABLES), None)
    return cell is not None and cell.tag != "table"


def _find_parts(table: Element) -> Iterator[Element]:
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
