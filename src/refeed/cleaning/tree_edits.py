"""Removes and unwraps elements of the tree, and keeps the text and words around them.

Text that moves is collected and written once at the end. Each addition to a long text copies it, so
that a thousand of them, one at a time, take quadratic time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from refeed.cleaning.element_kinds import holds
from refeed.text.blocks import BLOCKS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from refeed.cleaning.element_kinds import Element

_BREAKS = BLOCKS | {"br"}
_SPACE = " \t\n\r\f"
_APART = "\n"
"""What keeps words apart where a block was; in a `pre` it is a line end, elsewhere a space."""


class TextBuffer:
    """Texts to be added at the beginning of elements and behind them."""

    def __init__(self) -> None:
        self._heads: dict[Element, list[str]] = {}
        self._tails: dict[Element, list[str]] = {}

    def add(self, parent: Element, before: Element | None, text: str) -> None:
        """Add text behind the child `before`, or where the parent begins."""
        if text:
            if before is None:
                self._heads.setdefault(parent, []).append(text)
            else:
                self._tails.setdefault(before, []).append(text)

    def move_head(self, element: Element, before: Element | None) -> None:
        """Move the text at the beginning of an element to where the element stands."""
        self._move(element.getparent(), before, element.text, self._heads.pop(element, ()))

    def move_tail(self, element: Element, before: Element | None) -> None:
        """Move the text behind an element behind another one, or to the parent's beginning."""
        added = self._tails.pop(element, ())
        if tail := element.tail:
            element.tail = None
        if tail or added:
            self._move(element.getparent(), before, tail, added)

    def _move(
        self, parent: Element, before: Element | None, text: str | None, added: Sequence[str]
    ) -> None:
        if text:
            self.add(parent, before, text)
        for piece in added:
            self.add(parent, before, piece)

    def write(self) -> None:
        """Write the texts into the tree.

        Even no text is a node to libxml2, which leaves out the end of many elements without one.
        """
        for element, pieces in self._heads.items():
            element.text = (element.text or "") + "".join(pieces)
        for element, pieces in self._tails.items():
            element.tail = (element.tail or "") + "".join(pieces)

    def glues_before(self, parent: Element, before: Element | None) -> bool:
        """Tell whether a word stands right before what follows `before`, or may."""
        added = self._heads.get(parent) if before is None else self._tails.get(before)
        if added:
            return added[-1][-1] not in _SPACE
        text = parent.text if before is None else before.tail
        if text:
            return text[-1] not in _SPACE
        edge = parent if before is None else before
        return edge.tag not in _BREAKS

    def glues_after(self, element: Element) -> bool:
        """Tell whether a word stands right behind an element, or may."""
        text = element.tail or self._tails.get(element, ("",))[0]
        if text:
            return text[0] not in _SPACE
        following = element.getnext()
        return (element.getparent() if following is None else following).tag not in _BREAKS

    def glues_inside(self, element: Element) -> bool:
        """Tell whether an element begins with a word, or may."""
        text = element.text or self._heads.get(element, ("",))[0]
        if text:
            return text[0] not in _SPACE
        return (element[0] if len(element) else element).tag not in _BREAKS


def take_out(element: Element, texts: TextBuffer) -> None:
    """Take an element out with all that it holds. Words that a block kept apart stay apart."""
    parent = element.getparent()
    if parent is None:
        return
    before = element.getprevious()
    if texts.glues_after(element) and texts.glues_before(parent, before) and _breaks_line(element):
        texts.add(parent, before, _APART)
    texts.move_tail(element, before)
    parent.remove(element)


def unwrap(element: Element, texts: TextBuffer) -> None:
    """Put what an element holds in its place. Words that a block kept apart stay apart."""
    parent = element.getparent()
    if parent is None:
        return
    before = element.getprevious()
    is_block = element.tag in BLOCKS
    if is_block and texts.glues_inside(element) and texts.glues_before(parent, before):
        texts.add(parent, before, _APART)
    ends_with_word = is_block and texts.glues_after(element)
    texts.move_head(element, before)
    for child in list(element):
        element.addprevious(child)
        before = child
    if ends_with_word and texts.glues_before(parent, before):
        texts.add(parent, before, _APART)
    texts.move_tail(element, before)
    parent.remove(element)


def replace_by(element: Element, pieces: Sequence[Element], texts: TextBuffer) -> None:
    """Put other elements where an element is."""
    parent, before = element.getparent(), element.getprevious()
    for piece in pieces:
        element.addprevious(piece)
        before = piece
    texts.move_tail(element, before)
    parent.remove(element)


def _breaks_line(element: Element) -> bool:
    return element.tag in _BREAKS or holds(element, _BREAKS)
