"""Finds the heading of a note that is its title, and takes it off the body."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from refeed.reading.front_matter_values import normalize_key
from refeed.reading.markdown.lines import mark_code
from refeed.reading.markdown.plain_text import normalize_title, to_plain_text

if TYPE_CHECKING:
    from collections.abc import Iterator

_ATX = re.compile(r"(?: {0,3}|- )(#{1,6})[ \t]+(\S.*?)(?:[ \t]+#+)?[ \t]*")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*")
_HTML = re.compile(r"\s*<h([1-6])\b[^<>]*>(.*?)</h\1\s*>\s*", re.IGNORECASE)
_PASSED_OVER = re.compile(
    r"\s*(?:!\[[^\n]*\]\([^()\n]*\)|!\[\[[^\n]*\]\]|<!--.*-->|<img\b[^<>]*>|\{:.*\}"
    r"|\* TOC|\[\[?_?toc_?\]\]?|(?:-{3,}|\*{3,}|_{3,})|\{%.*%\}|\{\{.*\}\})?\s*",
    re.IGNORECASE,
)
_SEARCHED = 2000
_LONGEST = 1000
_DEEPEST = 3
_SHORTEST_PART = 8
# Of a part of a note: no title if the file's name is one.
_OF_PARTS = frozenset(
    """
    highlights newhighlights metadata summary notes mynotes tableofcontents contents toc tldr
    abstract introduction overview excerpt transcript description content background 摘要 目录 目錄
    高亮 划线 正文 前言 引言 目次 はじめに 概要 要約 요약 목차 содержание введение оглавление
    """.split()
)


class _Heading(NamedTuple):
    level: int
    title: str
    start: int
    end: int
    is_on_top: bool


def take_off_heading(body: str, given: str, *, is_named: bool) -> tuple[str, str]:
    """Return the title that a body's heading gives, or "", and the body without that heading.

    Args:
        body: in Markdown.
        given: the title, if it is known: then only a heading, or a first line, that repeats it is
            taken off.
        is_named: whether the file's name could be a title. Then a heading within the text is none,
            unless it is the only one of its level, which is the first.
    """
    lines = body.split("\n", _SEARCHED)
    headings = list(_find_headings(lines[:_SEARCHED]))
    heading = _choose(headings, given, is_named=is_named)
    if not heading:
        return "", _take_off_title(body, given)
    rest = lines[: heading.start] + lines[heading.end :]
    return heading.title, "\n".join(rest).strip("\n")


def _take_off_title(body: str, given: str) -> str:
    """Return a body without a first line that is the title, as programs save the text of pages."""
    first, _, rest = body.lstrip("\n").partition("\n")
    title = normalize_title(given)
    repeats = len(title) >= _SHORTEST_PART and normalize_title(to_plain_text(first)) == title
    return rest.strip("\n") if repeats and rest.strip() else body


def _choose(headings: list[_Heading], given: str, *, is_named: bool) -> _Heading | None:
    if not headings:
        return None
    first = headings[0]
    if given:
        return first if first.is_on_top and _repeats(first.title, given) else None
    if is_named:
        headings = [found for found in headings if normalize_key(found.title) not in _OF_PARTS]
    if first in headings and first.is_on_top and first.level <= _DEEPEST:
        return first
    top_level = [heading for heading in headings if heading.level == 1]
    if len(top_level) == 1 or (top_level and not is_named):
        return top_level[0]
    return None if is_named else first


def _repeats(heading: str, title: str) -> bool:
    """Tell whether a heading is the title, perhaps without the site's name, or cut."""
    one, other = normalize_title(heading), normalize_title(title)
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    return len(short) >= _SHORTEST_PART and long.startswith(short)


def _find_headings(lines: list[str]) -> Iterator[_Heading]:
    is_on_top, above = True, ""
    for number, (line, is_code) in enumerate(zip(lines, mark_code(lines), strict=True)):
        if is_code or len(line) > _LONGEST:
            is_on_top, above = False, ""
            continue
        atx = _ATX.fullmatch(line) or _HTML.fullmatch(line)
        if atx:
            level = len(atx[1]) if atx[1][0] == "#" else int(atx[1])
            title = to_plain_text(atx[2])
            if title:
                yield _Heading(level, title, number, number + 1, is_on_top)
            is_on_top, above = False, ""
        elif above and (underline := _UNDERLINE.fullmatch(line)):
            level = 1 if underline[1][0] == "=" else 2
            # A paragraph of one line above the underline.
            is_first = number < 2 or not lines[number - 2].strip()  # noqa: PLR2004 - two lines above
            if is_first:
                before = all(map(_PASSED_OVER.fullmatch, lines[: number - 1]))
                yield _Heading(level, to_plain_text(above), number - 1, number + 1, before)
            above = ""
        else:
            is_text = not _PASSED_OVER.fullmatch(line)
            is_on_top = is_on_top and not is_text
            above = line if is_text and line[0] not in " \t>#|-*+" else ""
