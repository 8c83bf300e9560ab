"""Makes HTML of a post as WordPress keeps it: paragraphs are lines, and shortcodes are HTML."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from refeed.reading.feeds.shortcodes import drop_shortcodes
from refeed.text.blocks import BLOCKS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_CAPTION = re.compile(
    r"\[(?:wp_)?caption\b(?P<fields>[^\[\]]*)\](?P<picture>\s*(?:<a\b[^<>]*>\s*)?<img\b[^<>]*>"
    r"(?:\s*</a>)?)(?P<text>.{0,5000}?)\[/(?:wp_)?caption\]",
    re.DOTALL | re.IGNORECASE,
)
_CAPTION_FIELD = re.compile(r"\bcaption=(?:\"([^\"]*)\"|'([^']*)')")
_CODE = re.compile(
    r"\[(?P<name>code|sourcecode)\b[^\[\]\n]*\]\n?"
    r"(?P<text>[^\[]*(?:\[(?!/?(?:source)?code\b)[^\[]*)*+)\[/(?P=name)\]"
)
_PLAYER = re.compile(
    r"\[(?P<kind>audio|video)\b[^\[\]\n]{0,500}?=[\"']?(?P<url>https?://[^\s\"'\[\]]{1,2000})"
    r"[^\[\]\n]{0,500}\](?:\s*\[/(?P=kind)\])?"
)
_EMBED = re.compile(
    r"\[(?:embed\b[^\[\]\n]*\]|youtube[= ]|vimeo[= ])\s*(https?://[^\s\[\]]+?)\s*(?:\[/embed\]|\])"
)
_GALLERY = re.compile(r"\[gallery\b[^\[\]\n]*\]")
_IDS = re.compile(r"\b(?:ids|include)=[\"']?([\d,\s]+)")
_NUMBER = re.compile(r"\d+")
# WordPress shows what is at an address that stands alone on a line.
_ALONE = re.compile(r"(?m)^[ \t]*(https?://[^\s<>\"']+)[ \t]*$")

_KEPT = re.compile(r"(</?(?:pre|script|style|textarea)\b[^<>]*>)", re.IGNORECASE)
# What WordPress sets apart from paragraphs.
_BLOCKS = "|".join(
    sorted(BLOCKS - {"pre"} | set("area audio col colgroup iframe map style video".split()))
)
_OPENING = re.compile(rf"<(?:{_BLOCKS})\b[^<>]*>|<!--", re.IGNORECASE)
_CLOSING = re.compile(rf"</(?:{_BLOCKS})\s*>|-->", re.IGNORECASE)
_HOLDER = re.compile(r"</?(?:blockquote|div|section|article)\b[^<>]*>", re.IGNORECASE)
_BLOCK = re.compile(rf"</?(?:{_BLOCKS}|pre)\b|<!--|-->", re.IGNORECASE)
_BLANK = re.compile(r"\n\s*\n")
_LINE_END = re.compile(r"(?<!<br>)(?<!<br/>)(?<!<br />)\n")


def show_post(text: str, pictures: Mapping[str, str], own: Iterable[str]) -> str:
    """Return a post as HTML.

    Args:
        text: of a post, as the export has it.
        pictures: addresses by number.
        own: the numbers of those that belong to the post, which a gallery without numbers shows.
    """

    def show_gallery(found: re.Match[str]) -> str:
        ids = _IDS.search(found[0])
        shown = [pictures.get(number, "") for number in (_NUMBER.findall(ids[1]) if ids else own)]
        return "\n\n".join(f'<img src="{escape(url)}" alt="">' for url in shown if url)

    text = _GALLERY.sub(show_gallery, _CODE.sub(_show_code, text))
    text = _CAPTION.sub(_show_caption, text)
    text = _PLAYER.sub(r'<\g<kind> controls src="\g<url>"></\g<kind>>', text)
    text = _ALONE.sub(r'<p><a href="\1">\1</a></p>', _EMBED.sub(r"\n\1\n", text))
    text = drop_shortcodes(text)
    # The editor of blocks writes HTML with comments.
    return text if "<!-- wp:" in text else _add_paragraphs(text)


def _show_code(found: re.Match[str]) -> str:
    return f"<pre><code>{escape(found['text'], quote=False)}</code></pre>"


def _show_caption(found: re.Match[str]) -> str:
    field = _CAPTION_FIELD.search(found["fields"])
    text = found["text"].strip() or (field[1] or field[2] if field else "")
    return f"<figure>{found['picture'].strip()}<figcaption>{text}</figcaption></figure>"


def _add_paragraphs(text: str) -> str:
    """Make paragraphs of what stands between blank lines, and break lines at their ends."""
    parts: list[str] = []
    is_kept = False
    # The tags are at the odd places.
    for number, part in enumerate(_KEPT.split(text.replace("\r\n", "\n"))):
        if number % 2:
            is_kept = not part.startswith("</")
        parts.append(part if number % 2 or is_kept else "\n".join(_list_paragraphs(part)))
    return "".join(parts)


def _list_paragraphs(text: str) -> Iterator[str]:
    text = _CLOSING.sub(r"\g<0>\n\n", _OPENING.sub(r"\n\n\g<0>", text))
    text = _HOLDER.sub(r"\n\n\g<0>\n\n", text)
    for part in filter(None, map(str.strip, _BLANK.split(text))):
        yield part if _BLOCK.match(part) else f"<p>{_LINE_END.sub('<br>' + chr(10), part)}</p>"
