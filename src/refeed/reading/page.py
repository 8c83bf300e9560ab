"""Whole saved pages: what browsers, SingleFile and clippers write.

Read by BeautifulSoup, which takes any tag soup; such files are few, so that its cost is no matter.
"""

from __future__ import annotations

import json
import re
from html import escape
from typing import TYPE_CHECKING

from refeed.reading.instants import moment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bs4 import BeautifulSoup, Tag

    from refeed.reading.record import Claim, Record

SUFFIXES = (".html", ".htm", ".xhtml")

_PAGE = re.compile(
    r"(?:\ufeff|\s)*(?:<\?xml[^>]{0,200}>\s*)?(?><!--.*?-->\s*){0,5}<(?:!doctype\s+html|html|head|body)\b",
    re.DOTALL | re.IGNORECASE,
)
_SAVED_FROM = re.compile(r"saved from url=\(\d+\)\s*(\S+)", re.IGNORECASE)
_SINGLE_FILE = re.compile(r"Page saved with SingleFile\s+url:\s*(\S+)", re.IGNORECASE)
_HEAD_LENGTH = 20_000

_TITLE_METAS = ("og:title", "twitter:title", "dc.title")
_AUTHOR_METAS = ("author", "article:author", "dc.creator", "parsely-author", "sailthru.author")
_DATE_METAS = (
    "article:published_time",
    "og:published_time",
    "datepublished",
    "date",
    "pubdate",
    "publishdate",
    "publish-date",
    "parsely-pub-date",
    "sailthru.date",
    "dc.date",
    "dc.date.issued",
    "dcterms.created",
    "article:modified_time",
)
_TAG_METAS = ("article:tag", "keywords", "news_keywords")
_TAG_SEPARATOR = re.compile(r"[,，、;；]")
_METADATA = "page metadata"
_BODIES = ("article", "[role=main]", "main")
_NOT_ARTICLE = "script, style, template, nav, noscript, form, header, footer, aside"
# An article element holds the article if it holds this part of the page's text: teasers of other
# articles are article elements too.
_DIRECTION = re.compile(r"(?:^|[;\s])direction\s*:\s*(rtl)\b", re.IGNORECASE)
_MOST = 0.4
_CANDIDATES = 30
_DEEPEST = 20


def is_page(html: str) -> bool:
    """Tell whether HTML is a whole page, not the body of an article."""
    return _PAGE.match(html) is not None


def read(record: Record) -> Record:
    """Add to a record what its page says, and make its body the article in it.

    Args:
        record: what is known from around the page, with the page as its `html`.
    """
    from bs4 import BeautifulSoup  # noqa: PLC0415 - takes 0.2 s to import, rarely needed

    soup = BeautifulSoup(record.html, "lxml")
    metas = _metas(soup)
    linked = _linked_data(soup)
    titles = (*record.titles, *_titles(soup, metas, linked))
    if titles:
        _drop_headings(soup, titles[0][0])
    return record._replace(
        urls=(*record.urls, *_urls(record.html, soup, metas)),
        titles=titles,
        weak_dates=(*record.weak_dates, *_dates(soup, metas, linked)),
        authors=(*record.authors, *_authors(metas, linked)),
        tags=(*record.tags, *_tags(metas, linked)),
        html=_body(soup),
    )


def _metas(soup: BeautifulSoup) -> dict[str, list[str]]:
    """Return the contents of the meta elements by lower-case name, property or itemprop."""
    metas: dict[str, list[str]] = {}
    for meta in soup.find_all("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop")
        content = _attribute(meta, "content")
        if isinstance(name, str) and content:
            metas.setdefault(name.strip().lower(), []).append(content)
    return metas


def _linked_data(soup: BeautifulSoup) -> list[dict[str, object]]:
    """Return the objects of JSON-LD, those with a date of publication first."""
    found: list[dict[str, object]] = []
    for script in soup.find_all("script", type="application/ld+json"):
        try:
            found.extend(_objects(json.loads(script.get_text()), 0))
        except (ValueError, RecursionError):
            continue
    return sorted(found, key=lambda linked: "datePublished" not in linked)


def _objects(value: object, depth: int) -> Iterator[dict[str, object]]:
    if isinstance(value, list):
        for item in value:
            yield from _objects(item, depth + 1) if depth < _DEEPEST else ()
    elif isinstance(value, dict):
        yield value
        yield from _objects(value.get("@graph"), depth + 1) if depth < _DEEPEST else ()


def _urls(html: str, soup: BeautifulSoup, metas: dict[str, list[str]]) -> Iterator[Claim]:
    for link in soup.find_all("link", rel="canonical"):
        yield _attribute(link, "href"), "canonical link"
    for url in metas.get("og:url", ()):
        yield url, "og:url"
    head = html[:_HEAD_LENGTH]
    for pattern, origin in (
        (_SINGLE_FILE, "SingleFile comment"),
        (_SAVED_FROM, "saved-from comment"),
    ):
        match = pattern.search(head)
        if match:
            yield match[1], origin


def _titles(
    soup: BeautifulSoup, metas: dict[str, list[str]], linked: list[dict[str, object]]
) -> Iterator[Claim]:
    for name in _TITLE_METAS:
        yield from ((text, _METADATA) for text in metas.get(name, ()))
    for text in _texts(linked, "headline"):
        yield text, _METADATA
    headings = soup.find_all("h1")
    if len(headings) == 1:
        yield headings[0].get_text(" "), "first heading"
    if soup.title:
        yield soup.title.get_text(), "title element"


def _dates(
    soup: BeautifulSoup, metas: dict[str, list[str]], linked: list[dict[str, object]]
) -> Iterator[Claim]:
    for name in _DATE_METAS[:2]:
        yield from ((text, _METADATA) for text in metas.get(name, ()))
    for text in _texts(linked, "datePublished"):
        yield text, _METADATA
    for name in _DATE_METAS[2:]:
        yield from ((text, _METADATA) for text in metas.get(name, ()))
    for time in soup.find_all("time"):
        text = _attribute(time, "datetime")
        if text and moment(text):
            yield text, "time element"


def _authors(
    metas: dict[str, list[str]], linked: list[dict[str, object]]
) -> Iterator[tuple[tuple[str, ...], str]]:
    yield tuple(_texts(linked, "author")), _METADATA
    for name in _AUTHOR_METAS:
        # Facebook's own use of article:author is the address of a profile.
        named = tuple(t for t in metas.get(name, ()) if not t.startswith(("http:", "https:")))
        yield named, _METADATA


def _tags(metas: dict[str, list[str]], linked: list[dict[str, object]]) -> Iterator[Claim]:
    for name in _TAG_METAS:
        for text in metas.get(name, ()):
            yield from ((part, _METADATA) for part in _TAG_SEPARATOR.split(text))
    for text in _texts(linked, "keywords"):
        yield from ((part, _METADATA) for part in _TAG_SEPARATOR.split(text))


def _texts(linked: list[dict[str, object]], key: str) -> Iterator[str]:
    """Yield the texts, or the names of the objects, of a property."""
    for one in linked:
        value = one.get(key)
        for item in value if isinstance(value, list) else [value]:
            text = item.get("name") if isinstance(item, dict) else item
            if isinstance(text, str) and text.strip():
                yield text


def _drop_headings(soup: BeautifulSoup, title: str) -> None:
    """Take out the page's headings that say what every reader shows above the article anyway."""
    for heading in soup.find_all("h1"):
        if heading.get_text(" ").split() == title.split():
            heading.decompose()


def _body(soup: BeautifulSoup) -> str:
    """Return the inner HTML of the element that is the article, the best that the page has."""
    whole = soup.body or soup
    article = _find_article(whole, soup)
    html = article.decode_contents().strip()
    # A reader's own page has another direction, so it is said of the article.
    around = [article, *article.parents]
    direction = next(filter(None, map(_direction, around)), "")
    if not direction or not html:
        return html
    language = next(filter(None, (_attribute(each, "lang") for each in around)), "")
    attributes = f' lang="{escape(language)}"' if language else ""
    return f'<div dir="{direction}"{attributes}>{html}</div>'


def _find_article(whole: Tag, soup: BeautifulSoup) -> Tag:
    length = _length(whole)
    for selector in _BODIES:
        best = max(soup.select(selector, limit=_CANDIDATES), key=_length, default=None)
        if best is not None and _length(best) >= length * _MOST > 0:
            return best
    for element in whole.select(_NOT_ARTICLE):
        element.decompose()
    return whole


def _direction(element: Tag) -> str:
    """Return what an element says of the direction of text, if it is not the usual one."""
    said = _attribute(element, "dir").strip().lower()
    styled = _DIRECTION.search(_attribute(element, "style"))
    direction = said or (styled[1].lower() if styled else "")
    return direction if direction in ("rtl", "auto") else ""


def _length(element: Tag) -> int:
    """Count the letters of a page's paragraphs, or of all of it where it has none."""
    paragraphs = element.find_all("p")
    parts = paragraphs or [element]
    return sum(len(part.get_text(strip=True)) for part in parts)


def _attribute(element: Tag, name: str) -> str:
    value = element.get(name)
    return value if isinstance(value, str) else ""
