"""Rewrites addresses of images at a proxy to the origin, or all to the operator's own proxy."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote, unquote

from refeed.cleaning.changes import SetAttribute
from refeed.pictures.addresses import PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refeed.cleaning.changes import Change
    from refeed.cleaning.dom import Document
    from refeed.urls import Unwrapper

_PLACES = (
    ("img", "src"),
    ("video", "poster"),
    ("source", "src"),
    ("video", "src"),
    ("audio", "src"),
)
_PICTURE_FILE = re.compile(r"[^?#]+\.(?:jpe?g|png|gif|webp|avif|bmp|svg)(?:$|[?#])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ImageRules:
    """What to do with image addresses.

    Attributes:
        mode: ``origin`` unwraps, ``proxy`` unwraps and then wraps in `template`.
        proxies: the proxies that are known.
        template: an address with ``{url}`` where the percent-encoded original goes.
    """

    mode: Literal["origin", "proxy"]
    proxies: Unwrapper
    template: str = ""


def changes(document: Document, rules: ImageRules) -> Iterator[Change]:
    """Rewrite the addresses of images, films and sounds, and of links to a picture at a proxy."""
    tags = document.tags()
    for tag, name in _PLACES:
        for element in document.all(tag) if tag in tags else ():
            old = element.get(name)
            if not old or not (rules.template or rules.proxies.concerns(old)):
                continue
            new, rule = _rewrite_address(old, rules, wrap=tag == "img" or name == "poster")
            if new != old:
                yield SetAttribute(element, name, new, rule)
    for link in document.all("a"):
        old = link.get("href") or ""
        if not rules.proxies.concerns(old):
            continue
        origin = rules.proxies.unwrap(old)
        if origin.url != old and _PICTURE_FILE.match(origin.url):
            yield SetAttribute(link, "href", origin.url, " + ".join(origin.rules))


def _rewrite_address(address: str, rules: ImageRules, *, wrap: bool) -> tuple[str, str]:
    if rules.template:
        address = _undo_own_proxy(address, rules.template)
    origin = rules.proxies.unwrap(address)
    # Pictures of refeed's own are files beside the feeds.
    if rules.mode == "proxy" and wrap and not origin.url.startswith(PREFIX):
        return rules.template.replace("{url}", quote(origin.url, safe="")), "operator's proxy"
    return origin.url, " + ".join(origin.rules)


def _undo_own_proxy(address: str, template: str) -> str:
    """Undo the operator's own proxy, so that cleaning twice wraps once."""
    before, hole, after = template.partition("{url}")
    if hole and address.startswith(before) and address.endswith(after):
        return unquote(address[len(before) : len(address) - len(after)])
    return address
