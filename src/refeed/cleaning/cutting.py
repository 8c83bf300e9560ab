"""Cuts lines and images out of cleaned HTML, and the elements that hold nothing then.

What the sanitiser has written is a tree's text: each element ends, and no other order of tags can
come of it by leaving out whole elements and text. So what is left is as safe as it was.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from refeed.cleaning.shown_lines import ATTRIBUTES, TAG

if TYPE_CHECKING:
    from collections.abc import Sequence

_MAY_GO: Final = frozenset(
    "a abbr aside b blockquote center cite dd del details dfn div dl dt em figcaption figure h1 h2 "
    "h3 h4 h5 h6 header i ins kbd li mark ol p q s samp section small span strike strong sub "
    "summary sup time tt u ul var".split()
)
"""Elements that go when they hold nothing more."""
_VOID: Final = frozenset({"img", "br", "wbr", "hr", "source", "col"})
_BREAK: Final = "<br>"
_SPACE: Final = " \t\n\r\f"
_START_TAG: Final = re.compile(rf"<([a-z][a-z0-9]*){ATTRIBUTES}>")
_END_TAG: Final = re.compile(r"\s*+</([a-z][a-z0-9]*)>")
_BREAKS_FIRST: Final = re.compile(r"(?:\s*<[bh]r>)+")


class Cut(NamedTuple):
    """A piece of HTML that goes.

    Attributes:
        start: where it begins.
        end: where it ends.
        key: of the verdict by which it goes.
        text: of a line, or "" for an image.
        is_first: whether no line that stays is before it.
    """

    start: int
    end: int
    key: int
    text: str = ""
    is_first: bool = False


def cut(html: str, cuts: Sequence[Cut]) -> str:
    """Return HTML without pieces of it.

    Args:
        html: as the sanitiser has written it.
        cuts: the pieces in their order: whole lines, and images.
    """
    for each in reversed(cuts):
        start, end = each.start, each.end
        left = _list_unmatched(html[start:end]) if each.text else ""
        if each.text:
            start, end = _take_break(html, start, end, is_first=each.is_first)
        if not left:
            start, end = _take_emptied(html, start, end)
            if _would_join_words(html, start, end) and each.text:
                left = "\n"
        html = html[:start] + left + html[end:]
    return _trim(html)


def _list_unmatched(raw: str) -> str:
    """Return the tags of a line that begin or end elements of which the rest is elsewhere."""
    if "<" not in raw:
        return ""
    open_tags: list[tuple[str, str]] = []
    ends: list[str] = []
    for tag in TAG.finditer(raw):
        closes, name = tag.groups()
        if name in _VOID:
            continue
        if not closes:
            open_tags.append((name, tag[0]))
        elif open_tags and open_tags[-1][0] == name:
            open_tags.pop()
        else:
            ends.append(tag[0])
    return "".join([*ends, *(markup for _, markup in open_tags)])


def _take_break(html: str, start: int, end: int, *, is_first: bool) -> tuple[int, int]:
    """Take a line break with a line: the one before it, or behind it if it is the first to stay."""
    before = html.endswith(_BREAK, 0, start)
    behind = html.startswith(_BREAK, end)
    if before and not (is_first and behind):
        return start - len(_BREAK), end
    return start, end + len(_BREAK) if behind else end


def _take_emptied(html: str, start: int, end: int) -> tuple[int, int]:
    """Take the elements, too, that hold nothing but what goes."""
    while found := _END_TAG.match(html, end):
        before = len(html[:start].rstrip(_SPACE)) if html[start - 1 : start] in _SPACE else start
        opening = html.rfind("<", 0, before)
        tag = _START_TAG.fullmatch(html, opening, before) if opening >= 0 else None
        if tag is None or tag[1] != found[1] or tag[1] not in _MAY_GO:
            break
        start, end = opening, found.end()
    return start, end


def _would_join_words(html: str, start: int, end: int) -> bool:
    """Tell whether text stands right before and right behind what goes."""
    before, behind = html[start - 1 : start] if start else "", html[end : end + 1]
    return bool(before and behind) and before not in "> \t\n\r\f" and behind not in "< \t\n\r\f"


def _trim(html: str) -> str:
    """Take breaks and rules off the beginning and the end."""
    first = _BREAKS_FIRST.match(html)
    html = html[first.end() :] if first else html
    while (stripped := html.rstrip(_SPACE)).endswith(("<br>", "<hr>")):
        html = stripped[:-4]
    return html
