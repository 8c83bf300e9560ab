"""What a page says about its article besides address, title, dates and authors."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refeed.reading.publication_date import METADATA
from refeed.reading.saved_page.linked_data import list_texts
from refeed.reading.tag_list import split_tags
from refeed.urls import is_web_url, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from refeed.reading.claims import Claim
    from refeed.reading.saved_page.linked_data import LinkedObject
    from refeed.reading.saved_page.tree import Element

_TAG_METAS = ("article:tag", "keywords", "news_keywords")
_SITE_METAS = ("og:site_name", "application-name", "apple-mobile-web-app-title")
_IMAGE_METAS = (
    "og:image:secure_url",
    "og:image",
    "og:image:url",
    "twitter:image",
    "twitter:image:src",
)
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(?:[-_][a-zA-Z0-9]{2,8}){0,3}")
_NO_PICTURE = re.compile(
    r"(?:^|[/_.-])(?:logos?|default|placeholder|blank|spacer|no-?image|favicon|icons?|avatars?"
    r"|fallback|share-?image|og-?image|opengraph|social|apple-touch)(?=$|[/_.\d-])",
    re.IGNORECASE,
)
_LONGEST_SITE = 100


def read_metas(root: Element) -> dict[str, list[str]]:
    """Return the contents of the meta elements by lower-case name, property or itemprop."""
    metas: dict[str, list[str]] = {}
    for meta in root.iter("meta"):
        content = (meta.get("content") or meta.get("value") or "").strip()
        if not content:
            continue
        item = "" if _is_of_a_part(meta) else meta.get("itemprop")
        names = [meta.get("property"), meta.get("name"), item, meta.get("http-equiv")]
        for name in (next(filter(None, names), "") or "").lower().split():
            metas.setdefault(name, []).append(content)
    return metas


def _is_of_a_part(meta: Element) -> bool:
    """Tell whether a meta element is of a quoted work, as those in a list of references."""
    return meta.get("itemprop") == "author" and next(meta.iterancestors("li"), None) is not None


def find_site(metas: Mapping[str, Sequence[str]], linked: Sequence[LinkedObject]) -> str:
    """Return the name of the page's site, or ""."""
    named = [text for name in _SITE_METAS[:1] for text in metas.get(name, ())]
    for one in linked:
        named += list_texts(one, "publisher")
        if one.get("@type") == "WebSite":
            named += list_texts(one, "name")
    named += [text for name in _SITE_METAS[1:] for text in metas.get(name, ())]
    for text in named:
        line = " ".join(text.split())
        if line and len(line) <= _LONGEST_SITE and not is_web_url(line):
            return line
    return ""


def find_language(root: Element, metas: Mapping[str, Sequence[str]]) -> str:
    """Return the page's language as a BCP 47 tag, or ""."""
    body = root.find("body")
    said = (
        root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang"),
        root.get("xml:lang"),
        body.get("lang") if body is not None else "",
        *metas.get("content-language", ()),
        *metas.get("og:locale", ()),
    )
    for text in said:
        tag = (text or "").partition(",")[0].strip()
        if _LANGUAGE.fullmatch(tag):
            return tag.replace("_", "-")
    return ""


def find_tags(
    metas: Mapping[str, Sequence[str]], linked: Sequence[LinkedObject]
) -> Iterator[Claim]:
    """Yield the page's labels."""
    for name in _TAG_METAS:
        for text in metas.get(name, ()):
            yield from ((part, METADATA) for part in split_tags(text))
    for one in linked:
        is_list = isinstance(one.get("keywords"), list)
        for text in list_texts(one, "keywords"):
            parts = [text] if is_list else split_tags(text)
            yield from ((part, METADATA) for part in parts)


def find_lead_picture(
    metas: Mapping[str, Sequence[str]], linked: Sequence[LinkedObject], base: str
) -> str:
    """Return the address of the article's own picture, or "".

    Pictures of the site, as logos, are none.

    Args:
        metas: the page's metadata.
        linked: its JSON-LD.
        base: what relative addresses are relative to.
    """
    named = [text for name in _IMAGE_METAS for text in metas.get(name, ())]
    for one in linked:
        if "headline" in one:
            named += _list_images(one.get("image"))
    for text in named:
        address = resolve(text.strip(), base)
        if is_web_url(address) and not _NO_PICTURE.search(address.partition("?")[0]):
            return address
    return ""


def _list_images(value: object) -> list[str]:
    found = []
    for item in value if isinstance(value, list) else [value]:
        address = item.get("url") or item.get("contentUrl") if isinstance(item, dict) else item
        if isinstance(address, str) and address.strip():
            found.append(address)
    return found
