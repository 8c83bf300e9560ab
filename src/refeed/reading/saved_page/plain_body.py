"""Finds the article in a page by its elements alone.

For pages in which trafilatura finds nothing, and those that would take it too long.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from refeed.reading.saved_page.tree import read_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refeed.reading.saved_page.tree import Element, PageTree

_NOT_ARTICLE = "script style template nav noscript form header footer aside".split()
_CANDIDATES = 30
# An article element holds the article if it holds this part of the page's text: teasers of other
# articles are article elements too.
_MOST = 0.4


def find_plain_body(page: PageTree) -> Element:
    """Return the element of the article; what is certainly none is removed, in place."""
    whole = page.body
    length = _count_letters(whole)
    for candidates in _list_candidates(page):
        best = max(candidates[:_CANDIDATES], key=_count_letters, default=None)
        if best is not None and _count_letters(best) >= length * _MOST > 0:
            return best
    for element in list(whole.iter(*_NOT_ARTICLE)):
        if element is not whole and element.getparent() is not None:
            element.drop_tree()
    return whole


def _list_candidates(page: PageTree) -> Iterator[list[Element]]:
    yield list(page.body.iter("article"))
    yield [each for each in page.elements if each.get("role") == "main"]
    yield list(page.body.iter("main"))


def _count_letters(element: Element) -> int:
    """Count the letters of an element's paragraphs, or of all of it where it has none."""
    paragraphs = list(element.iter("p"))
    return sum(len(read_text(each)) for each in paragraphs or [element])
