"""The lines of an article: what stands between line breaks and the edges of blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from refeed.cleaning.element_kinds import BLOCKS, collapse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import TypeAlias

    from refeed.cleaning.dom import Document
    from refeed.cleaning.element_kinds import Element

    _Stretch: TypeAlias = tuple[Element | None, Sequence[Element], Element | None]


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
    """Yield the lines of all blocks, in the order in which they can be removed.

    The last comes first, since a line's text may be the tail of the break before it. A `pre` is one
    line: it is removed as a whole or not at all.
    """
    broken: set[Element] = set()  # by a line break or a block in them; those are seen before
    whole = set(document.all("pre"))
    in_whole = {e for pre in whole for e in pre.iterdescendants()}
    for parent in reversed(document.elements):
        is_broken, tag = parent in broken, parent.tag
        if is_broken or tag in _EDGES:
            broken.add(parent.getparent())
        if parent in in_whole:
            continue
        if is_broken and parent not in whole:
            yield from _list_lines(parent, broken, document)
        elif tag in BLOCKS and (text := document.shown_text(parent)):
            yield Line(parent, None, parent, text, None)


def _list_lines(parent: Element, broken: set[Element], document: Document) -> Iterator[Line]:
    lines: list[Line] = []
    for after, inline, before in _list_stretches(parent, broken):
        text = (parent.text if after is None else after.tail) or ""
        if not inline and (not text or text.isspace()):
            continue
        for element in inline:
            text += document.text(element) + (element.tail or "")
        if text := collapse(text):
            lines.append(Line(parent, after, inline, text, _find_line_break(before, after)))
    return reversed(lines)


def _find_line_break(before: Element | None, after: Element | None) -> Element | None:
    if before is not None and before.tag == "br":
        return before
    return after if after is not None and after.tag == "br" else None


def _list_stretches(parent: Element, broken: set[Element]) -> Iterator[_Stretch]:
    """Yield what stands between two edges; None stands for those of the parent."""
    after: Element | None = None
    inline: list[Element] = []
    for child in parent:
        if child.tag in _EDGES or child in broken:
            yield after, inline, child
            after, inline = child, []
        else:
            inline.append(child)
    yield after, inline, None
