"""Tells pages that list few articles: sections with two posts, an archive of dates and titles.

They look like short articles. So each item must show what it is: beside its link it has a date, or
a second link to the same address, as `Read more`. And the page has no text of its own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from refeed.reading.dates.text import is_date
from refeed.reading.saved_page.runs import NO_TEXT
from refeed.reading.saved_page.tree import is_within, read_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from refeed.reading.saved_page.tree import Element, PageTree

_FEWEST = 2
_LONGEST_OWN = 200
"""Bytes of text beside the items: a line on the section or the author."""

_LONGEST_TEASER = 600
_MOST_LINKS = 500
_MOST_LEVELS = 8
_LONGEST_DATE = 40
_BESIDE = frozenset(("nav", "aside", "footer"))
_OWN_HEADINGS = frozenset(("h1", "h2"))
_ROWS = frozenset("li tr p dd dt div".split())
# A year, and a day before or behind it: `Published: Fri 15 May 2020`.
_DAY = re.compile(
    r"(?<!\d)\d{1,2}(?!\d).*(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)(?:19|20)\d\d\D+\d{1,2}(?!\d)"
)
_FRONT_PAGE = re.compile(
    r"(?:https?://[^/?]*)?(?:/|\.{1,2}/?|(?<=/)index\.html?|\Aindex\.html?)*\Z", re.IGNORECASE
)
_AROUND_DATE = " \t\n:·•|,–—()[]-/"
_FILE = re.compile(r"\.(?!(?:x?html?|php|aspx?|jsp)$)[a-z][a-z0-9]{1,4}$", re.IGNORECASE)


def is_short_listing(page: PageTree, links: Sequence[tuple[Element, Element]]) -> bool:
    """Tell whether a page is nothing but a few items that lead to articles of its site.

    Args:
        page: the page, which has no mark of an article.
        links: its headings that are links, each with the link.
    """
    items = _list_rows(page) or _list_items(links)
    addresses = {address for _, address in items}
    hosts = {urlsplit(address).netloc.lower() for address in addresses}
    if len(addresses) < _FEWEST or len(hosts) != 1:
        return False
    return _measure_own(page, {element for element, _ in items}) <= _LONGEST_OWN


def _list_items(links: Sequence[tuple[Element, Element]]) -> list[tuple[Element, str]]:
    """Return the items around headings with their addresses; none if one shows not what it is."""
    found: list[tuple[Element, str]] = []
    leading = [(each, address) for each, link in links if (address := _find_address(link))]
    headings = {heading for heading, _ in leading}
    for heading, address in leading:
        item = _find_item(heading, headings)
        if item is heading or len(read_text(item).encode()) > _LONGEST_TEASER:
            return []
        again = sum(_find_address(each) == address for each in item.iter("a"))
        if again < _FEWEST and not _has_date(item):
            return []
        found.append((item, address))
    return found


def _find_item(heading: Element, headings: set[Element]) -> Element:
    """Return the largest element around a heading that holds no other one of the headings."""
    item = heading
    for around, _ in zip(heading.iterancestors(), range(_MOST_LEVELS), strict=False):
        if sum(each in headings for each in around.iter("h1", "h2", "h3", "h4")) > 1:
            break
        item = around
    return item


def _has_date(item: Element) -> bool:
    if next(item.iter("time"), None) is not None:
        return True
    texts = (" ".join(text.split()) for text in item.itertext())
    return any(len(text) <= _LONGEST_DATE and _DAY.search(text) for text in texts)


def _list_rows(page: PageTree) -> list[tuple[Element, str]]:
    """Return the lines that are nothing but a date and a link, with its address."""
    found: list[tuple[Element, str]] = []
    for link in _list_links(page):
        row = next((each for each in link.iterancestors() if each.tag in _ROWS), None)
        address = _find_address(link)
        if row is None or not address or next(row.iter("a"), None) is not link:
            continue
        rest = " ".join(_list_texts_outside(row, link)).strip(_AROUND_DATE)
        if rest and len(rest) <= _LONGEST_DATE and is_date(rest):
            found.append((row, address))
    return found


def _list_links(page: PageTree) -> Iterator[Element]:
    number = 0
    for element in page.elements:
        if element.tag == "a" and not is_within(element, _BESIDE):
            number += 1
            if number > _MOST_LINKS:
                return
            yield element


def _list_texts_outside(row: Element, link: Element) -> Iterable[str]:
    inside = set(link.iter())
    for element in row.iter():
        if element not in inside and element.text:
            yield " ".join(element.text.split())
        if element is not row and element.tail and (element is link or element not in inside):
            yield " ".join(element.tail.split())


def _find_address(link: Element) -> str:
    """Return the address that a link leads to, without fragment; "" for files and front pages."""
    address = (link.get("href") or "").partition("#")[0].strip()
    place = address.partition("?")[0]
    if _FRONT_PAGE.match(address) or address.lower().startswith(
        ("mailto:", "javascript:", "data:")
    ):
        return ""
    is_file = _FILE.search(place.rpartition("//")[2].partition("/")[2]) is not None
    return "" if is_file else address


def _measure_own(page: PageTree, items: set[Element]) -> int:
    """Return the length of a page's text beside its items and its own headings, in bytes."""
    length = 0
    left_out: set[Element] = set()
    for element in page.body.iter():
        is_outside = element.getparent() in left_out
        if (
            is_outside
            or element in items
            or element.tag in NO_TEXT
            or element.tag in _BESIDE
            or element.tag in _OWN_HEADINGS
        ):
            left_out.add(element)
        text = "" if element in left_out else element.text or ""
        tail = "" if is_outside else element.tail or ""
        length += sum(len(each.strip().encode("utf-8", "replace")) for each in (text, tail))
    return length
