"""Removes what a page does not show: hidden texts, and the fallback content of players.

Newsletters begin with a line that only lists of mails show. But pages also hide what a script shows
later, the article among it, and styles that a file does not hold may hide or show anything. So only
what an element says itself counts, and much text is never taken for hidden.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refeed.cleaning.changes import Remove, Replace, SetAttribute
from refeed.cleaning.element_kinds import is_within, make_element

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refeed.cleaning.changes import Change
    from refeed.cleaning.dom import Document
    from refeed.cleaning.element_kinds import Element

_HIDING = re.compile(
    r"(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all)\b",
    re.IGNORECASE,
)
_DIRECTION = re.compile(r"(?:^|[;\s])direction\s*:\s*(ltr|rtl)\b", re.IGNORECASE)
_HINTS = ("hidden", "display")
_TWIN_HINTS = ("aria-hidden",)
_DIRECTION_HINTS = ("direction",)
_LONG = 300
"""Characters from which a hidden text may be the article."""

_LARGEST_SHARE = 0.5
_MEDIA = frozenset("img picture video audio".split())
_NEVER_SHOWN = frozenset("script style template noscript".split())
PLAYERS = frozenset({"audio", "video"})
_OF_PLAYERS = frozenset({"source", "track"})


def remove_hidden(document: Document) -> Iterator[Change]:
    """Remove texts that their elements hide, unless they are most of the article's."""
    if document.may_hold(_HINTS):
        yield from _remove_hidden(document)
        if document.may_hold(_TWIN_HINTS):
            yield from _remove_twins(document)


def _remove_hidden(document: Document) -> Iterator[Change]:
    found = [element for element in _find_hidden(document) if not document.is_protected(element)]
    if not found:
        return
    lengths = {element: len(document.shown_text(element)) for element in found}
    never_shown = sum(len(document.shown_text(element)) for element in document.among(_NEVER_SHOWN))
    whole = len(document.shown_text(document.body)) - never_shown
    if sum(lengths.values()) >= whole:  # nothing else is there
        return
    long = sum(length for length in lengths.values() if length > _LONG)
    longest = _LONG if long > whole * _LARGEST_SHARE else whole
    for element, length in lengths.items():
        if length <= longest:
            yield Remove(element, "hidden")


def _find_hidden(document: Document) -> Iterator[Element]:
    """Yield the outermost elements that hide a text; pictures wait hidden for a script."""
    found: set[Element] = set()
    for element in document.elements:
        if (
            _is_hidden(element)
            and not is_within(element, found)
            and next(element.iter(*_MEDIA), None) is None
        ):
            found.add(element)
            yield element


def _is_hidden(element: Element) -> bool:
    hidden = element.get("hidden")
    if hidden is not None and hidden.lower() != "until-found":
        return True
    style = element.get("style")
    return style is not None and _HIDING.search(style) is not None


def _remove_twins(document: Document) -> Iterator[Change]:
    """Remove what is hidden from screen readers and beside it written again for them."""
    for element in document.elements:
        if element.get("aria-hidden") != "true":
            continue
        text = document.shown_text(element)
        for twin in (element.getprevious(), element.getnext()):
            is_read_aloud = twin is not None and twin.get("aria-hidden") != "true"
            if text and is_read_aloud and document.shown_text(twin) == text:
                yield Remove(element, "written twice")
                break


def remove_fallbacks(document: Document) -> Iterator[Change]:
    """Take out what players hold for browsers that do not know them."""
    for player in document.among(PLAYERS):
        # libxml2 doesn't know that a source is empty, and puts what follows into it.
        if document.text(player).strip() or any(
            each.tag not in _OF_PLAYERS for each in player.iterdescendants()
        ):
            bare = make_element(player.tag, **player.attrib)
            for source in player.iter("source"):
                bare.append(make_element("source", **source.attrib))
            yield Replace(player, bare, "text for browsers without players")


def set_directions(document: Document) -> Iterator[Change]:
    """Say in an attribute what a style says of the direction of text, since styles go."""
    if not document.may_hold(_DIRECTION_HINTS):
        return
    for element in document.elements[1:]:
        direction = _DIRECTION.search(element.get("style") or "")
        if direction and element.get("dir") is None:
            yield SetAttribute(element, "dir", direction[1].lower(), "direction of a style")
