"""Finds the JSON-LD of a page that is about its own article."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urljoin, urlsplit

from refeed.errors import UrlError
from refeed.identity import key_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from refeed.reading.saved_page.tree import Element

LinkedObject: TypeAlias = dict[str, object]

_WRAPPING = re.compile(
    r"\A\s*(?:/[/*]\s*)?(?:<!--|<!\[CDATA\[)(?:\s*\*/)?|(?:/[/*]\s*)?(?:-->|\]\]>)(?:\s*\*/)?\s*\Z"
)
_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
_MOST_OBJECTS = 2000

_DECODER = json.JSONDecoder(strict=False)
_DEEPEST = 20
_NOT_ARTICLES = frozenset(
    """
    answer breadcrumblist comment faqpage imageobject listitem offer organization
    newsmediaorganization person place searchaction sitenavigationelement usercomments website
    wpfooter wpheader
    """.split()
)


def find_linked_data(
    every: Sequence[LinkedObject], urls: Sequence[str], titles: Sequence[str]
) -> list[LinkedObject]:
    """Return the objects of JSON-LD that may be about the page's article, the likeliest first.

    An object that names another page's address is about another article, unless it has the title of
    this page.

    Args:
        every: all objects of the page, see `list_linked_data`.
        urls: addresses of the page.
        titles: what the page says its title is, beside JSON-LD.
    """
    keys = {key for url in urls if (key := _to_key(url))}
    objects: list[tuple[bool, bool, LinkedObject]] = []
    for linked in every:
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
        texts += [
            unescape(each) if "&" in each else each
            for each in (text if isinstance(text, list) else [text])
            if isinstance(each, str) and each.strip()
        ]
    return texts


def list_linked_data(root: Element) -> list[LinkedObject]:
    """Return all objects of JSON-LD in a page; what stands there as a reference is put in."""
    found: list[LinkedObject] = []
    for script in root.iter("script"):
        if _is_json_ld(script.get("type")) and len(found) < _MOST_OBJECTS:
            found += _list_objects(_parse(script.text or ""), 0)
    known = {one["@id"]: one for one in found if isinstance(one.get("@id"), str) and len(one) > 1}
    return [
        {name: _refer(value, known) for name, value in one.items()} if known else one
        for one in found
    ]


def _refer(value: object, known: Mapping[object, LinkedObject]) -> object:
    """Return what a reference, an object with nothing but an `@id`, refers to."""
    if isinstance(value, list):
        return [_refer(item, known) for item in value]
    if isinstance(value, dict) and "@id" in value and "name" not in value and "url" not in value:
        named = value["@id"]
        return known.get(named, value) if isinstance(named, str) else value
    return value


def _parse(text: str) -> object:
    """Parse a script leniently: what most pages get wrong is read all the same."""
    text = _WRAPPING.sub("", text).strip().rstrip(";")
    for attempt in (text, _TRAILING_COMMA.sub("", text)):
        try:
            # Many write line ends and tabs into texts, which strict JSON forbids.
            value, _ = _DECODER.raw_decode(attempt)
        except (ValueError, RecursionError):
            continue
        else:
            found: object = value
            return found
    return None


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
