"""Tells pages of whole posts, each under a heading that leads to it, as a blog has for months."""

from __future__ import annotations

from typing import TYPE_CHECKING

from refeed.reading.address_parts import join_address, split_address
from refeed.reading.saved_page.listings import HEADINGS, find_link
from refeed.reading.saved_page.runs import NO_TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from refeed.reading.saved_page.tree import Element, PageTree

_FEWEST = 2
_LONGEST_OUTSIDE = 150
"""Bytes in UTF-8: one paragraph is longer where the article is in no element of its own."""

_POSTS = frozenset(("hentry", "h-entry"))
_LISTS = frozenset(("archive", "blog", "search-results"))
"""Classes of the body by which WordPress says that a page lists posts, be it one."""


def is_digest(page: PageTree, metas: Mapping[str, Sequence[str]], address: str) -> bool:
    """Tell whether all posts of a page are at other addresses of its site.

    Args:
        page: the page.
        metas: its metadata.
        address: its own, absolute or a path; without one, a post may be the page's own.
    """
    is_marked = "article" in metas.get("og:type", ()) or "article:published_time" in metas
    says_so = not _LISTS.isdisjoint((page.body.get("class") or "").split())
    if is_marked or not (address or says_so):
        return False
    posts = list(_list_posts(page))
    others = {_find_address(post, address) for post in posts} - {"", address.partition("#")[0]}
    hosts = {split_address(other).netloc for other in (*others, address)} - {""}
    if not len(others) == len(posts) >= (1 if says_so else _FEWEST) or len(hosts) > 1:
        return False
    return _measure_longest(page, set(posts)) <= _LONGEST_OUTSIDE


def _list_posts(page: PageTree) -> Iterator[Element]:
    """Yield the elements that are posts, and in no other one."""
    posts: set[Element] = set()
    for element in page.elements:
        if element.tag != "article" and _POSTS.isdisjoint((element.get("class") or "").split()):
            continue
        if posts.isdisjoint(element.iterancestors()):
            posts.add(element)
            yield element


def _measure_longest(page: PageTree, posts: set[Element]) -> int:
    """Return the length of the longest text that no element of a page's posts holds, in bytes."""
    inside = {element for post in posts for element in post.iter()}
    longest = 0
    for element in page.body.iter():
        text = "" if element in inside or element.tag in NO_TEXT else element.text
        tail = element.tail if element in posts or element not in inside else ""
        for each in (text, tail):
            longest = max(longest, len((each or "").strip().encode("utf-8", "replace")))
    return longest


def _find_address(post: Element, address: str) -> str:
    """Return the address that a post's first heading is a link to, or ""."""
    heading = next(post.iter(*HEADINGS), None)
    link = None if heading is None else find_link(heading)
    href = "" if link is None else link.get("href") or ""
    return join_address(address, href).partition("#")[0] if href else ""
