"""The lines of an article: what stands between line breaks and the edges of blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from refeed.cleaning.elements import BLOCKS, collapsed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from refeed.cleaning.document import Document
    from refeed.cleaning.elements import Element


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


def lines_from_the_end(document: Document) -> Iterator[Line]:
    """Yield the lines of all blocks, in the order in which they can be removed.

    The last comes first, since a line's text may hang on the break before it.
    """
    breaking = _breaking(document.elements())
    for parent in reversed(document.elements()):
        if parent.tag in BLOCKS or any(child in breaking for child in parent):
            yield from _lines_in(parent, breaking, document)


def _breaking(elements: Sequence[Element]) -> set[Element]:
    """Return the elements that are a line break or a block, or hold one."""
    found: set[Element] = set()
    for element in reversed(elements):
        if element.tag == "br" or element.tag in BLOCKS or element in found:
            found.add(element)
            found.add(element.getparent())
    return found


def _lines_in(parent: Element, breaking: set[Element], document: Document) -> Iterator[Line]:
    lines: list[Line] = []
    after: Element | None = None
    inline: list[Element] = []
    for child in parent:
        if child in breaking:
            lines.append(_line(parent, after, inline, child, document))
            after, inline = child, []
        else:
            inline.append(child)
    lines.append(_line(parent, after, inline, None, document))
    return (line for line in reversed(lines) if line.text)


def _line(
    holder: Element,
    after: Element | None,
    inline: list[Element],
    before: Element | None,
    document: Document,
) -> Line:
    """Return the line between two edges; None stands for those of its block."""
    if after is None and before is None:
        text = document.text(holder)
    else:
        parts = [(holder.text if after is None else after.tail) or ""]
        for element in inline:
            parts += (document.text(element), element.tail or "")
        text = "".join(parts)
    breaks = (edge for edge in (before, after) if edge is not None and edge.tag == "br")
    return Line(holder, after, inline, collapsed(text), next(breaks, None))
