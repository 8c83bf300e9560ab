"""Whole saved pages: what browsers, SingleFile and clippers write.

Read by BeautifulSoup, which takes any tag soup; such files are few, so that its cost is no matter.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from refeed.reading.linked_data import find_linked_data, list_texts
from refeed.reading.page_dates import METADATA, find_dates, find_late_dates
from refeed.reading.page_urls import find_urls
from refeed.reading.tag_list import split_tags

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bs4 import BeautifulSoup, Tag

    from refeed.reading.claims import Claim, Record
    from refeed.reading.linked_data import LinkedObject

SUFFIXES = (".html", ".htm", ".xhtml")

_PAGE = re.compile(
    r"(?:\ufeff|\s)*(?:<\?xml[^>]{0,200}>\s*)?(?><!--.*?-->\s*){0,5}<(?:!doctype\s+html|html|head|body)\b",
    re.DOTALL | re.IGNORECASE,
)

_TITLE_METAS = ("og:title", "twitter:title", "dc.title")
_AUTHOR_METAS = ("author", "article:author", "dc.creator", "parsely-author", "sailthru.author")
_TAG_METAS = ("article:tag", "keywords", "news_keywords")
_BODIES = ("article", "[role=main]", "main")
_NOT_ARTICLE = "script, style, template, nav, noscript, form, header, footer, aside"
# An article element holds the article if it holds this part of the page's text: teasers of other
# articles are article elements too.
_MOST = 0.4
_DIRECTION = re.compile(r"(?:^|[;\s])direction\s*:\s*(rtl)\b", re.IGNORECASE)
_CANDIDATES = 30


def is_page(html: str) -> bool:
    """Tell whether HTML is a whole page, not the body of an article."""
    return _PAGE.match(html) is not None


def read_page(record: Record) -> Record:
    """Add to a record what its page says, and make its body the article in it.

    Args:
        record: what is known from around the page, with the page as its `html`.
    """
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(record.html, "lxml")
    metas = _read_metas(soup)
    urls = find_urls(record.html, soup, metas.get("og:url", ()), record.urls)
    own_titles = [text for text, _ in (*record.titles, *_find_titles(soup, metas, []))]
    own_urls = [url for url, _ in (*record.urls, *urls.claims)]
    linked = find_linked_data(soup, own_urls, own_titles)
    titles = (*record.titles, *_find_titles(soup, metas, linked))
    if titles:
        _drop_headings(soup, titles[0][0])
    return record._replace(
        urls=(*record.urls, *urls.claims),
        titles=titles,
        weak_dates=(*record.weak_dates, *find_dates(soup, metas, linked)),
        late_dates=(*record.late_dates, *find_late_dates(record.html, soup, metas, linked)),
        authors=(*record.authors, *_find_authors(metas, linked)),
        tags=(*record.tags, *_find_tags(metas, linked)),
        html=_find_body(soup),
        base=urls.base,
    )


def _read_metas(soup: BeautifulSoup) -> dict[str, list[str]]:
    """Return the contents of the meta elements by lower-case name, property or itemprop."""
    metas: dict[str, list[str]] = {}
    for meta in soup.find_all("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop")
        content = _read_attribute(meta, "content")
        if isinstance(name, str) and content:
            metas.setdefault(name.strip().lower(), []).append(content)
    return metas


def _find_titles(
    soup: BeautifulSoup, metas: dict[str, list[str]], linked: list[LinkedObject]
) -> Iterator[Claim]:
    for name in _TITLE_METAS:
        yield from ((text, METADATA) for text in metas.get(name, ()))
    for one in linked:
        yield from ((text, METADATA) for text in list_texts(one, "headline"))
    headings = soup.find_all("h1")
    if len(headings) == 1:
        yield headings[0].get_text(" "), "first heading"
    if soup.title:
        yield soup.title.get_text(), "title element"


def _find_authors(
    metas: dict[str, list[str]], linked: list[LinkedObject]
) -> Iterator[tuple[tuple[str, ...], str]]:
    for one in linked:
        yield tuple(list_texts(one, "author")), METADATA
    for name in _AUTHOR_METAS:
        # Facebook's own use of article:author is the address of a profile.
        named = tuple(t for t in metas.get(name, ()) if not t.startswith(("http:", "https:")))
        yield named, METADATA


def _find_tags(metas: dict[str, list[str]], linked: list[LinkedObject]) -> Iterator[Claim]:
    for name in _TAG_METAS:
        for text in metas.get(name, ()):
            yield from ((part, METADATA) for part in split_tags(text))
    for one in linked:
        is_list = isinstance(one.get("keywords"), list)
        for text in list_texts(one, "keywords"):
            parts = [text] if is_list else split_tags(text)
            yield from ((part, METADATA) for part in parts)


def _drop_headings(soup: BeautifulSoup, title: str) -> None:
    """Drop the headings of a page that repeat its title."""
    for heading in soup.find_all("h1"):
        if heading.get_text(" ").split() == title.split():
            heading.decompose()


def _find_body(soup: BeautifulSoup) -> str:
    """Return the inner HTML of the article's element."""
    article = _find_article(soup)
    html = article.decode_contents().strip()
    # The article is shown in pages of another direction.
    around = [article, *article.parents]
    direction = next(filter(None, map(_read_direction, around)), "")
    if not direction or not html:
        return html
    language = next(filter(None, (_read_attribute(each, "lang") for each in around)), "")
    attributes = f' lang="{escape(language)}"' if language else ""
    return f'<div dir="{direction}"{attributes}>{html}</div>'


def _find_article(soup: BeautifulSoup) -> Tag:
    whole = soup.body or soup
    length = _count_letters(whole)
    for selector in _BODIES:
        best = max(soup.select(selector, limit=_CANDIDATES), key=_count_letters, default=None)
        if best is not None and _count_letters(best) >= length * _MOST > 0:
            return best
    for element in whole.select(_NOT_ARTICLE):
        element.decompose()
    return whole


def _read_direction(element: Tag) -> str:
    """Return an element's direction of text, or "" if it is the default."""
    said = _read_attribute(element, "dir").strip().lower()
    styled = _DIRECTION.search(_read_attribute(element, "style"))
    direction = said or (styled[1].lower() if styled else "")
    return direction if direction in ("rtl", "auto") else ""


def _count_letters(element: Tag) -> int:
    """Count the letters of a page's paragraphs, or of all of it where it has none."""
    paragraphs = element.find_all("p")
    parts = paragraphs or [element]
    return sum(len(part.get_text(strip=True)) for part in parts)


def _read_attribute(element: Tag, name: str) -> str:
    value = element.get(name)
    return value if isinstance(value, str) else ""
