"""What the elements of HTML are to cleaning, by their names."""

from __future__ import annotations

from typing import Any, TypeAlias

from lxml import etree

Element: TypeAlias = Any
"""An lxml element; lxml publishes no types."""

BLOCKS = frozenset(
    "address article aside blockquote body center dd details div dl dt fieldset "
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre "
    "section summary table tbody td tfoot th thead tr ul".split()
)
"""Elements that start on a line of their own."""

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})

MEDIA = frozenset("img video audio hr iframe object embed".split())
"""Elements that show something without holding text."""

KEEP_MARK = "data-refeed-keep"
DROP_MARK = "data-refeed-drop"
"""Attributes in which the operator's selectors are noted on the elements that they match."""


def made(tag: str, text: str = "", **attributes: str) -> Element:
    """Return a new element."""
    new = etree.Element(tag, attributes)
    new.text = text
    return new


def collapsed(text: str) -> str:
    """Return a text with its white space collapsed."""
    return " ".join(text.split())


def is_within(element: Element, others: set[Element]) -> bool:
    """Tell whether an element is one of others or in one of them."""
    return bool(others) and (element in others or any(e in others for e in element.iterancestors()))


def shows_nothing(element: Element) -> bool:
    """Tell whether an element holds neither text nor media."""
    return not any(e.tag in MEDIA for e in element.iter()) and not collapsed(
        "".join(element.itertext())
    )
