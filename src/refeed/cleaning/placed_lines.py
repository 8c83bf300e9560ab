"""The lines of an article in their order, each with what it stands in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from refeed.cleaning.element_kinds import BLOCKS, HEADINGS, collapse
from refeed.cleaning.text_lines import Line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import TypeAlias

    from refeed.cleaning.dom import Document
    from refeed.cleaning.element_kinds import Element

_EDGES: Final = BLOCKS | {"br"}
_SPARED: Final = frozenset(
    "blockquote caption code dd dt figcaption figure pre q table details".split()
)
_LISTS: Final = frozenset({"ul", "ol"})


class Around(NamedTuple):
    """What a line stands in.

    Attributes:
        is_spared: whether that is a quotation, a table, code, a caption: what nothing learned takes
            lines from.
        is_heading: whether it is a heading.
        list: the outermost list, or what holds items without a list, or None.
    """

    is_spared: bool = False
    is_heading: bool = False
    list: Element | None = None


class PlacedLine(NamedTuple):
    """A line, and what it stands in."""

    line: Line
    around: Around


def list_placed_lines(document: Document) -> list[PlacedLine]:
    """Return the lines of an article in document order; a `pre` is one line."""
    lines: list[PlacedLine] = []
    broken = _find_broken(document.elements)
    nothing = Around()
    if document.body not in broken:
        if text := document.shown_text(document.body):
            lines.append(
                PlacedLine(Line(document.body, None, list(document.body), text, None), nothing)
            )
        return lines
    todo = [_walk(document.body, nothing, broken, document)]
    while todo:
        found = next(todo[-1], None)
        if found is None:
            todo.pop()
        elif isinstance(found, PlacedLine):
            lines.append(found)
        else:
            todo.append(_walk(found[0], found[1], broken, document))
    return lines


_Step: TypeAlias = "PlacedLine | tuple[Element, Around]"


def _walk(
    parent: Element, around: Around, broken: set[Element], document: Document
) -> Iterator[_Step]:
    """Yield the lines that stand in an element directly, and the elements that hold others."""
    after: Element | None = None
    inline: list[Element] = []
    for child in parent:
        tag = child.tag
        if tag not in _EDGES and child not in broken:
            inline.append(child)
            continue
        if line := _build_line(parent, after, inline, child, document):
            yield PlacedLine(line, around)
        after, inline = child, []
        if tag == "br":
            continue
        inside = _look_at(child, tag, around)
        if child in broken and tag != "pre":
            yield child, inside
        elif text := document.shown_text(child):
            yield PlacedLine(Line(child, None, list(child), text, None), inside)
    if line := _build_line(parent, after, inline, None, document):
        yield PlacedLine(line, around)


def _look_at(element: Element, tag: str, around: Around) -> Around:
    if tag in _SPARED:
        return around._replace(is_spared=True)
    if tag in HEADINGS:
        return around._replace(is_heading=True)
    if around.list is None and (tag in _LISTS or tag == "li"):
        return around._replace(list=element if tag in _LISTS else element.getparent())
    return around


def _build_line(
    parent: Element,
    after: Element | None,
    inline: Sequence[Element],
    before: Element | None,
    document: Document,
) -> Line | None:
    text = (parent.text if after is None else after.tail) or ""
    if not inline and (not text or text.isspace()):
        return None
    for element in inline:
        text += document.text(element) + (element.tail or "")
    if not (text := collapse(text)):
        return None
    if before is not None and before.tag == "br":
        line_break: Element | None = before
    else:
        line_break = after if after is not None and after.tag == "br" else None
    return Line(parent, after, inline, text, line_break)


def _find_broken(elements: Sequence[Element]) -> set[Element]:
    """Return the elements that hold a line break or a block."""
    found: set[Element] = set()
    for element in reversed(elements):
        if element.tag in _EDGES or element in found:
            found.add(element.getparent())
    return found
