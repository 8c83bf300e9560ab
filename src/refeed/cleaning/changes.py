"""The changes that steps may ask for, and `apply`, which makes them.

A step reads the document and returns changes. So a step decides and changes nothing, the order of
things stays in one place, and every change can be described to a user.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from lxml import etree

from refeed.cleaning.tree_edits import TextBuffer, replace_by, take_out, unwrap
from refeed.text.blocks import BLOCKS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from refeed.cleaning.dom import Document
    from refeed.cleaning.element_kinds import Element
    from refeed.cleaning.text_lines import Line


class Remove(NamedTuple):
    """Take the element out with all that it holds."""

    element: Element
    rule: str

    def make(self, texts: TextBuffer) -> None:
        """Make the change."""
        take_out(self.element, texts)


class Unwrap(NamedTuple):
    """Take the element out and leave what it holds in its place."""

    element: Element
    rule: str

    def make(self, texts: TextBuffer) -> None:
        """Make the change."""
        unwrap(self.element, texts)


class SetAttribute(NamedTuple):
    """Give an attribute another value; None takes it off."""

    element: Element
    name: str
    value: str | None
    rule: str

    def make(self, _texts: TextBuffer) -> None:
        """Make the change."""
        if self.value is None:
            self.element.attrib.pop(self.name, None)
        else:
            self.element.set(self.name, self.value)


class Replace(NamedTuple):
    """Put another element where this one is."""

    element: Element
    replacement: Element
    rule: str

    def make(self, texts: TextBuffer) -> None:
        """Make the change."""
        if self.element.getparent() is not None:
            self.replacement.tail = None
            replace_by(self.element, [self.replacement], texts)


class Rename(NamedTuple):
    """Give the element another name."""

    element: Element
    tag: str
    rule: str

    def make(self, _texts: TextBuffer) -> None:
        """Make the change."""
        self.element.tag = self.tag


class RemoveLine(NamedTuple):
    """Take one line of a block out, with one of the line breaks that it stands between."""

    line: Line
    rule: str

    def make(self, texts: TextBuffer) -> None:
        """Make the change."""
        holder, after, inline, _, line_break = self.line
        if after is None:
            holder.text = None
        else:
            after.tail = None
        elements = list(inline)
        for element in elements:
            element.tail = None
        for element in elements:
            take_out(element, texts)
        if line_break is not None:
            take_out(line_break, texts)


class Split(NamedTuple):
    """End the element before each block that it holds directly, and begin it again after."""

    element: Element
    rule: str

    def make(self, texts: TextBuffer) -> None:
        """Make the change."""
        if self.element.getparent() is not None:
            replace_by(self.element, _split_in_pieces(self.element), texts)


class MoveBefore(NamedTuple):
    """Put texts and elements that stand in an element into a block before it.

    Attributes:
        element: what the block is put before.
        strays: the texts, each as its parent and the element that it is behind or None, and the
            elements, in document order.
    """

    element: Element
    strays: Sequence[tuple[Element, Element | None] | Element]
    rule: str

    def make(self, texts: TextBuffer) -> None:
        """Make the change."""
        block = etree.Element("div")
        for stray in self.strays:
            last = block[-1] if len(block) else None
            if isinstance(stray, tuple):
                parent, before = stray
                text = parent.text if before is None else before.tail
                texts.add(block, last, text or "")
                if before is None:
                    parent.text = None
                else:
                    before.tail = None
            else:
                tail, stray.tail = stray.tail, None
                texts.add(stray.getparent(), stray.getprevious(), tail or "")
                block.append(stray)
        self.element.addprevious(block)


Change: TypeAlias = (
    Remove | Unwrap | SetAttribute | Replace | Rename | RemoveLine | Split | MoveBefore
)


def apply(document: Document, changes: Sequence[Change]) -> None:
    """Make the changes, in their order. One whose element an earlier one took away does nothing."""
    texts = TextBuffer()
    for change in changes:
        change.make(texts)
    texts.write()
    if {*map(type, changes)} != {SetAttribute}:
        document.invalidate()


def _split_in_pieces(element: Element) -> list[Element]:
    """Return the blocks that an element holds and, around them, what is not empty of itself."""
    piece = etree.Element(element.tag, element.attrib)
    piece.text = element.text
    pieces = [piece]
    for child in list(element):
        if child.tag in BLOCKS:
            piece = etree.Element(element.tag, element.attrib)
            piece.text, child.tail = child.tail, None
            pieces += [child, piece]
        else:
            piece.append(child)
    others = BLOCKS - {element.tag}
    return [p for p in pieces if p.tag in others or len(p) or (p.text or "").strip()]
