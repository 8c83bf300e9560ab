"""The lines of an article: what stands between line breaks and the edges of blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from refeed.cleaning.element_kinds import collapse
from refeed.text.blocks import BLOCKS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from refeed.cleaning.dom import Document
    from refeed.cleaning.element_kinds import Element


_EDGES = BLOCKS | {"br"}


class Line(NamedTuple):
    """What stands between two line breaks of a block.

    Attributes:
        holder: the element that it stands in.
        after: the element behind which it begins, or None where it begins its holder.
        inline: the elements in it, each with the text behind it.
        text: all its text, white space collapsed.
        line_break: the `br` that ends it, or else the one before it, or None.
    """

    holder: Element
    after: Element | None
    inline: Sequence[Element]
    text: str
    line_break: Element | None

    @property
    def place(self) -> Element:
        """The element in or behind which the line begins."""
        return self.holder if self.after is None else self.after

    @property
    def is_whole_block(self) -> bool:
        """Whether no other line stands in its block."""
        return self.after is None and self.line_break is None


def list_lines_from_the_end(document: Document) -> Iterator[Line]:
    """Yield the lines of all blocks, the last first.

    In this order they can be removed, since a line's text may be the tail of the break before it. A
    `pre` is one line: it is removed as a whole or not at all.
    """
    broken: set[Element] = set()
    pending = [_list_pieces(document.body, broken, document)]
    while pending:
        piece = next(pending[-1], None)
        if piece is None:
            pending.pop()
        elif isinstance(piece, Line):
            yield piece
        else:
            pending.append(_list_pieces(piece, broken, document))


def _list_pieces(
    parent: Element, broken: set[Element], document: Document
) -> Iterator[Line | Element]:
    """Yield the lines that an element holds directly, and what holds others, the last first."""
    before: Element | None = None
    inline: list[Element] = []
    for child in parent.iterchildren(reversed=True) if parent.tag != "pre" else ():
        if not _ends_a_line(child, broken):
            inline.append(child)
            continue
        if line := _build_line(parent, child, inline[::-1], before, document):
            yield line
        if len(child):
            yield child
        elif child.tag in BLOCKS and (text := document.shown_text(child)):
            yield Line(child, None, child, text, None)
        before, inline = child, []
    if before is not None:
        if line := _build_line(parent, None, inline[::-1], before, document):
            yield line
    elif parent.tag in BLOCKS and (text := document.shown_text(parent)):
        yield Line(parent, None, parent, text, None)


def _ends_a_line(element: Element, broken: set[Element]) -> bool:
    """Tell whether an element is a line break or a block, or has one in it."""
    if element.tag in _EDGES or element in broken:
        return True
    if not len(element):
        return False
    # To name so many elements to lxml takes longer than to look at the few that there are.
    edge = next((e for e in element.iterdescendants() if e.tag in _EDGES), None)
    if edge is None:
        return False
    # What is around it is not looked through again.
    while edge is not element:
        edge = edge.getparent()
        broken.add(edge)
    return True


def _build_line(
    parent: Element,
    after: Element | None,
    inline: Sequence[Element],
    before: Element | None,
    document: Document,
) -> Line | None:
    """Return what stands between two edges, or None if it has no text; None is an edge, too."""
    text = (parent.text if after is None else after.tail) or ""
    if not inline and (not text or text.isspace()):
        return None
    for element in inline:
        text += document.text(element) + (element.tail or "")
    if not (text := collapse(text)):
        return None
    return Line(parent, after, inline, text, _find_line_break(before, after))


def _find_line_break(before: Element | None, after: Element | None) -> Element | None:
    if before is not None and before.tag == "br":
        return before
    return after if after is not None and after.tag == "br" else None
