"""Frames and objects become links: feed readers drop them, and something was there to see."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refeed.cleaning.changes import Remove, Replace
from refeed.cleaning.element_kinds import BLOCKS, DROP_MARK, KEEP_MARK, made
from refeed.text.visible_text import shortened
from refeed.urls import drop_credentials, is_web_url, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refeed.cleaning.changes import Change
    from refeed.cleaning.dom import Document
    from refeed.cleaning.element_kinds import Element

_FRAMES = frozenset({"iframe", "embed", "object", "frame"})
_PLAYERS = (
    (
        re.compile(r"https?://(?:www\.)?youtube(?:-nocookie)?\.com/embed/([\w-]{11})"),
        "https://www.youtube.com/watch?v={}",
    ),
    (re.compile(r"https?://player\.vimeo\.com/video/(\d+)"), "https://vimeo.com/{}"),
    (
        re.compile(r"https?://player\.bilibili\.com/player\.html\?(?:[^#]*&)?bvid=(\w+)"),
        "https://www.bilibili.com/video/{}",
    ),
    (
        re.compile(r"https?://(?:www\.)?dailymotion\.com/embed/video/(\w+)"),
        "https://www.dailymotion.com/video/{}",
    ),
)


def changes(document: Document) -> Iterator[Change]:
    """Put a link where a frame, object or embed with a web address is; take out the others."""
    for frame in document.among(_FRAMES):
        address = drop_credentials(resolve(_address(frame), document.base))
        if is_web_url(address):
            link = _link(address, frame.get("title") or "")
            if not _may_be_block(frame):
                link = link[0]
            link.attrib.update({m: frame.get(m) for m in (KEEP_MARK, DROP_MARK) if frame.get(m)})
            yield Replace(frame, link, "embed to link")
        else:
            yield Remove(frame, "embed without address")


def _may_be_block(frame: Element) -> bool:
    around = [e.tag for e in frame.iterancestors() if e.tag != "html"]
    return "p" not in around and all(tag in BLOCKS for tag in around)


def _address(frame: Element) -> str:
    return (frame.get("src") or frame.get("data") or "").strip()


def _link(address: str, title: str) -> Element:
    for player, page in _PLAYERS:
        if match := player.match(address):
            address = page.format(match.group(1))
            break
    label = " ".join(title.split()) or shortened(address.partition("//")[2].rstrip("/"), 60)
    paragraph = made("p")
    paragraph.append(made("a", label, href=address))
    return paragraph
