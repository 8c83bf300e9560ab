"""Where the links of an article lead, seen from it: to itself, to the front page of its site."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote

from refeed.urls import find_host, split

if TYPE_CHECKING:
    from collections.abc import Iterable

    from refeed.cleaning.element_kinds import Element
    from refeed.urls import Parts

_ON_THE_PAGE = re.compile(r"(?:respond|comments?|more-\d+|disqus_thread)?")
"""Fragments that mean the page, not a place in the text."""

_SITE = re.compile(r"[^.]+\.(?:[^.]{2,3}\.[^.]{2}|[^.]+)$")
_SHARED = frozenset(
    "altervista.org bearblog.dev blogfa.com blogspot.com canalblog.com cocolog-nifty.com "
    "dreamwidth.org exblog.jp fc2.com free.fr ghost.io github.io gitlab.io hateblo.jp "
    "hatenablog.com hatenadiary.jp jimdofree.com livejournal.com medium.com micro.blog "
    "neocities.org netlify.app over-blog.com pages.dev pixnet.net posterous.com seesaa.net "
    "substack.com tistory.com tumblr.com typepad.com vercel.app webnode.com weebly.com "
    "wixsite.com wordpress.com write.as".split()
)
"""Hosts below which each name is somebody else's site."""

_LONGEST_SECTION = 12
_AUTHOR = re.compile(
    r"/(?:authors?|users?|profiles?|people|autor(?:e[ns]?)?|auteurs?)/", re.IGNORECASE
)


def find_site(address: str) -> str:
    """Return what the hosts of one site have in common, as `example.org` or `example.co.uk`."""
    return _find_site(find_host(address))


@lru_cache(maxsize=1024)  # several rules ask for the same few
def _find_site(host: str) -> str:
    match = _SITE.search(host)
    if match is None:
        return host
    site = match.group()
    if site in _SHARED and match.start():
        return f"{host[: match.start() - 1].rpartition('.')[2]}.{site}"
    return site


def is_itself(href: str, url: str) -> bool:
    """Tell whether a link in an article leads to the article."""
    link, page = split(href), split(url)
    if link is None or page is None or _strip_subdomain(link.host) != _strip_subdomain(page.host):
        return False
    return (
        (link.path == page.path or _normalise_path(link.path) == _normalise_path(page.path))
        and (not link.query or not page.query or link.query == page.query)
        and (
            link.fragment == page.fragment
            or _ON_THE_PAGE.fullmatch(link.fragment or "") is not None
        )
    )


def lead_to_itself(links: Iterable[Element], url: str) -> bool:
    """Tell whether one of some links in an article leads to the article."""
    page = split(url)
    if page is None:
        return False
    host, path = _strip_subdomain(page.host), page.path.rstrip("/")
    hrefs = [link.get("href") or "" for link in links]
    # Few get to the second question. A path that is encoded may be written in several ways.
    likely = [href for href in hrefs if path in href or "%" in href or "%" in path]
    return any(host in href.lower() and is_itself(href, url) for href in likely)


def is_front_page(href: str, url: str) -> bool:
    """Tell whether a link in an article leads to a front page, or to a section of its own site."""
    link = split(href)
    if link is None or link.query or is_itself(href, url):
        return False
    return not link.path.strip("/") or (find_site(href) == find_site(url) and is_section(link))


def is_section(link: Parts) -> bool:
    """Tell whether an address of the article's site has no more than one short step."""
    section = link.path.strip("/")
    return not link.query and "/" not in section and len(section) <= _LONGEST_SECTION


def leads_to_an_author(href: str) -> bool:
    """Tell whether a link leads to the page of an author, on any site."""
    return _AUTHOR.search(f"{href.partition('?')[0]}/") is not None


@lru_cache(maxsize=512)  # the article's own is compared with that of each link
def _normalise_path(path: str) -> str:
    return unquote(path).rstrip("/")


def _strip_subdomain(host: str) -> str:
    return host.removeprefix("www.").removeprefix("m.")
