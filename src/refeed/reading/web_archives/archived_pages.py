"""Tells which pages of a web archive are articles, by what archives hold besides."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from refeed.reading import saved_page
from refeed.text.visible_text import visible_text
from refeed.urls import resolve

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

SHORTEST = 200
"""Letters of an article's page; what is shorter says that there is nothing."""

# An advertisement or a widget of another site has less text, an article's page has more.
_NEXT_TO_NO_TEXT = 600
_HEAD_LENGTH = 100_000
_MOST_FRAMES = 1_000

_TITLE = re.compile(r"<title\b[^<>]{0,500}>([^<]{0,500})", re.IGNORECASE)
_NAMED = re.compile(r"<h1\b|\bog:title\b|\bdc\.title\b", re.IGNORECASE)
_MARKED = re.compile(r"<article\b|<h1\b|\bog:title\b|application/ld\+json", re.IGNORECASE)
_FRAME = re.compile(r"<i?frame\b[^<>]{0,2000}?\ssrc\s*=\s*[\"']?([^\"'\s>]{1,4000})", re.IGNORECASE)
_NOT_PAGES = ("/robots.txt", "/ads.txt", "/humans.txt")

# Values of the request header Sec-Fetch-Dest (W3C, Fetch Metadata) and
# Browsertrix's resource types.
_FRAMES = frozenset(("iframe", "frame", "embed", "object", "fencedframe"))
_SCRIPTS = frozenset(("empty", "xhr", "fetch", "script", "prefetch", "ping", "other"))


class PageFacts(NamedTuple):
    """What decides whether a page is an article.

    Attributes:
        url: the page's.
        letters: of its visible text.
        title: of its title element, "" where it has none.
        is_page: whether it is a whole page, not a fragment.
        is_named: whether anything in it is a title.
        is_marked: whether it has marks of an article.
        fetched_as: what a browser requested it for, "" where that isn't known.
    """

    url: str
    letters: int
    title: str
    is_page: bool
    is_named: bool
    is_marked: bool
    fetched_as: str


def look_at(html: str, url: str, fetched_as: str) -> PageFacts:
    """Return what of a page decides whether it is an article."""
    head = html[:_HEAD_LENGTH]
    title = _TITLE.search(head)
    return PageFacts(
        url,
        len(visible_text(html).replace(" ", "")),
        " ".join(title[1].split()) if title else "",
        saved_page.is_page(html) or title is not None,
        _NAMED.search(head) is not None,
        _MARKED.search(head) is not None,
        fetched_as,
    )


def find_frames(html: str, url: str) -> Iterator[str]:
    """Yield the addresses of what a page has in frames."""
    for found in islice(_FRAME.finditer(html), _MOST_FRAMES):
        yield resolve(found[1].replace("&amp;", "&"), url).partition("#")[0]


def sort_out(
    pages: Sequence[PageFacts], known: Collection[str], framed: Collection[str]
) -> list[str]:
    """Say for each page why it is no article: "" if it is one.

    Args:
        pages: those of an archive.
        known: addresses that the archive lists as its pages.
        framed: addresses that pages of it have in frames.
    """
    reasons = [_sort_out_alone(page, known, framed) for page in pages]
    left = [page for page, reason in zip(pages, reasons, strict=True) if not reason]
    sites = {_host(page.url) for page in left if page.letters >= _NEXT_TO_NO_TEXT}
    return [
        reason or ("in frames" if page.url not in known and _is_widget(page, sites) else "")
        for page, reason in zip(pages, reasons, strict=True)
    ]


def _sort_out_alone(page: PageFacts, known: Collection[str], framed: Collection[str]) -> str:
    path = urlsplit(page.url).path
    if page.letters < SHORTEST:
        return f"of less than {SHORTEST} letters"
    if path in _NOT_PAGES:
        return "of errors"
    if page.url in known:
        return ""
    if not page.is_page or page.fetched_as in _SCRIPTS:
        return "loaded by scripts"
    if page.fetched_as in _FRAMES or page.url in framed or not (page.title or page.is_named):
        return "in frames"
    return ""


def _is_widget(page: PageFacts, sites: Collection[str]) -> bool:
    """Tell whether a page is of another site than the archive's long pages, with little text."""
    if not sites or page.letters >= _NEXT_TO_NO_TEXT or page.is_marked:
        return False
    host = f".{_host(page.url)}"
    return not any(host.endswith(f".{site}") or f".{site}".endswith(host) for site in sites)


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")
