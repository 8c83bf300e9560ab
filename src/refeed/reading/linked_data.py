"""Finds the JSON-LD of a page that is about its own article."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urljoin, urlsplit

from refeed.errors import UrlError
from refeed.identity import key_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bs4 import BeautifulSoup

LinkedObject: TypeAlias = dict[str, object]

_DEEPEST = 20
_NOT_ARTICLES = frozenset(
    """
    answer breadcrumblist comment faqpage imageobject listitem offer organization
    newsmediaorganization person place searchaction sitenavigationelement usercomments website
    wpfooter wpheader
    """.split()
)


def find_linked_data(
    soup: BeautifulSoup, urls: Sequence[str], titles: Sequence[str]
) -> list[LinkedObject]:
    """Return the objects of JSON-LD that may be about the page's article, the likeliest first.

    An object that names another page's address is about another article, unless it has the title of
    this page.

    Args:
        soup: the page.
        urls: addresses of the page.
        titles: what the page says its title is, beside JSON-LD.
    """
    keys = {key for url in urls if (key := _to_key(url))}
    objects: list[tuple[bool, bool, LinkedObject]] = []
    for linked in _parse_scripts(soup):
        if _list_types(linked) & _NOT_ARTICLES:
            continue
        named = _find_page_keys(linked, urls, ("url", "mainEntityOfPage"))
        # The `@id` of an object may be its page's URL, as `https://…/page#article`.
        is_own = bool((named | _find_page_keys(linked, urls, ("@id",))) & keys)
        if named and keys and not is_own and not _has_title(linked, titles):
            continue
        objects.append((not is_own, "datePublished" not in linked, linked))
    objects.sort(key=lambda ranked: ranked[:2])
    return [linked for _, _, linked in objects]


def list_texts(linked: LinkedObject, name: str) -> list[str]:
    """Return the texts, or the names of the objects, of a property."""
    value = linked.get(name)
    texts: list[str] = []
    for item in value if isinstance(value, list) else [value]:
        text = item.get("name") if isinstance(item, dict) else item
        if isinstance(text, str) and text.strip():
            texts.append(text)
    return texts


def _parse_scripts(soup: BeautifulSoup) -> Iterator[LinkedObject]:
    for script in soup.find_all("script", type=_is_json_ld):
        try:
            # Many write line ends and tabs into texts, which strict JSON forbids.
            document = json.loads(script.get_text().strip().rstrip(";"), strict=False)
            yield from _list_objects(document, 0)
        except (ValueError, RecursionError):
            continue


def _is_json_ld(media_type: str | None) -> bool:
    return (media_type or "").partition(";")[0].strip().lower() == "application/ld+json"


def _list_objects(value: object, depth: int) -> Iterator[LinkedObject]:
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for item in value:
            yield from _list_objects(item, depth + 1)
    elif isinstance(value, dict):
        yield value
        yield from _list_objects(value.get("@graph"), depth + 1)
        yield from _list_objects(value.get("mainEntity"), depth + 1)


def _list_types(linked: LinkedObject) -> set[str]:
    types = linked.get("@type")
    return {str(name).lower() for name in (types if isinstance(types, list) else [types])}


def _find_page_keys(
    linked: LinkedObject, urls: Sequence[str], properties: Sequence[str]
) -> set[str]:
    """Return the keys of the URLs that properties of an object hold."""
    base = urls[0] if urls else ""
    named: set[str] = set()
    for name in properties:
        value = linked.get(name)
        for item in value if isinstance(value, list) else [value]:
            text = (item.get("@id") or item.get("url")) if isinstance(item, dict) else item
            if isinstance(text, str) and text.strip():
                named.add(_to_key(_join(base, text.strip())))
    return named - {""}


def _join(base: str, url: str) -> str:
    try:
        return urljoin(base, url)
    except ValueError:
        return ""


def _to_key(url: str) -> str:
    """Return the key of an address; "" for a site's front page."""
    try:
        if urlsplit(url).path in ("", "/"):
            return ""
        return key_of(url)
    except (UrlError, ValueError):
        return ""


def _has_title(linked: LinkedObject, titles: Sequence[str]) -> bool:
    headline = " ".join("".join(list_texts(linked, "headline")[:1]).split()).casefold()
    return bool(headline) and any(
        " ".join(title.split()).casefold().startswith(headline) for title in titles
    )
