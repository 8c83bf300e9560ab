"""Finds the dates of a saved page: of publication, of changes, of saving."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refeed.reading.date_text import is_date
from refeed.reading.linked_data import list_texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bs4 import BeautifulSoup, Tag

    from refeed.reading.claims import Claim
    from refeed.reading.linked_data import LinkedObject

METADATA = "page metadata"
_FIRST_METAS = ("article:published_time", "og:published_time", "og:article:published_time")
_METAS = (
    "datepublished",
    "date",
    "pubdate",
    "publishdate",
    "publish-date",
    "publish_date",
    "published",
    "published_time",
    "published-date",
    "publication_date",
    "publication-date",
    "article.published",
    "article:published",
    "article_date_original",
    "originalpublicationdate",
    "parsely-pub-date",
    "sailthru.date",
    "citation_publication_date",
    "citation_online_date",
    "citation_date",
    "dc.date",
    "dc.date.issued",
    "dc.date.created",
    "dc.issued",
    "dcterms.date",
    "dcterms.issued",
    "dcterms.created",
    "dcterms.available",
    "rnews:datepublished",
)
_CHANGED_METAS = (
    "article:modified_time",
    "og:updated_time",
    "og:modified_time",
    "datemodified",
    "dc.date.modified",
    "dcterms.modified",
    "last-modified",
    "last_modified",
    "lastmod",
    "modified",
    "revised",
)
_SAVED_METAS = ("savepage-date", "date-saved", "date_saved", "saved-date")
# Microformats (hAtom, h-entry), microdata, and HTML's former `pubdate`.
_PUBLISHED = (
    "abbr.published, .dt-published, time.published, time.entry-date, time[pubdate],"
    "[itemprop~=datePublished]"
)
_CHANGED = ".dt-updated, time.updated, abbr.updated, [itemprop~=dateModified]"
# Classes that are used for other things as well: an element counts if its text is a date.
_PERHAPS = ".published, .pubdate, .date-published, .entry-date, .post-date, .article-date"
# The text of these is about other articles.
_ASIDE = ("aside", "nav")
_SINGLE_FILE = re.compile(
    r"Page saved with SingleFile\s[^>]{0,9000}?\bsaved date:[ \t]*([^\n]{1,120})"
)
_WAYBACK = re.compile(r"FILE ARCHIVED ON (\d\d:\d\d:\d\d) ([A-Z][a-z]{2} \d\d?, \d{4})")
_HTTRACK = re.compile(
    r"<!-- Mirrored from [^>]{0,9000}? by HTTrack [^>]{0,200}?, (\w{3}, [^>]{10,40}?) -->"
)
_SCRAPBOOK = "data-scrapbook-create"
_CANDIDATES = 300
_HEAD_LENGTH = 20_000
_YEAR = re.compile(r"(?:19|20)\d\d")


def find_dates(
    soup: BeautifulSoup, metas: Mapping[str, Sequence[str]], linked: Sequence[LinkedObject]
) -> Iterator[Claim]:
    """Yield the dates of publication, the most trusted first."""
    yield from _list_metas(metas, _FIRST_METAS)
    for one in linked:
        yield from ((text, METADATA) for text in list_texts(one, "datePublished"))
    yield from _list_metas(metas, _METAS)
    published = _select(soup, _PUBLISHED)
    yield from _list_elements(published, is_marked=True)
    marked = {id(element) for element in (*published, *_select(soup, _CHANGED))}
    others = [time for time in _select(soup, "time") if id(time) not in marked]
    yield from _list_elements(others, is_marked=False)
    for element in _select(soup, _PERHAPS):
        text = _read_element(element, is_marked=True)
        if is_date(text):
            yield text, "microformat"


def find_late_dates(
    html: str,
    soup: BeautifulSoup,
    metas: Mapping[str, Sequence[str]],
    linked: Sequence[LinkedObject],
) -> Iterator[Claim]:
    """Yield when the article was changed, then when the page was saved."""
    for one in linked:
        for name in ("dateCreated", "uploadDate", "dateModified"):
            yield from ((text, METADATA) for text in list_texts(one, name))
    yield from _list_metas(metas, _CHANGED_METAS)
    published = {id(element) for element in _select(soup, _PUBLISHED)}
    changed = [element for element in _select(soup, _CHANGED) if id(element) not in published]
    yield from _list_elements(changed, is_marked=True)
    yield from ((text, "saved date") for text in _list_saved(html, soup, metas))


def _list_metas(metas: Mapping[str, Sequence[str]], names: Sequence[str]) -> Iterator[Claim]:
    for name in names:
        yield from ((text, METADATA) for text in metas.get(name, ()))


def _select(soup: BeautifulSoup, selector: str) -> list[Tag]:
    found = soup.select(selector, limit=_CANDIDATES)
    return [element for element in found if not element.find_parent(_ASIDE)]


def _list_elements(elements: Sequence[Tag], *, is_marked: bool) -> Iterator[Claim]:
    for element in elements:
        text = _read_element(element, is_marked=is_marked)
        if text:
            yield text, "time element" if element.name == "time" else "microformat"


def _list_saved(
    html: str, soup: BeautifulSoup, metas: Mapping[str, Sequence[str]]
) -> Iterator[str]:
    single_file = _SINGLE_FILE.search(html, 0, _HEAD_LENGTH)
    if single_file:
        yield single_file[1].removesuffix("-->").strip()
    for name in _SAVED_METAS:
        yield from metas.get(name, ())
    scrapbook = soup.html.get(_SCRAPBOOK) if soup.html else None
    if isinstance(scrapbook, str) and scrapbook.isdecimal():
        yield f"{scrapbook[:8]}T{scrapbook[8:14]}Z"
    wayback = _WAYBACK.search(html)
    if wayback:
        yield f"{wayback[1]} UTC {wayback[2]}"
    httrack = _HTTRACK.search(html, 0, _HEAD_LENGTH)
    if httrack:
        yield httrack[1]


def _read_element(element: Tag, *, is_marked: bool) -> str:
    """Return the date of an element, or "". A `<time>` may have a duration instead."""
    for name in ("datetime", "content", "title"):
        value = element.get(name)
        if isinstance(value, str) and value.strip():
            return value if is_marked or is_date(value) or _YEAR.search(value) else ""
    text = element.get_text(" ", strip=True)
    return text if is_marked or is_date(text) else ""
