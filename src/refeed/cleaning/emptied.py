"""Removes elements that hold nothing: left by earlier steps, or put in by pages as spacing.

White space of an inline element may be all that keeps two words apart, and highlighters put each
space and line end of code into one, so it stays. In a `pre` all white space stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from refeed.cleaning.changes import Remove, Unwrap
from refeed.cleaning.element_kinds import MEDIA
from refeed.text.blocks import BLOCKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refeed.cleaning.changes import Change
    from refeed.cleaning.dom import Document
    from refeed.cleaning.element_kinds import Element

_MAY_GO = frozenset(
    "a abbr address article aside b blockquote center cite code dd del details dfn div dl "
    "dt em fieldset figcaption figure font footer form h1 h2 h3 h4 h5 h6 header i ins kbd "
    "label legend li main mark nav ol p picture pre q s samp section small span strike "
    "strong sub summary sup time tt u ul var".split()
)
_SHOWN = MEDIA | {"table"}
_SPACE = " \t\n\r\f\v\xa0\u200b\u3000\ufeff"


def changes(document: Document) -> Iterator[Change]:
    """Remove blocks and inline elements without text or media; white space of inline ones stays."""
    pres = set(document.all("pre"))
    for element in _find_empty(document):
        if element.tag not in _MAY_GO:
            continue
        is_block = element.tag in BLOCKS
        if not is_block and _breaks_the_line(element):
            continue
        if not _holds_space(element):
            yield Remove(element, "empty")
        elif pres and any(around in pres for around in element.iterancestors()):
            if not is_block:
                yield Unwrap(element, "only white space")
        elif is_block or _ends_its_block(element):
            yield Remove(element, "empty")
        else:
            yield Unwrap(element, "only white space")


def _ends_its_block(element: Element) -> bool:
    """Tell whether an element is the last thing in a block: its white space is not seen there."""
    return not element.tail and element.getnext() is None and element.getparent().tag in BLOCKS


def _holds_space(element: Element) -> bool:
    if element.text or not len(element):
        return bool(element.text)
    return any(each.text or each.tail for each in element.iterdescendants())


def _find_empty(document: Document) -> list[Element]:
    """Return the elements without text or media, in document order."""
    found: list[Element] = []
    full: set[Element] = set()  # what holds something; an element comes after all that it holds
    for element in reversed(document.elements):
        is_empty = (
            element not in full
            and element.tag not in _SHOWN
            and not (element.text or "").strip(_SPACE)
        )
        if is_empty:
            found.append(element)
        if not is_empty or (element.tail or "").strip(_SPACE):
            full.add(element.getparent())
    return found[::-1]


def _breaks_the_line(element: Element) -> bool:
    """Tell whether an inline element holds a break that no block inside it keeps from the line."""
    return len(element) > 0 and any(
        next(e for e in line_break.iterancestors() if e is element or e.tag in BLOCKS) is element
        for line_break in element.iter("br")
    )


def trim_edges(document: Document) -> Iterator[Change]:
    """Yield the removal of breaks before the first and after the last thing of the article."""
    children = list(document.body)
    if not (document.body.text or "").strip(_SPACE):
        for child in children:
            if child.tag not in ("br", "hr"):
                break
            yield Remove(child, "break at the edge")
            if (child.tail or "").strip(_SPACE):
                break
    for child in reversed(children):
        if child.tag not in ("br", "hr") or (child.tail or "").strip(_SPACE):
            break
        yield Remove(child, "break at the edge")
