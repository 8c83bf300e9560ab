"""Finds the address of a page that states none: it may be in links to share it, or to its parts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from refeed.urls import is_web_url, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from refeed.reading.saved_page.tree import Element

SHARED = "links to share it"

_SHARES = re.compile(
    r"(?:facebook|fb)\.com/(?:sharer?|dialog|plugins/like)|(?:twitter|x)\.com/(?:share|intent|home)"
    r"|linkedin\.com/(?:share|sharing|cws)|plus\.google\.com/share|reddit\.com/submit|/pin/create"
    r"|tumblr\.com/(?:share|widgets)|xing\.com/(?:app/user|spi)|(?:vk|vkontakte|weibo)\.com/share"
    r"|(?:t|telegram)\.me/share|getpocket\.com|(?:del\.icio\.us|delicious\.com|digg\.com)/"
    r"|flipboard\.com/|bufferapp\.com/|line\.me/|b\.hatena\.ne\.jp/|stumbleupon\.com/"
    r"|^(?:whatsapp|mailto|fb-messenger|viber|tg):",
    re.IGNORECASE,
)
_SHARING_CLASS = re.compile(r"\bshar(?:e|ing|iff)|\bsocial", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://[^\s\"'<>]{4,2000}", re.IGNORECASE)
_END = re.compile(r"(?:[.,;)&]|%0[AD])+\Z", re.IGNORECASE)
_NEXT_VALUE = re.compile(r"[&;](?=[\w.]{1,30}=)")
_MOST_LINKS = 20_000


def find_shared(root: Element, metas: Mapping[str, Sequence[str]], base: str) -> Iterator[str]:
    """Yield addresses that a page has for itself, each perhaps more than once.

    Args:
        root: of the page.
        metas: its metadata.
        base: what its `base` element says that relative addresses are relative to, or "".
    """
    yield from metas.get("twitter:url", ())
    names = {each.get("id") or each.get("name") for each in root.iter() if len(each.attrib)} | {""}
    parts: dict[str, set[str]] = {}
    for number, element in enumerate(root.iter("a", "iframe", "div", "span", "button")):
        if number >= _MOST_LINKS:
            return
        href = (element.get("href") or element.get("src") or "").strip()
        address, mark, part = href.partition("#")
        if mark and address and base:
            address = resolve(address, base)
        if _SHARES.search(href):
            yield from _find_values(href)
        elif mark and is_web_url(address) and unquote(part) in names:
            parts.setdefault(address, set()).add(part)
            # A paragraph may lead to a part of another page whose name is that of one of this.
            if len(parts[address]) > 1 or next(element.iterancestors("p"), None) is None:
                yield address
        elif _SHARING_CLASS.search(element.get("class") or ""):
            yield from filter(is_web_url, (element.get("data-url") or "",))


def _find_values(href: str) -> Iterator[str]:
    """Yield the addresses in the query of an address."""
    query = href.partition("?")[2]
    for part in _NEXT_VALUE.split(query.replace("&amp;", "&")):
        value = part.partition("=")[2]
        # A query that is not encoded ends the address at its first `&`.
        text = unquote(value) if "%2f" in value.lower() or "%3a" in value.lower() else value
        found = _ADDRESS.search(text)
        if found:
            yield _END.sub("", found[0])
