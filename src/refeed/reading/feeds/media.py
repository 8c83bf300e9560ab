"""What a feed gives with an item besides its text: pictures, sounds and films."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from refeed.reading.address_parts import split_address
from refeed.reading.article_title import find_first_words
from refeed.reading.plain_text import to_html

if TYPE_CHECKING:
    from refeed.reading.claims import Claim

_HEADING = re.compile(r"<h[1-3]\b", re.IGNORECASE)
_PICTURE = re.compile(r"<(?:img|picture|amp-img)\b", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z]")
_PLAYED = ("audio", "video")
_ENDINGS = {
    "audio": ("mp3", "m4a", "m4b", "ogg", "oga", "opus", "flac", "wav", "aac"),
    "video": ("mp4", "m4v", "webm", "ogv", "mov"),
    "image": ("jpg", "jpeg", "png", "gif", "webp", "avif", "svg"),
}
_MOST = 20
"""Attachments of one item that are shown."""


class Medium(NamedTuple):
    """A picture, sound, film or file.

    Attributes:
        url: of it, maybe relative.
        kind: `image`, `audio`, `video` or `file`.
        is_attachment: whether it belongs at the article's end, not at its head.
        width: in pixels, 0 where the feed doesn't say.
        title: or "".
    """

    url: str
    kind: str
    is_attachment: bool = False
    width: int = 0
    title: str = ""


def find_kind(media_type: str, medium: str, url: str) -> str:
    """Return the kind of a medium by its media type, what the feed calls it, or its name."""
    for text in (medium.lower(), media_type.lower().partition("/")[0]):
        if text in _ENDINGS:
            return text
    ending = split_address(url).path.rpartition(".")[2].lower()
    return next((kind for kind, endings in _ENDINGS.items() if ending in endings), "file")


def list_titles(title: str, html: str) -> tuple[Claim, ...]:
    """Return an item's title, or its first words, before media are added to its body.

    Where the body has a heading, that is found later.
    """
    if title:
        return ((title, "title"),)
    words = None if _HEADING.search(html) else find_first_words(html)
    return (words,) if words else ()


def add_media(html: str, media: list[Medium]) -> str:
    """Return the body with a picture at its head if it has none, and with players at its end.

    A player has a link to its file beside it, for readers that play nothing.
    """
    if not media:
        return html
    parts = [html if _TAG.search(html) else to_html(html)] if html else []
    pictures = [one for one in media if one.kind == "image"]
    if pictures and not _PICTURE.search(html):
        best = max(pictures, key=lambda one: one.width)
        parts.insert(0, f'<p><img src="{escape(best.url)}" alt="{escape(best.title)}"></p>')
    shown: set[str] = set()
    for one in media:
        if one.is_attachment and one.kind != "image" and escape(one.url) not in html:
            shown.add(one.url)
            if len(shown) <= _MOST:
                parts.append(_show(one))
    return "\n".join(dict.fromkeys(parts))


def _show(medium: Medium) -> str:
    url = escape(medium.url)
    name = medium.title or unquote(split_address(medium.url).path.rpartition("/")[2]) or medium.url
    link = f'<a href="{url}">{escape(name)}</a>'
    if medium.kind not in _PLAYED:
        return f"<p>{link}</p>"
    return f'<p><{medium.kind} controls src="{url}"></{medium.kind}><br>{link}</p>'
