"""Finds the dates of a saved page: of publication, of changes, of saving."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refeed.reading.dates.text import is_date
from refeed.reading.publication_date import METADATA, SAVED
from refeed.reading.saved_page.linked_data import list_texts
from refeed.reading.saved_page.tree import is_aside

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from refeed.reading.claims import Claim
    from refeed.reading.saved_page.linked_data import LinkedObject
    from refeed.reading.saved_page.tree import Element, PageTree

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
# Microformats (hAtom, h-entry), microdata, and HTML's former `pubdate`. Elements are named where
# the class alone says too little.
_PUBLISHED = frozenset(("abbr.published", ".dt-published", "time.published", "time.entry-date"))
_CHANGED = frozenset((".dt-updated", "time.updated", "abbr.updated"))
_DATED = re.compile("dt-|published|updated|entry-date")
# Classes that are used for other things as well: an element counts if its text is a date.
_PERHAPS = re.compile(
    r"(?:^|[\s_-])(?:published|pub[_-]?(?:date|time)|publish(?:ed)?[_-]?(?:date|time|at|on)|date-?published"
    r"|(?:entry|post|article|news)[_-]?(?:date|time|meta)|date-?time|dateline|timestamp|date"
    r"|create[_-]?(?:date|time))(?:$|[\s_-])",
    re.IGNORECASE,
)
_SINGLE_FILE = re.compile(
    r"Page saved with SingleFile\s[^>]{0,9000}?\bsaved date:[ \t]*([^\n]{1,120})"
)
_WAYBACK = re.compile(r"FILE ARCHIVED ON (\d\d:\d\d:\d\d) ([A-Z][a-z]{2} \d\d?, \d{4})")
_HTTRACK = re.compile(
    r"<!-- Mirrored from [^>]{0,9000}? by HTTrack [^>]{0,200}?, (\w{3}, [^>]{10,40}?) -->"
)
_MONOLITH = re.compile(r"<!--\s*Saved from \S{1,2000} at ([^>]{8,40}?) using monolith\b")
_SCRAPBOOK = "data-scrapbook-create"
_CANDIDATES = 100
_LONGEST_TEXT = 40
_LONGEST_READ = 200
_LAST_DAY = "2099-12-31"
_HEAD_LENGTH = 20_000
_YEAR = re.compile(r"(?:19|20)\d\d")


def find_dates(
    page: PageTree, metas: Mapping[str, Sequence[str]], linked: Sequence[LinkedObject]
) -> Iterator[Claim]:
    """Yield the dates of publication, the most trusted first."""
    for one in linked:
        yield from ((text, METADATA) for text in list_texts(one, "datePublished"))
    yield from _list_metas(metas, _FIRST_METAS)
    marked = [each for each in page.elements if _is_published(each)]
    dated = [each for each in marked if not is_aside(each)]
    yield from _list_elements(dated[:_CANDIDATES], is_marked=True)
    yield from _list_elements(_list_times(page, set(marked)), is_marked=False)
    yield from _list_metas(metas, _METAS)
    yield from _list_others(page)


def find_late_dates(
    html: str,
    page: PageTree,
    metas: Mapping[str, Sequence[str]],
    linked: Sequence[LinkedObject],
) -> Iterator[Claim]:
    """Yield when the article was changed, then when the page was saved."""
    for one in linked:
        for name in ("dateCreated", "uploadDate", "dateModified"):
            yield from ((text, METADATA) for text in list_texts(one, name))
    yield from _list_metas(metas, _CHANGED_METAS)
    changed = [each for each in page.elements if _is_changed(each)]
    yield from _list_elements(changed[:_CANDIDATES], is_marked=True)
    yield from ((text, SAVED) for text in _list_saved(html, page.root, metas))


def guess_date(root: Element, url: str) -> str:
    """Return a date of publication that is not marked as one, as `YYYY-MM-DD`, or "".

    htmldate looks for texts that look like dates where pages have them.

    Args:
        root: of the page; it is not changed.
        url: the page's address, or "".
    """
    import htmldate

    # Without a last day htmldate takes today, and its result would depend on the day.
    found = htmldate.find_date(
        root, original_date=True, url=url or None, max_date=_LAST_DAY, deferred_url_extractor=True
    )
    # Of texts that name only a year it takes the first day.
    return "" if not found or found.endswith("-01-01") else found


def _list_metas(metas: Mapping[str, Sequence[str]], names: Sequence[str]) -> Iterator[Claim]:
    for name in names:
        yield from ((text, METADATA) for text in metas.get(name, ()))


def _is_published(element: Element) -> bool:
    if "datePublished" in (element.get("itemprop") or "").split():
        return True
    if element.tag == "time" and element.get("pubdate") is not None:
        return True
    return _has_class(element, _PUBLISHED)


def _is_changed(element: Element) -> bool:
    if not (
        "dateModified" in (element.get("itemprop") or "").split() or _has_class(element, _CHANGED)
    ):
        return False
    return not _is_published(element) and not is_aside(element)


def _has_class(element: Element, selectors: frozenset[str]) -> bool:
    classes = element.get("class")
    return (
        classes is not None
        and _DATED.search(classes) is not None
        and any(
            f".{name}" in selectors or f"{element.tag}.{name}" in selectors
            for name in classes.split()
        )
    )


def _list_times(page: PageTree, marked: set[Element]) -> list[Element]:
    """Return the first elements of time that are neither marked nor of changes."""
    found = []
    for time in page.root.iter("time"):
        if time not in marked and not _is_changed(time) and not is_aside(time):
            found.append(time)
        if len(found) >= _CANDIDATES:
            break
    return found


def _list_others(page: PageTree) -> Iterator[Claim]:
    """Yield the short texts that are dates, of elements whose class or id speaks of dates."""
    number = 0
    for element in page.elements:
        names = element.get("class") or element.get("id")
        if not names or not _PERHAPS.search(f"{names} {element.get('id') or ''}"):
            continue
        number += 1
        if number > _CANDIDATES:
            return
        if is_aside(element):
            continue
        text = _read_element(element, is_marked=True)
        if len(text) <= _LONGEST_TEXT and _YEAR.search(text) and is_date(text):
            yield text, "microformat"


def _list_elements(elements: Sequence[Element], *, is_marked: bool) -> Iterator[Claim]:
    for element in elements:
        text = _read_element(element, is_marked=is_marked)
        if text:
            yield text, "time element" if element.tag == "time" else "microformat"


def _list_saved(html: str, root: Element, metas: Mapping[str, Sequence[str]]) -> Iterator[str]:
    single_file = _SINGLE_FILE.search(html, 0, _HEAD_LENGTH)
    if single_file:
        yield single_file[1].removesuffix("-->").strip()
    monolith = _MONOLITH.search(html, 0, _HEAD_LENGTH)
    if monolith:
        yield monolith[1]
    for name in _SAVED_METAS:
        yield from metas.get(name, ())
    scrapbook = root.get(_SCRAPBOOK) or ""
    if scrapbook.isdecimal():
        yield f"{scrapbook[:8]}T{scrapbook[8:14]}Z"
    wayback = _WAYBACK.search(html)
    if wayback:
        yield f"{wayback[1]} UTC {wayback[2]}"
    httrack = _HTTRACK.search(html, 0, _HEAD_LENGTH)
    if httrack:
        yield httrack[1]


def _read_element(element: Element, *, is_marked: bool) -> str:
    """Return the date of an element, or "". A `<time>` may have a duration instead."""
    for name in ("datetime", "content", "title"):
        value = element.get(name)
        if value and value.strip():
            return str(value) if is_marked or is_date(value) or _YEAR.search(value) else ""
    text = " ".join(" ".join(element.itertext()).split())[:_LONGEST_READ]
    return text if is_marked or is_date(text) else ""
