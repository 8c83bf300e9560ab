"""Elements and comments that are never closed: parsers put the rest of the article into each.

Files are cut short, and pages forget end tags. The elements here hold no words of the article, or
are taken out with all that they hold, so they are closed where they begin.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_CODE = ("script", "style")
_RAW = ("iframe", "noembed", "noframes", "textarea", "title", "xmp")
"""In code and in these, tags are text (HTML standard, 13.2.5): the first end tag is theirs."""

_NESTED = tuple(
    "applet audio button canvas dialog nav noscript object select svg template video".split()
)
_NAMES = _CODE + _RAW + _NESTED


def _build_start_pattern() -> re.Pattern[str]:
    """By first letters, since regardless of case a pattern tries each name at each tag."""
    rests: dict[str, list[str]] = {}
    for name in (*_NAMES, "embed"):
        rests.setdefault(name[0], []).append(name[1:])
    names = "|".join(
        f"[{letter}{letter.upper()}](?i:{'|'.join(each)})" for letter, each in rests.items()
    )
    first = "".join(letter + letter.upper() for letter in rests)
    return re.compile(
        rf"<(?:!--|(?=[{first}])({names})\b(?:[^<>\"']|\"[^\"]*\"|'[^']*')*+>)", re.ASCII
    )


_START = _build_start_pattern()
_EMBED_END = re.compile(r"\s*</embed\b", re.IGNORECASE)
_TAGS = {name: re.compile(rf"<(/?){name}\b", re.IGNORECASE | re.ASCII) for name in _NAMES}
_ENDS = {name: re.compile(rf"</{name}\b", re.IGNORECASE | re.ASCII) for name in _NAMES}
_COMMENT = re.compile(r"<!--[^<>\n]*>?")
_BLOCK = r"<(?:p|div|h[1-6]|[uo]l|table|section|article|figure|blockquote)\b"
_CONTENT_ENDS = {
    "script": re.compile(rf"(?<=[\n>])[ \t]*(?={_BLOCK})", re.IGNORECASE),
    "style": re.compile(r"(?=<[a-zA-Z])"),
    "select": re.compile(r"(?=<(?!/?opt)[a-zA-Z/])", re.IGNORECASE),
}
"""Where what belongs to an element ends that no tag ends; for others that is where they begin."""


def close_unclosed(html: str) -> str:
    """Return the HTML with the missing end tags of elements into which parsers put the rest."""
    pieces: list[str] = []
    done = 0
    for start, end, tag in _find_unclosed(html):
        pieces += [html[done:start], tag]
        done = end
    return "".join([*pieces, html[done:]]) if pieces else html


def _find_unclosed(html: str) -> Iterator[tuple[int, int, str]]:
    """Yield what is to be replaced, from where to where, and by what.

    It takes linear time: what is not there is searched once for each name.
    """
    position = 0
    ends: dict[str, int] = {}
    for match in _START.finditer(html):
        start, after = match.span()
        if start < position:
            continue
        name = (match[1] or "").lower()
        if name == "embed":  # libxml2 puts what follows into it.
            if not _EMBED_END.match(html, after):
                yield after, after, "</embed>"
            continue
        if ends.get(name, 0) < after:
            ends[name] = _find_end(html, name, after)
        is_unclosed = ends[name] == len(html)
        if not name:
            if is_unclosed:
                yield start, _COMMENT.match(html, start).end(), ""  # type: ignore[union-attr] # it begins so
            else:
                position = ends[name] + 3
        elif is_unclosed or (name in _RAW and _begins_again(html, name, after)):
            position = _find_content_end(html, name, after)
            yield position, position, f"</{name}>"
        elif name in _CODE + _RAW:
            position = ends[name]


def _find_end(html: str, name: str, after: int) -> int:
    """Return where the next end tag begins, or the end of a comment; the HTML's length if none."""
    if not name:
        end = html.find("-->", after - 2)
        return end if end >= 0 else len(html)
    tag = _ENDS[name].search(html, after)
    return tag.start() if tag else len(html)


def _find_content_end(html: str, name: str, after: int) -> int:
    if name not in _CONTENT_ENDS:
        return after
    end = _CONTENT_ENDS[name].search(html, after)
    return end.end() if end else len(html)


def _begins_again(html: str, name: str, after: int) -> bool:
    """Tell whether the next tag of this name is a start tag."""
    tag = _TAGS[name].search(html, after)
    return tag is not None and not tag[1]
