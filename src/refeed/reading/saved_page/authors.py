"""Finds the authors of a page's article."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urlsplit

from lxml import etree

from refeed.reading.date_text import is_date
from refeed.reading.publication_date import METADATA
from refeed.reading.saved_page.linked_data import list_texts
from refeed.reading.saved_page.tree import is_within, read_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from refeed.reading.saved_page.linked_data import LinkedObject
    from refeed.reading.saved_page.tree import Element

Bylines: TypeAlias = tuple[tuple[str, ...], str]
"""Texts with names, and by which rule they were found."""

_METAS = (
    "author",
    "article:author",
    "authors",
    "byl",
    "citation_author",
    "dc.creator",
    "dcterms.creator",
    "parsely-author",
    "sailthru.author",
    "article:author_name",
    "twitter:creator:name",
)
_CLASS = re.compile(
    r"(?:^|[\s_-])(?:bylines?|by-?author|(?:post|entry|article|story|news)[_-]+(?:author|byline)"
    r"|author(?:s|[_-]*(?:name|link|title))?|c-byline\w*|writer|reporter|contributor|fn)(?:$|[\s_-])",
    re.IGNORECASE,
)
_NO_CLASS = re.compile(
    r"bio|about|avatar|image|photo|social|follow|comment|related|box|card|info|desc|email|twitter|date",
    re.IGNORECASE,
)
_ASIDE = frozenset(("aside", "nav", "footer", "form"))
_LABEL = re.compile(
    r"^(?:(?:article|story|text|words|written|posted|published|reported|submitted)\s+)?(?:by|von|par|por|di|door"
    r"|av|af|od|autor(?:e|in)?|auteur|author|автор|作者|記者|记者|文|text)\b\s*[:：]?\s*|^[:：|–—-]\s*",
    re.IGNORECASE,
)
_END = re.compile(
    r"\s*(?:[|•·–—]|\s-\s|\b(?:updated|published|posted|on|am|le|el|at)\s+(?=\w*\s*\d)|\n|@\w+"
    r"|(?:^|\s)(?=\d{1,2}[./ ])|,\s+(?=\d)).*$",
    re.IGNORECASE | re.DOTALL,
)
_NOT_A_NAME = re.compile(r"https?:|www\.|\d{3}|[{}<>]|\.(?:com|de|org|net)\b", re.IGNORECASE)
_NOBODY = frozenset(
    """
    admin administrator author authors editor editorial guest redaction redaktion staff webmaster
    """.split()
)
_LONGEST = 80
_MOST = 200
_MOST_WORDS = 12


def find_authors(
    root: Element,
    metas: Mapping[str, Sequence[str]],
    linked: Sequence[LinkedObject],
    hosts: Iterable[str],
) -> Iterator[Bylines]:
    """Yield the bylines of a page, the most trusted first.

    Args:
        root: of the page.
        metas: its metadata.
        linked: its own objects of JSON-LD.
        hosts: names of the site, which are no authors.
    """
    ignored = {_fold(host) for host in hosts} | _NOBODY
    for bylines, origin in _list_bylines(root, metas, linked):
        names = tuple(dict.fromkeys(name for text in bylines if (name := _tidy(text, ignored))))
        if names:
            yield names, origin


def _list_bylines(
    root: Element, metas: Mapping[str, Sequence[str]], linked: Sequence[LinkedObject]
) -> Iterator[Bylines]:
    for one in linked:
        yield tuple(list_texts(one, "author")), METADATA
    for name in _METAS:
        yield tuple(metas.get(name, ())), METADATA
    yield tuple(_list_texts(root.iter("a", "link", "span"), _is_rel_author)), "rel=author"
    yield from (((text,), "byline") for text in _list_texts(root.iter(etree.Element), _is_byline))
    yield tuple(_list_texts(root.iter(etree.Element), _is_item)), "itemprop"
    for one in linked:
        yield tuple(list_texts(one, "creator")), METADATA


def _list_texts(elements: Iterable[Element], is_meant: object) -> Iterator[str]:
    number = 0
    for element in elements:
        if callable(is_meant) and is_meant(element) and not is_within(element, _ASIDE):
            number += 1
            if number > _MOST:
                return
            text = read_text(_find_name(element)) or element.get("content") or ""
            if text.strip():
                yield text.strip()


def _find_name(element: Element) -> Element:
    """Return the part of a byline that is marked as a name, or all of it."""
    for each in element.iterdescendants("a", "span"):
        if _is_rel_author(each) or "name" in (each.get("itemprop") or "").split():
            return each
    return element


def _is_rel_author(element: Element) -> bool:
    return "author" in (element.get("rel") or "").lower().split()


def _is_item(element: Element) -> bool:
    return element.tag != "meta" and "author" in (element.get("itemprop") or "").split()


def _is_byline(element: Element) -> bool:
    names = element.get("class")
    return bool(names) and bool(_CLASS.search(names)) and not _NO_CLASS.search(names)


def _tidy(text: str, ignored: set[str]) -> str:
    """Return a byline without labels, dates and roles, or "" if it names nobody."""
    line = " ".join(text.split())
    if urlsplit(line[:_LONGEST]).scheme in ("http", "https"):
        return ""
    for _ in range(2):
        line = _LABEL.sub("", line)
    line = _END.sub("", line).strip(" ,;:|–—-")
    if not line or len(line) > _LONGEST or len(line.split()) > _MOST_WORDS:
        return ""
    if _NOT_A_NAME.search(line) or _fold(line) in ignored or is_date(line):
        return ""
    return line


def _fold(text: str) -> str:
    return "".join(each for each in text.lower() if each.isalnum())
