"""The changes that steps may ask for, and `apply`, which makes them.

A step reads the document and returns changes. So a step decides and changes nothing, the order of
things stays in one place, and every change can be told to a person.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from lxml import etree

from refeed.cleaning.elements import BLOCKS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from refeed.cleaning.document import Document
    from refeed.cleaning.elements import Element
    from refeed.cleaning.lines import Line


class Remove(NamedTuple):
    """Take the element out with all that it holds."""

    element: Element
    rule: str

    def make(self) -> None:
        """Make the change."""
        _take_out(self.element)


class Unwrap(NamedTuple):
    """Take the element out and leave what it holds in its place."""

    element: Element
    rule: str

    def make(self) -> None:
        """Make the change."""
        parent = self.element.getparent()
        if parent is not None:
            _append_text(parent, self.element.getprevious(), self.element.text or "")
            _put(list(self.element), self.element)


class SetAttribute(NamedTuple):
    """Give an attribute another value; None takes it off."""

    element: Element
    name: str
    value: str | None
    rule: str

    def make(self) -> None:
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

    def make(self) -> None:
        """Make the change."""
        parent = self.element.getparent()
        if parent is not None:
            self.replacement.tail = self.element.tail
            parent.replace(self.element, self.replacement)


class Rename(NamedTuple):
    """Give the element another name."""

    element: Element
    tag: str
    rule: str

    def make(self) -> None:
        """Make the change."""
        self.element.tag = self.tag


class RemoveLine(NamedTuple):
    """Take one line of a block out, with one of the line breaks that it stands between."""

    line: Line
    rule: str

    def make(self) -> None:
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
            _take_out(element)
        if line_break is not None:
            _take_out(line_break)


class Split(NamedTuple):
    """End the element before each block that it holds directly, and begin it again after."""

    element: Element
    rule: str

    def make(self) -> None:
        """Make the change."""
        if self.element.getparent() is not None:
            _put(_pieces(self.element), self.element)


Change: TypeAlias = Remove | Unwrap | SetAttribute | Replace | Rename | RemoveLine | Split


def apply(document: Document, changes: Sequence[Change]) -> None:
    """Make the changes, in their order. One whose element an earlier one took away does nothing."""
    for change in changes:
        change.make()
    if any(not isinstance(change, SetAttribute) for change in changes):
        document.changed()


def _append_text(parent: Element, before: Element | None, text: str) -> None:
    """Add text behind the child `before`, or where the parent begins.

    Even no text is a node to libxml2, which leaves out the end of many elements without one.
    """
    if before is None:
        parent.text = (parent.text or "") + text
    else:
        before.tail = (before.tail or "") + text


def _take_out(element: Element) -> None:
    parent = element.getparent()
    if parent is not None:
        tail = element.tail
        before = element.getprevious() if tail else None
        parent.remove(element)
        if tail:
            _append_text(parent, before, tail)


def _put(pieces: list[Element], element: Element) -> None:
    """Put pieces, each with what is behind it, where the element is."""
    parent, before, tail = element.getparent(), element.getprevious(), element.tail
    index = parent.index(element)
    parent.remove(element)
    parent[index:index] = pieces
    if tail:
        _append_text(parent, pieces[-1] if pieces else before, tail)


def _pieces(element: Element) -> list[Element]:
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
