"""Chooses an article's title, or a substitute for a missing one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refeed.reading.single_line import to_single_line
from refeed.text.visible_text import shorten, visible_lines, visible_text

if TYPE_CHECKING:
    from refeed.reading.claims import Claim

LONGEST = 500
"""Characters; a longer title is cut."""

# What programs write where there is no title, as they spell it: "Null" may be about a number.
_NOTHING = frozenset(
    (
        *"undefined null NULL NaN None nil (null) (none) (undefined) <nil>".split(),
        "[object Object]",
        "<no value>",
        "Invalid Date",
    )
)
_PLACEHOLDERS = frozenset(
    (
        *"untitled (untitled) 无标题 無標題 無題 unbenannt başlıksız безымянный".split(),
        *("untitled document", "untitled page", "untitled post", "no title", "(no title)"),
        *("无标题文档", "제목 없음", "sin título", "sans titre", "ohne titel", "senza titolo"),
        *("sem título", "без названия", "بدون عنوان"),
    )
)
_LONGEST_PLACEHOLDER = 20
_FIRST_WORDS = 80
_SHORTEST_LINE = 8
_HEADING = re.compile(r"<(h[1-3])\b[^<>]*>(.{0,1000}?)</\1\s*>", re.DOTALL | re.IGNORECASE)
_SEARCHED = 20_000
_SITE_AFTER = re.compile(r"\s*(?:[-–—|_·•:：»]|::)\s|\s*[|_]")
_DATE_BEFORE = re.compile(r"(?:19|20)\d{2}-\d{2}-\d{2}-?")
_ELLIPSIS = re.compile(r"\s*(?:\.{3,}|…+)$")


def choose_title(claims: tuple[Claim, ...], html: str, path: str) -> Claim:
    """Return the title, and the rule that found it.

    That is the most trusted claim, or the next one if that is the same title uncut. Placeholders of
    programs, such as `undefined`, are dropped; one that could be a title is used if there is no
    other and no heading. Without any title: the body's first heading, its first words, or the
    file's name without its date, which may be "".
    """
    given = [
        (line, origin) for text, origin in claims if (line := to_single_line(text[: LONGEST * 8]))
    ]
    short = [claim for claim in given if len(claim[0]) <= _LONGEST_PLACEHOLDER]
    titles = _drop_placeholders(given) if short else given
    if not titles:
        placeholder = next((claim for claim in short if claim[0] not in _NOTHING), None)
        return _find_heading(html) or placeholder or _find_stand_in(html, path)
    best = titles[0]
    if len(titles) > 1 and titles[1][0] != best[0] and _goes_on(best[0], titles[1][0]):
        best = titles[1]
    return (shorten(best[0], LONGEST), best[1]) if len(best[0]) > LONGEST else best


def _drop_placeholders(given: list[Claim]) -> list[Claim]:
    return [
        claim
        for claim in given
        if claim[0] not in _NOTHING and claim[0].casefold() not in _PLACEHOLDERS
    ]


def _goes_on(short: str, long: str) -> bool:
    """Tell whether `long` is `short` uncut; an added site name does not count."""
    stem = _ELLIPSIS.sub("", short)
    if not stem or not long.startswith(stem):
        return False
    rest = long[len(stem) :]
    return len(_ELLIPSIS.sub("", rest)) > 0 and not _SITE_AFTER.match(rest)


def _find_heading(html: str) -> Claim | None:
    heading = _HEADING.search(html[:_SEARCHED])
    line = to_single_line(visible_text(heading[2])) if heading else ""
    return (shorten(line, LONGEST), "first heading") if line else None


def find_first_words(html: str) -> Claim | None:
    """Return the first line of a body as a title, or its first words, or None if it has no text.

    A note's first line says what it is about; one of a few letters may be anything.
    """
    lines = visible_lines(html[:_SEARCHED])
    if not lines:
        return None
    first = to_single_line(lines[0])
    if _SHORTEST_LINE <= len(first) <= _FIRST_WORDS:
        return first, "first words"
    return shorten(to_single_line(" ".join(lines)), _FIRST_WORDS), "first words"


def _find_stand_in(html: str, path: str) -> Claim:
    words = find_first_words(html)
    if words:
        return words
    name = path.rpartition("/")[2]
    stem = name.rpartition(".")[0] or name
    return shorten(to_single_line(_DATE_BEFORE.sub("", stem, count=1)), LONGEST), "file name"
