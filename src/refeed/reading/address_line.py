"""Finds the address of an article on a line of its own near the head of a text.

Note-taking programs and exports write it: `URL: …`, `[Read Original](…)`, a bare address below the
title. It is used only if nothing else names an address, and only in unambiguous forms.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from refeed.reading.claims import Record

_ORIGIN = "address line"
_URL = r"(?:<(https?://[^\s<>]+)>|\[[^\n]{0,500}\]\((https?://\S+)\)|(https?://\S+))"
_LABELS = (
    "url|uri|link|permalink|canonical|source|from|original|(?:source|original|article) (?:url|link)"
    "|(?:clipped|saved|archived) from"
    "|quelle|fuente|fonte|источник|ссылка|kaynak|منبع|المصدر|الرابط|来源|來源|原文|原文链接|原文連結"
    "|原文地址|链接|連結|鏈接|网址|網址|出典|元記事|リンク|출처|원문|링크"
)
_LABELLED = re.compile(
    rf"(?:[-*+>]\s+)?(?:\*\*|__)?(?:{_LABELS})\s*(?:\*\*|__)?\s*[:：]\s*(?:\*\*|__)?\s*{_URL}",
    re.IGNORECASE,
)
READ_ORIGINAL = re.compile(
    r"\[(?:(?:read|view|open|see|visit)\s+(?:the\s+)?(?:original|source)(?:\s+(?:article|page|post))?"
    r"|original(?:\s+(?:article|link|source))?|source|阅读原文|閱讀原文|查看原文|原文链接|原文連結|原文"
    r"|元記事|原文を読む|원문\s?보기)\]\((https?://\S+)\)",
    re.IGNORECASE,
)
_BARE = re.compile(r"(?:>\s*)?<?(https?://[^\s<>]+)>?", re.IGNORECASE)
_TITLE_LINK = re.compile(r"(?:#{1,3}\s+)?\[([^\n]+)\]\((https?://\S+)\)", re.IGNORECASE)
_HEADING = re.compile(r"#{1,2}\s+(\S[^\n]*?)(?:\s+#+)?")
_DAY = re.compile(r"\s*((?:19|20)\d{2}-\d{2}-\d{2})\s*")
_NO_SENTENCE = re.compile(r"[^\W_][^\n]{0,150}[^\s.:;,。：；，]")
_SEARCHED = 10
_NEAR_A_HEADING = 3
_BYLINE = re.compile(r"[\s*_]*by\s", re.IGNORECASE)
_LONGEST_LINE = 2000
_LONGEST_TITLE = 200


def add_address_line(record: Record, *, is_note: bool = False) -> Record:
    """Add the address that a text's first lines name, and remove that line from the text.

    Args:
        record: of a file without a header, with no address.
        is_note: whether front matter of the file is of a note: then an address alone on a line is
            the article's, while a post may begin with any.
    """
    lines = record.html.split("\n", _SEARCHED * 3)
    looked_at = lines[: _SEARCHED * 3]
    written = [number for number, line in enumerate(looked_at) if line.strip()][:_SEARCHED]
    if not written:
        return record
    first = lines[written[0]].strip()
    linked = None if _has_front_matter(record) else _TITLE_LINK.fullmatch(first[:_LONGEST_LINE])
    if linked and not READ_ORIGINAL.fullmatch(first) and _stands_alone(lines, written[0]):
        return _take_off(record, lines, [written[0]], linked[2], linked[1])
    for place, number in enumerate(written):
        may_be_bare = is_note or not _has_front_matter(record)
        near = _NEAR_A_HEADING if is_note and _HEADING.fullmatch(first) else 1
        url = _find_url(lines[number].strip(), bare=place <= near and may_be_bare)
        if url:
            is_above = place == 1 and number == written[0] + 1
            title = "" if record.titles else _find_title(first, is_above=is_above)
            if not place:
                title = "" if record.titles else _find_title_below(lines[number + 1 :])
                taken = [number, number + 1] if title else [number]
            else:
                taken = [written[0], number] if title else [number]
            return _take_off(record, lines, taken, url, title)
    return record


def _find_url(line: str, *, bare: bool) -> str:
    if len(line) > _LONGEST_LINE or "http" not in line.lower():
        return ""
    match = _LABELLED.fullmatch(line) or READ_ORIGINAL.fullmatch(line)
    if not match and bare:
        match = _BARE.fullmatch(line)
    return next(filter(None, match.groups()), "") if match else ""


def _find_title(first: str, *, is_above: bool) -> str:
    """Return the title that the first line is: a heading, or the line right above the address."""
    heading = _HEADING.fullmatch(first)
    if heading:
        return heading[1]
    return first if is_above and len(first) <= _LONGEST_TITLE else ""


def _find_title_below(lines: list[str]) -> str:
    """Return the line right below the address, if it stands alone and is no sentence."""
    line = lines[0].strip() if lines else ""
    is_title = bool(line) and not (len(lines) > 1 and lines[1].strip())
    return line if is_title and _NO_SENTENCE.fullmatch(line) else ""


def _has_front_matter(record: Record) -> bool:
    return bool(record.titles or record.strong_dates or record.tags or record.authors)


def _stands_alone(lines: list[str], number: int) -> bool:
    if number + 1 >= len(lines):
        return True
    return not lines[number + 1].strip(" =-") or _BYLINE.match(lines[number + 1]) is not None


def _take_off(record: Record, lines: list[str], taken: list[int], url: str, title: str) -> Record:
    below = taken[-1] + 1
    day = _DAY.fullmatch(lines[below]) if below < len(lines) else None
    if day:
        record = record._replace(strong_dates=(*record.strong_dates, (day[1], _ORIGIN)))
        taken = [*taken, below]
    rest = [line for number, line in enumerate(lines) if number not in taken]
    titles = (*record.titles, (title, _ORIGIN)) if title else record.titles
    return record._replace(html="\n".join(rest).strip(), urls=((url, _ORIGIN),), titles=titles)
