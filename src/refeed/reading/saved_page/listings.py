"""Tells pages that list articles: a site's front page, its sections, an author's articles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from refeed.reading.saved_page.runs import NO_TEXT
from refeed.reading.saved_page.short_listings import is_short_listing
from refeed.reading.saved_page.tree import is_within

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from refeed.reading.saved_page.linked_data import LinkedObject
    from refeed.reading.saved_page.tree import Element, PageTree

_FEWEST = 5
"""Articles that a page lists; fewer may be what an article is followed by."""

_LONGEST_TEASER = 400
"""Bytes in UTF-8, since Chinese says more in a letter."""

_DEEP = 250
"""Elements in each other, from which pages are made to take long."""

HEADINGS = frozenset(("h1", "h2", "h3", "h4"))
_BESIDE = frozenset(("nav", "aside", "footer"))
_MARKS = frozenset(("articlebody", "datepublished"))


def is_listing(
    page: PageTree, metas: Mapping[str, Sequence[str]], linked: Sequence[LinkedObject]
) -> bool:
    """Tell whether a page lists articles and is none, by its structure alone.

    It has no mark of an article, some headings that lead elsewhere, and before, between and behind
    them nothing longer than a teaser; or it is a short list. In doubt a page is an article.

    Args:
        page: the page.
        metas: its metadata.
        linked: its objects of JSON-LD.
    """
    if _is_marked(page, metas, linked) or page.measure_depth() > _DEEP:
        return False
    headings = (element for element in page.elements if element.tag in HEADINGS)
    links = [(each, link) for each in headings if (link := find_link(each)) is not None]
    addresses = {(link.get("href") or "").partition("#")[0] for _, link in links} - {""}
    if len(addresses) < _FEWEST:
        return is_short_listing(page, links)
    return _measure_longest(page, {heading for heading, _ in links}) <= _LONGEST_TEASER


def _is_marked(
    page: PageTree, metas: Mapping[str, Sequence[str]], linked: Sequence[LinkedObject]
) -> bool:
    """Tell whether a page says that it is an article."""
    if "article" in (text.strip().lower() for text in metas.get("og:type", ())):
        return True
    if "article:published_time" in metas or any("headline" in one for one in linked):
        return True
    articles = 0
    for element in page.elements:
        articles += element.tag == "article"
        if (element.get("itemprop") or "").lower() in _MARKS:
            return True
    return articles == 1


def find_link(heading: Element) -> Element | None:
    """Return the link that a heading is, but for those beside the page's content."""
    if is_within(heading, _BESIDE):
        return None
    around = next(heading.iterancestors("a"), None)
    if around is not None:
        return around
    inside = heading.find(".//a")
    is_all = inside is not None and _squeeze(inside) == _squeeze(heading)
    return inside if is_all else None


def _squeeze(element: Element) -> str:
    return "".join("".join(element.itertext()).split())


def _measure_longest(page: PageTree, starts: set[Element]) -> int:
    """Return the length of the longest text that no heading of `starts` is in, in bytes."""
    longest = length = 0
    left_out: set[Element] = set()
    for element in page.body.iter():
        is_outside = element.getparent() in left_out
        if is_outside or element.tag in NO_TEXT or element.tag in _BESIDE:
            left_out.add(element)
        if element in starts:
            length = 0
        text = "" if element in left_out else element.text or ""
        tail = "" if is_outside else element.tail or ""
        length += sum(len(each.strip().encode("utf-8", "replace")) for each in (text, tail))
        longest = max(longest, length)
    return longest
