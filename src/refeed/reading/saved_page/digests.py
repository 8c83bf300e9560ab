"""Tells pages of whole posts, each under a heading that leads to it, as a blog has for months."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from refeed.reading.address_parts import join_address, split_address
from refeed.reading.saved_page.listings import HEADINGS, find_link
from refeed.reading.saved_page.runs import NO_TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from refeed.reading.saved_page.linked_data import LinkedObject
    from refeed.reading.saved_page.tree import Element, PageTree

_FEWEST = 2
_MOST_OUTSIDE = 800
"""Bytes in UTF-8 of labels and dates at the side. An article in no element of its own is longer."""

_INDEX = re.compile(r"(?:(?:\A|(?<=/))index)?\.[sx]?html?\Z", re.IGNORECASE)
_IDENTIFYING = re.compile(r"(?:\A|&)(?:p|id|page_id|post|article)=\d")

_POSTS = frozenset(("hentry", "h-entry"))
_LISTS = frozenset(("archive", "blog", "search-results"))
"""Classes of the body by which WordPress says that a page lists posts, be it one."""


def is_digest(
    page: PageTree,
    metas: Mapping[str, Sequence[str]],
    linked: Sequence[LinkedObject],
    address: str,
) -> bool:
    """Tell whether all posts of a page are at other addresses of its site.

    Args:
        page: the page.
        metas: its metadata.
        linked: its objects of JSON-LD.
        address: its own, absolute or a path; without one, a post may be the page's own.
    """
    is_marked = "article:published_time" in metas or any("headline" in one for one in linked)
    is_marked = is_marked or "article" in (
        text.strip().lower() for text in metas.get("og:type", ())
    )
    says_so = not _LISTS.isdisjoint((page.body.get("class") or "").split())
    if is_marked or not (address or says_so):
        return False
    posts = list(_list_posts(page))
    places = {_find_place(_find_address(post, address)) for post in posts}
    others = places - {"", _find_place(address)}
    hosts = {place.partition("/")[0] for place in (*others, _find_place(address))} - {""}
    if not len(others) == len(posts) >= (1 if says_so else _FEWEST) or len(hosts) > 1:
        return False
    return _measure_outside(page, set(posts)) <= _MOST_OUTSIDE


def _list_posts(page: PageTree) -> Iterator[Element]:
    """Yield the elements that are posts, and in no other one."""
    posts: set[Element] = set()
    for element in page.elements:
        if element.tag != "article" and _POSTS.isdisjoint((element.get("class") or "").split()):
            continue
        if posts.isdisjoint(element.iterancestors()):
            posts.add(element)
            yield element


def _measure_outside(page: PageTree, posts: set[Element]) -> int:
    """Return the length of the text that neither posts nor links nor headings hold, in bytes."""
    inside = {element for post in posts for element in post.iter()}
    for link in page.body.iter("a", *HEADINGS):
        inside.update(link.iter())
    length = 0
    for element in page.body.iter():
        text = "" if element in inside or element.tag in NO_TEXT else element.text
        parent = element.getparent()
        tail = "" if parent in inside else element.tail
        length += sum(len((each or "").strip().encode("utf-8", "replace")) for each in (text, tail))
    return length


def _find_place(address: str) -> str:
    """Return what addresses of one page have in common, however they are written: host and path."""
    parts = split_address(address)
    path = _INDEX.sub("", unquote(parts.path))
    query = f"?{parts.query}" if _IDENTIFYING.search(parts.query) else ""
    host = parts.netloc.lower().removeprefix("www.")
    return f"{host}/{path.strip('/')}{query}" if path or host else ""


def _find_address(post: Element, address: str) -> str:
    """Return the address that a post's first heading is a link to, or ""."""
    heading = next(post.iter(*HEADINGS), None)
    link = None if heading is None else find_link(heading)
    href = "" if link is None else link.get("href") or ""
    return join_address(address, href).partition("#")[0] if href else ""
