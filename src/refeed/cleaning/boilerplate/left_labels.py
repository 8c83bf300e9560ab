"""Headings and labels of what has been removed: they go with it.

A heading goes if nothing is left between it and the next heading of its level or a higher one, or
the end of the article, and something was there. One with a link in it is a title of its own, and
what an article begins with is no label.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from refeed.cleaning.changes import Remove, RemoveLine
from refeed.cleaning.element_kinds import HEADINGS, MEDIA
from refeed.text.blocks import BLOCKS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from refeed.cleaning.boilerplate.line_rules import LineRules
    from refeed.cleaning.changes import Change
    from refeed.cleaning.dom import Document
    from refeed.cleaning.element_kinds import Element

RULE = "heading of what is removed"
_UNDER_NO_LABEL = frozenset(
    {"continue reading", "to read in full", "link to the article itself", "feed promotion"}
)
"""Rules on what stands behind a text that ends, or breaks off, right before it."""

_LONGEST_LABEL = 60
_LONGEST_SOURCE = 200
_MAY_BE_LABELS = HEADINGS | {"p", "div", "header", "dt"}
_LOWEST = 7
_SPACERS = frozenset({"br", "hr"})
_SHOWN = MEDIA - {"hr"}
_COLONS = (":", "：")


def add(document: Document, changes: Iterable[Change], rules: LineRules) -> list[Change]:
    """Return changes, and the removal of the headings and labels that they leave with nothing."""
    if not (decided := list(changes)):
        return decided
    headed = [change for change in decided if getattr(change, "rule", "") not in _UNDER_NO_LABEL]
    gone = {c.element for c in headed if isinstance(c, Remove)}
    gone |= {c.line.holder for c in headed if isinstance(c, RemoveLine) and c.line.is_whole_block}
    if gone:
        decided += [Remove(label, RULE) for label in _find_labels(document, gone, rules)]
    return decided


class _Pending:
    """Headings and labels that have had no content so far, the highest first."""

    def __init__(self) -> None:
        self.emptied: list[Element] = []
        self._open: list[tuple[Element, int]] = []
        self._cut: set[Element] = set()

    def add(self, label: Element, level: int) -> None:
        """End the parts of this level and below, and begin one."""
        self.end(level)
        self._open.append((label, level))

    def cut(self) -> None:
        """Note that what is gone stood in all parts that are open."""
        self._cut.update(label for label, _ in self._open)

    def fill(self) -> None:
        """Note content, which is in all parts that are open."""
        self._open.clear()

    def end(self, level: int) -> None:
        """End the parts of this level and below: those that were cut are empty now."""
        while self._open and self._open[-1][1] >= level:
            label, _ = self._open.pop()
            if label not in self._cut:
                self.fill()  # It has been without content before, and stays.
                break
            self.emptied.append(label)


def _find_labels(document: Document, gone: set[Element], rules: LineRules) -> list[Element]:
    if not any(_follows_a_label(element, gone, document, rules) for element in gone):
        return []
    if not any(_may_be_headed(element, document) for element in gone):
        return []
    pending = _Pending()
    is_begun = False
    within: set[Element] = set()  # what stands in something gone, or in a label
    for element in document.elements:
        parent = element.getparent()
        if parent in within:
            within.add(element)
        elif element in gone:
            within.add(element)
            pending.cut()
        elif element.tag in _MAY_BE_LABELS and (level := _find_level(element, document, rules)):
            if is_begun:
                pending.add(element, level)
            is_begun = True
            within.add(element)
        elif element.tag in _SHOWN or (element.text or "").strip():
            pending.fill()
            is_begun = True
        if (element.tail or "").strip() and parent not in within:
            pending.fill()
            is_begun = True
    pending.end(0)
    return [each for each in pending.emptied if not document.is_protected(each)]


def _may_be_headed(element: Element, document: Document) -> bool:
    """Tell whether what stands right before an element may be a label."""
    while (parent := element.getparent()) is not None:
        before = element.getprevious()
        while before is not None and before.tag in _SPACERS:
            before = before.getprevious()
        if before is not None:
            text = document.text(before)
            return not text.strip() or len(text) <= _LONGEST_SOURCE
        if (parent.text or "").strip() or parent.tag == "body":
            return False
        element = parent
    return False


def _follows_a_label(
    element: Element, gone: set[Element], document: Document, rules: LineRules
) -> bool:
    """Tell whether the last thing before an element that holds something is a label.

    Where it is something that is gone, too, the answer for that counts.
    """
    while (parent := element.getparent()) is not None:
        for before in element.itersiblings(preceding=True):
            if (before.tail or "").strip():
                return False
            if (ends := _ends_with_a_label(before, gone, document, rules)) is not None:
                return ends
        if (parent.text or "").strip() or parent.tag == "body":
            return False
        element = parent
    return False


def _ends_with_a_label(
    element: Element, gone: set[Element], document: Document, rules: LineRules
) -> bool | None:
    """Tell whether the last thing in an element is a label; None if it holds nothing."""
    if element in gone:
        return False
    if element.tag in _MAY_BE_LABELS and _find_level(element, document, rules):
        return True
    for child in reversed(element):
        if (child.tail or "").strip():
            return False
        if (ends := _ends_with_a_label(child, gone, document, rules)) is not None:
            return ends
    return False if element.tag in _SHOWN or (element.text or "").strip() else None


def _find_level(element: Element, document: Document, rules: LineRules) -> int:
    """Return the level of a heading, the lowest for a label, or 0."""
    if element.tag in HEADINGS:
        is_title = any(e.tag == "a" for e in element.iterancestors())
        level = 0 if is_title else int(element.tag[1])
    elif len(element) and element[0].tag in BLOCKS:
        return 0
    elif len(document.text(element)) <= _LONGEST_SOURCE:
        text = document.shown_text(element)
        is_label = len(text) <= _LONGEST_LABEL and (
            text.endswith(_COLONS) or rules.related.name(text)
        )
        level = _LOWEST if is_label else 0
    else:
        return 0
    if not level or not document.shown_text(element):
        return 0
    return 0 if next(element.iter("a", *_SHOWN), None) is not None else level
