"""Finds the address of a saved page, and the base of its relative addresses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from refeed.errors import UrlError
from refeed.identity import key_of, source_of
from refeed.urls import drop_credentials, is_web_url, resolve

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bs4 import BeautifulSoup

    from refeed.reading.claims import Claim

_COMMENTS = (
    (
        re.compile(r"Page saved with SingleFile\s+url:\s*(\S+)", re.IGNORECASE),
        "SingleFile comment",
    ),
    (re.compile(r"saved from url=\(\d+\)\s*(\S+)", re.IGNORECASE), "saved-from comment"),
)
_HEAD_LENGTH = 20_000

# Paths of front pages, and defaults of templates.
_GENERIC = re.compile(
    r"/(?:[a-z]{2}(?:[-_][a-z]{2,4})?/)?(?:[a-z]{2}(?:[-_][a-z]{2,4})?"
    r"|(?:index|home|homepage|default|main|start|blog|news|articles|posts|archives?|search|login"
    r"|error|40[34]|undefined|null)(?:\.[a-z]{3,5})?)?",
    re.IGNORECASE,
)


class PageUrls(NamedTuple):
    """The addresses of a page.

    Attributes:
        claims: the addresses that it claims to have, the most trusted first.
        base: what its relative addresses are relative to (HTML standard, document base URL), "" if
            that is its own address.
    """

    claims: tuple[Claim, ...]
    base: str


def find_urls(
    html: str, soup: BeautifulSoup, og_urls: Iterable[str], known: tuple[Claim, ...]
) -> PageUrls:
    """Find the addresses of a page.

    A canonical link is most trusted, unless it names the front page of a site, as broken templates
    do, and another claim names a page of the same site.

    Args:
        html: the page.
        soup: the same, parsed.
        og_urls: what its metadata `og:url` says.
        known: the addresses that are known from around the page.
    """
    saved_from = tuple(_find_saved_from(html))
    named = [
        *((url, "canonical link") for url in _find_hrefs(soup, "link", "canonical")),
        *((url, "og:url") for url in og_urls),
    ]
    candidates = (resolve(url, "") for url, _ in (*saved_from, *known, *named))
    page = next(filter(is_web_url, candidates), "")
    base = resolve(next(_find_hrefs(soup, "base"), ""), page)
    base = drop_credentials(base) if is_web_url(base) else ""
    claims = [(resolve(url, base or page), origin) for url, origin in named]
    return PageUrls(_put_specific_first((*claims, *saved_from)), base)


def _find_hrefs(soup: BeautifulSoup, tag: str, rel: str = "") -> Iterator[str]:
    for element in soup.find_all(tag, href=True):
        rels = element.get("rel") or ""
        words = rels.split() if isinstance(rels, str) else rels
        href = element.get("href")
        if isinstance(href, str) and (not rel or rel in map(str.lower, words)):
            yield href


def _find_saved_from(html: str) -> Iterator[Claim]:
    head = html[:_HEAD_LENGTH]
    for pattern, origin in _COMMENTS:
        if match := pattern.search(head):
            yield match[1], origin


def _put_specific_first(claims: tuple[Claim, ...]) -> tuple[Claim, ...]:
    keys = [_find_key(url) for url, _ in claims]
    first = next((at for at, key in enumerate(keys) if key), 0)
    if not any(keys) or not _is_generic(keys[first]):
        return claims
    for at, key in enumerate(keys):
        if key and not _is_generic(key) and _is_same_site(key, keys[first]):
            return (claims[at], *claims[:at], *claims[at + 1 :])
    return claims


def _find_key(url: str) -> str:
    try:
        return key_of(url)
    except UrlError:
        return ""


def _is_generic(key: str) -> bool:
    return _GENERIC.fullmatch(key.removeprefix(f"https://{source_of(key)}")) is not None


def _is_same_site(key: str, other: str) -> bool:
    one, two = f".{source_of(key)}", f".{source_of(other)}"
    return one.endswith(two) or two.endswith(one)
