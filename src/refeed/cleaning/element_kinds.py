"""Kinds of HTML elements, by their names, and questions about elements."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeAlias

from lxml import etree

from refeed.text.blocks import BLOCKS

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

Element: TypeAlias = Any
"""An lxml element; lxml publishes no types."""

_OUTER_BLOCKS = BLOCKS - frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "p", "pre"})
"""Blocks that may hold blocks."""

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})

MEDIA = frozenset("img video audio hr iframe object embed".split())
"""Elements that show something without holding text."""

_DENSE = re.compile("[\u3040-\ud7ff]+")

KEEP_MARK = "data-refeed-keep"
DROP_MARK = "data-refeed-drop"
"""Attributes in which the operator's selectors are noted on the elements that they match."""


def make_element(tag: str, text: str = "", **attributes: str) -> Element:
    """Return a new element."""
    new = etree.Element(tag, attributes)
    new.text = text
    return new


def collapse(text: str) -> str:
    """Return a text with its white space collapsed."""
    return " ".join(text.split())


def is_dense(text: str) -> bool:
    """Tell whether a text is in a script of which a sign is a word or a syllable."""
    return len(_DENSE.sub("", text)) * 2 < len(text)


def is_within(element: Element, others: AbstractSet[Element]) -> bool:
    """Tell whether an element is one of others or in one of them."""
    if not others:
        return False
    while element is not None:
        if element in others:
            return True
        element = element.getparent()
    return False


def find_around(element: Element, tags: AbstractSet[str]) -> Element | None:
    """Return the innermost element of these names around an element, or None.

    Making an iterator of lxml's takes longer than to go up as far as most elements are deep.
    """
    around = element.getparent()
    while around is not None and around.tag not in tags:
        around = around.getparent()
    return around


def holds(element: Element, tags: AbstractSet[str]) -> bool:
    """Tell whether an element has others of these names in it.

    To name many to lxml takes longer than to look at the few elements that there are.
    """
    return len(element) > 0 and any(e.tag in tags for e in element.iterdescendants())


def shows_nothing(element: Element) -> bool:
    """Tell whether an element holds neither text nor media."""
    return not any(e.tag in MEDIA for e in element.iter()) and not collapse(
        "".join(element.itertext())
    )


def is_custom_block(element: Element) -> bool:
    """Tell whether an element of a site's own stands among blocks, not in a line.

    Its styles, which are not here, say how it is shown. One that has no words beside it in its
    block, but other blocks or elements of that kind, is taken for a block.
    """
    if "-" not in element.tag or not has_inline_content(element):
        return False
    if element.getprevious() is None and element.getnext() is None:
        return False
    return _stands_among_blocks(element)


def _stands_among_blocks(element: Element) -> bool:
    parent, before, after = element.getparent(), element.getprevious(), element.getnext()
    if parent.tag not in _OUTER_BLOCKS and not ("-" in parent.tag and _stands_among_blocks(parent)):
        return False
    text_before = parent.text if before is None else before.tail
    if (text_before or "").strip() or (element.tail or "").strip():
        return False
    beside = [each.tag for each in (before, after) if each is not None]
    return all(tag in BLOCKS or "-" in tag or tag == "br" for tag in beside)


def has_inline_content(element: Element) -> bool:
    """Tell whether an element holds words, or inline elements, that no block in it holds."""
    texts = (element.text, *(child.tail for child in element))
    return any(child.tag not in BLOCKS for child in element) or any(
        text and text.strip() for text in texts
    )
