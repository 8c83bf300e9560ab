"""Frames and objects become links: feed readers drop them, and a reader should know what was there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refeed.cleaning.document import (
    DROP_MARK,
    KEEP_MARK,
    Change,
    Document,
    Element,
    Remove,
    Replace,
    element,
)
from refeed.urls import absolute, is_web_url

if TYPE_CHECKING:
    from collections.abc import Iterator

_PLAYERS = (
    (re.compile(r"https?://(?:www\.)?youtube(?:-nocookie)?\.com/embed/([\w-]{11})"), "https://www.youtube.com/watch?v={}"),
    (re.compile(r"https?://player\.vimeo\.com/video/(\d+)"), "https://vimeo.com/{}"),
    (re.compile(r"https?://player\.bilibili\.com/player\.html\?(?:[^#]*&)?bvid=(\w+)"), "https://www.bilibili.com/video/{}"),
    (re.compile(r"https?://(?:www\.)?dailymotion\.com/embed/video/(\w+)"), "https://www.dailymotion.com/video/{}"),
)


def changes(document: Document) -> Iterator[Change]:
    """Put a link where a frame, an object or an embed with a web address is; take out the others."""
    for frame in document.all("iframe", "embed", "object", "frame"):
        address = absolute(_address(frame), document.url)
        if is_web_url(address):
            link = _link(address, frame.get("title") or "")
            if any(e.tag == "p" for e in frame.iterancestors()):
                link = link[0]
            link.attrib.update({m: frame.get(m) for m in (KEEP_MARK, DROP_MARK) if frame.get(m)})
            yield Replace(frame, link, "embed to link")
        else:
            yield Remove(frame, "embed without address")


def _address(frame: Element) -> str:
    return (frame.get("src") or frame.get("data") or "").strip()


def _link(address: str, title: str) -> Element:
    for player, page in _PLAYERS:
        if match := player.match(address):
            address = page.format(match.group(1))
            break
    label = " ".join(title.split()) or address.split("//", 1)[1].split("?")[0].rstrip("/")
    paragraph = element("p")
    paragraph.append(element("a", label, href=address))
    return paragraph
