"""Marks within text that CommonMark does not know: links of notes, highlights, formulas."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from refeed.reading.markdown.plain_text import name_note
from refeed.reading.wiki_links import EMBED

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

_NOTE_LINK = re.compile(r"!?\[\[([^\[\]\n]{1,500})\]\]")
_PICTURE = re.compile(r"[^|#]+\.(?:avif|bmp|gif|jpe?g|png|svg|webp)", re.IGNORECASE)
_EMBEDDED = re.compile(
    r"""!\[(?P<text>[^\[\]\n]{0,300})\]\([ ]?<?(?P<url>https?://(?:www\.|m\.|mobile\.)?(?:
    (?:youtube\.com/(?:watch\?(?:[^\s()<>]{0,200}&)?v=|shorts/|live/)|youtu\.be/)(?P<youtube>[\w-]{6,20})
    |vimeo\.com/(?P<vimeo>\d{5,12})
    |(?:twitter|x)\.com/\w{1,20}/status/\d{5,25}
    )[^\s()<>]{0,500})>?(?:[ ]"[^"\n]{0,300}")?\)""",
    re.VERBOSE | re.IGNORECASE,
)
_DRAWING = re.compile(
    r"!\[([^\[\]\n]{0,300})\]\((data:image/svg\+xml[^()\[\n]*(?:\([^()\[\n]*\)[^()\[\n]*)*)\)",
    re.IGNORECASE,
)
_PLAYERS = {
    "youtube": "https://www.youtube.com/embed/{}",
    "vimeo": "https://player.vimeo.com/video/{}",
}
_WIDTH = re.compile(r"(\d{1,5})(?:x\d{1,5})?")
_HIGHLIGHT = re.compile(r"==(?=[^\s=])((?:[^=\n]|=(?!=)){1,2000}?)(?<=\S)==(?!=)")
_COMMENT = re.compile(r"%%(?:[^%\n]|%(?!%)){0,2000}%%")
_BLOCK_ID = re.compile(r"\^[A-Za-z0-9][A-Za-z0-9-]{0,40}(?=[ \t]*(?:\n|$))")
_DOUBLE = re.compile(r"\$\$(?!\$)((?:[^$\\]|\\.){1,2000}?)\$\$")
_SINGLE = re.compile(r"\$(?=[^\s$])((?:[^$\\\n]|\\.){1,500}?)(?<=[^\s\\])\$(?![\d$])")
_TEX = re.compile(r"[\\^_{}=]|^[A-Za-z]{1,2}$|^[a-z]\([^()]*\)$|^-?\d+(?:[.,]\d+)?$")
_BRACKETED = re.compile(r"\\{1,2}(?:\((.{1,2000}?)\\{1,2}\)|\[(.{1,2000}?)\\{1,2}\])", re.DOTALL)
_IS_TEX = re.compile(r"[\\^_{}=]|^\s*[A-Za-z]\s*$")
# Programs that make Markdown of HTML escape brackets: `\[[^1]\]`, `\[[edit](https://…)\]`.
_IS_NO_TEX = re.compile(r"\]\(|\[\^|https?://")


def add_inline_rules(md: MarkdownIt) -> None:
    """Add the rules to a parser."""
    ruler = md.inline.ruler
    ruler.before("escape", "formula", _parse_formula)
    ruler.before("link", "note_link", _parse_note_link)
    ruler.before("image", "embedded_page", _parse_embedded_page)
    ruler.before("image", "drawing", _parse_drawing)
    ruler.before("emphasis", "highlight", _parse_highlight)
    ruler.before("emphasis", "note_comment", _parse_comment)
    ruler.before("emphasis", "block_id", _parse_block_id)


def _parse_note_link(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the library's call
    """Parse `[[note|alias]]` as its text, `![[picture.png]]` as a picture."""
    if not state.src.startswith(("[[", "![["), state.pos):
        return False
    match = _NOTE_LINK.match(state.src, state.pos, state.posMax)
    if not match:
        return False
    if not silent:
        inner = match[1].replace("\\|", "|")
        if match[0][0] == "!" and _PICTURE.match(inner):
            _push_picture(state, inner)
        elif (bar := match[1].find("|")) >= 0 and "*" in match[1][bar:]:
            end, state.pos = state.posMax, match.start(1) + bar + 1
            state.posMax = match.end(1)
            state.md.inline.tokenize(state)
            state.posMax = end
        else:
            state.push("text", "", 0).content = name_note(inner)
    state.pos = match.end()
    return True


def _parse_embedded_page(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    """Parse `![](https://www.youtube.com/watch?v=ID)`, as Obsidian shows films and posts."""
    if not state.src.startswith("![", state.pos):
        return False
    match = _EMBEDDED.match(state.src, state.pos, state.posMax)
    if not match:
        return False
    if not silent:
        url = match["url"]
        token = state.push("html_inline", "", 0)
        player = next(
            (form.format(match[site]) for site, form in _PLAYERS.items() if match[site]), ""
        )
        if player:
            token.content = f'<iframe src="{player}"></iframe>'
        else:
            text = escape(match["text"].strip() or url, quote=False)
            token.content = f'<a href="{escape(url)}">{text}</a>'
    state.pos = match.end()
    return True


def _parse_drawing(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    """Parse `![](data:image/svg+xml,…)`, whose address has spaces; cleaning decides on it."""
    if not state.src.startswith("![", state.pos):
        return False
    match = _DRAWING.match(state.src, state.pos, state.posMax)
    if not match:
        return False
    if not silent:
        token = state.push("html_inline", "", 0)
        token.content = f'<img src="{escape(match[2])}" alt="{escape(match[1])}">'
    state.pos = match.end()
    return True


def _push_picture(state: StateInline, inner: str) -> None:
    source, _, text = inner.partition("|")
    last = text.rpartition("|")[2].strip()
    width = _WIDTH.fullmatch(last)
    alt = text.rpartition("|")[0] if width else text
    token = state.push("html_inline", "", 0)
    shown = f' width="{width[1]}"' if width else ""
    address = source.strip() if "://" in source else EMBED + source.strip()
    token.content = f'<img src="{escape(address)}" alt="{escape(alt.strip())}"{shown}>'


def _parse_highlight(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    if not state.src.startswith("==", state.pos):
        return False
    match = _HIGHLIGHT.match(state.src, state.pos, state.posMax)
    if not match:
        return False
    if not silent:
        end = state.posMax
        state.pos, state.posMax = match.start(1), match.end(1)
        state.push("mark_open", "mark", 1)
        state.md.inline.tokenize(state)
        state.push("mark_close", "mark", -1)
        state.posMax = end
    state.pos = match.end()
    return True


def _parse_comment(state: StateInline, silent: bool) -> bool:  # noqa: ARG001, FBT001
    if state.env.get("is_post") or not state.src.startswith("%%", state.pos):
        return False
    match = _COMMENT.match(state.src, state.pos, state.posMax)
    if not match:
        return False
    state.pos = match.end()
    return True


def _parse_block_id(state: StateInline, silent: bool) -> bool:  # noqa: ARG001, FBT001
    """Skip Obsidian's `^id` at the end of a block."""
    if state.src[state.pos] != "^" or state.env.get("is_post"):
        return False
    if state.pos and not state.src[state.pos - 1].isspace():
        return False
    match = _BLOCK_ID.match(state.src, state.pos, state.posMax)
    if not match:
        return False
    state.pos = match.end()
    return True


def _parse_formula(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    r"""Parse `$x$`, `$$x$$`, `\(x\)` and `\[x\]` as the source of a formula.

    A sum of money is none: the dollar signs enclose TeX without spaces at its ends.
    """
    first = state.src[state.pos]
    if first == "$":
        match = _DOUBLE.match(state.src, state.pos, state.posMax)
        if not match:
            match = _SINGLE.match(state.src, state.pos, state.posMax)
            if not match or not _TEX.search(match[1]) or _is_within_word(state, match.end()):
                return False
        tex = match[1]
    elif first == "\\":
        match = _BRACKETED.match(state.src, state.pos, state.posMax)
        tex = (match[1] or match[2]) if match else ""
        if not match or not is_tex(tex):
            return False
    else:
        return False
    if not silent:
        token = state.push("code_inline", "code", 0)
        token.content = " ".join(tex.split())
    state.pos = match.end()
    return True


def is_tex(text: str) -> bool:
    """Tell whether a text in escaped brackets is a formula, not text in brackets."""
    return _IS_TEX.search(text) is not None and not _IS_NO_TEX.search(text)


def _is_within_word(state: StateInline, end: int) -> bool:
    before = state.src[state.pos - 1] if state.pos else " "
    after = state.src[end] if end < state.posMax else " "
    return (before.isascii() and before.isalnum()) or (after.isascii() and after.isalnum())
