"""The visible text of HTML: to compare snapshots, to summarise them, to match feeds."""

from __future__ import annotations

import html as entities
import re
from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_NEVER_SHOWN = (
    "script style template noscript noembed noframes head title iframe object applet svg "
    "audio video canvas dialog button select textarea datalist"
).split()
"""Elements whose text no reader shows: code, what old browsers show instead, controls."""

_HIDDEN_START = re.compile(rf"<(?:(!--)|({'|'.join(_NEVER_SHOWN)})\b[^<>]*)", re.IGNORECASE)
_ENDS = {name: re.compile(f"</{name}", re.IGNORECASE | re.ASCII) for name in _NEVER_SHOWN}
_HIDING = ("hidden", "display")
_HIDING_TAG = re.compile(
    r"<([a-zA-Z][\w-]*)\b(?=[^<>]*?(?:\shidden[\s=/>]|\sstyle\s*=\s*(?:\"[^\"<>]*|'[^'<>]*)"
    r"\b(?:display\s*:\s*none|visibility\s*:\s*hidden)\b))[^<>]*>",
    re.IGNORECASE,
)
_EMPTY = frozenset("img input br hr source col wbr area embed link meta track".split())
_ENDED_BY_THEIR_LIKE = frozenset("p li dt dd td th tr option".split())
_MOST_ENDLESS = 20
_LONG = 300
"""Characters from which a text that is hidden may be the article."""

# By their first letters, since regardless of case a pattern tries each name at each tag.
_INLINE_TAG = re.compile(
    r"</?(?:[aA](?i:bbr|cronym)?|[bB](?i:di|do|ig)?|[cC](?i:ite|ode)|[dD](?i:el|fn)|[eE][mM]"
    r"|[fF](?i:ont)|[iI](?i:mg|ns)?|[kK](?i:bd)|[mM](?i:ark)|[qQ]|[rR](?i:p|t|uby)"
    r"|[sS](?i:amp|mall|pan|trike|trong|ub|up)?|[tT](?i:ime|t)|[uU]|[vV](?i:ar)|[wW](?i:br))"
    r"(?:\s[^>]*)?>"
)
_TAG = re.compile(r"<[a-zA-Z/!?][^>]*>")

_SPACES = re.compile(r"[\r\n]+")

_LONGEST_REFERENCE = 40
"""Characters of the longest character reference in HTML, which a cut may split."""


def visible_text(html: str) -> str:
    """Return the text of an HTML fragment on one line, blocks set apart by a space.

    Scripts, styles, comments and other content that no reader shows are left out. The HTML is
    searched by patterns, which is faster than parsing it.
    """
    return _join_lines(_drop_hidden(html))


def _join_lines(html: str) -> str:
    """Return the text of HTML in which nothing is hidden."""
    text = _replace_tags(_drop_inline_tags(html), " ")
    return " ".join(entities.unescape(text).split())


def visible_lines(html: str) -> list[str]:
    """Return the text of an HTML fragment, a line for each block, without empty ones."""
    shown = _SPACES.sub(" ", _drop_inline_tags(_drop_hidden(html)))
    text = entities.unescape(_replace_tags(shown, "\n"))
    return [line for each in text.split("\n") if (line := " ".join(each.split()))]


def take_beginning(html: str, length: int) -> str:
    """Return the beginning of the visible text, cut by `shorten`.

    Args:
        html: cleaned, so that nothing in it is hidden.
        length: in characters.
    """
    # Reading all of a long article for its first words would take longer than parsing it.
    for much in (length * 4, length * 8, length * 64):
        start = without_cut_tag(html[:much])
        if much < len(html) and len(text := _join_lines(start)) > length + _LONGEST_REFERENCE:
            return shorten(text, length)
    return shorten(_join_lines(html), length)


def without_cut_tag(start: str) -> str:
    """Drop a tag that was cut off, from the end of the beginning of some HTML."""
    opening = start.rfind("<")
    return start[:opening] if start.find(">", opening) < 0 <= opening else start


def fingerprint(html: str) -> tuple[int, bytes]:
    """Return the length of the visible text and a digest of it, white space not counted.

    Two snapshots whose digests agree look the same to a reader, however their markup differs.
    """
    text = "".join(entities.unescape(_replace_tags(_drop_hidden(html), "")).split())
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16)
    return len(text), digest.digest()


def _drop_inline_tags(html: str) -> str:
    """Drop the tags of inline elements. Behind the last `>` there is none to search for."""
    head, end, tail = html.rpartition(">")
    return _INLINE_TAG.sub("", head + end) + tail


def _replace_tags(html: str, instead: str) -> str:
    """Replace the tags. After the last `>` the pattern would search to the end at each `<`."""
    head, end, tail = html.rpartition(">")
    return _TAG.sub(instead, head + end) + tail


def _drop_hidden(html: str) -> str:
    """Drop what is never shown, and hidden elements unless they hold most of the text.

    This takes linear time: a missing end tag is searched for once, not at each start tag.
    """
    html = _cut(html, _find_never_shown(html))
    if not any(map(html.__contains__, _HIDING)):
        return html
    spans = list(_find_hidden(html))
    rest = _cut(html, spans)
    length = len(_join_lines(rest))
    if not spans or not length:
        return html
    long = [(start, end) for start, end in spans if len(_join_lines(html[start:end])) > _LONG]
    if sum(len(_join_lines(html[start:end])) for start, end in long) > length:
        return _cut(html, [span for span in spans if span not in set(long)])
    return rest


def _cut(html: str, spans: Iterable[tuple[int, int]]) -> str:
    pieces, position = [], 0
    for start, end in spans:
        pieces.append(html[position:start])
        position = end
    return "".join([*pieces, html[position:]]) if position else html


def _find_never_shown(html: str) -> Iterator[tuple[int, int]]:
    position, endless = 0, set[str]()
    for start in _HIDDEN_START.finditer(html):
        name = (start[2] or start[1]).lower()
        if start.start() < position or name in endless or start[0].endswith("/"):
            continue
        end = _ENDS[name].search(html, start.end()) if start[2] else None
        closed = end.start() if end else html.find("-->", start.end()) if start[1] else -1
        if closed < 0:
            endless.add(name)
            continue
        position = closed if start[2] else closed + 3
        yield start.start(), position


def _find_hidden(html: str) -> Iterator[tuple[int, int]]:
    """Yield where outermost elements that hide a text begin and end."""
    position, endless = 0, set[str]()
    for start in _HIDING_TAG.finditer(html):
        name = start[1].lower()
        if start.start() < position or name in endless or name in _EMPTY:
            continue
        if len(endless) > _MOST_ENDLESS:
            return
        end = _find_end(html, name, start.end())
        if end < 0:
            endless.add(name)
            continue
        position = end
        yield start.start(), end


def _find_end(html: str, name: str, position: int) -> int:
    """Return where the end tag of an element begins, or -1."""
    depth = 1
    for tag in re.compile(rf"<(/?){re.escape(name)}(?![\w-])", re.IGNORECASE).finditer(
        html, position
    ):
        depth += -1 if tag[1] or name in _ENDED_BY_THEIR_LIKE else 1
        if depth == 0:
            return tag.start()
    return -1


def shorten(text: str, length: int) -> str:
    """Return `text` cut to at most `length` characters, at a word's end where there is one near."""
    if len(text) <= length:
        return text
    cut = text[: length - 1]
    head, space, tail = cut.rpartition(" ")
    if space and len(tail) < length // 4:
        cut = head
    return cut.rstrip() + "…"
