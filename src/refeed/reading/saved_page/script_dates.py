"""Finds dates of publication in a page's scripts, where nothing else in it states one.

Programs fill them in when the page is shown: as variables (`var createTime = '2024-06-19 09:00'`),
or in the state that a framework hands on, as `__NEXT_DATA__`. A state has other articles, too: a
date counts if it is the only one of its name, or stands beside the article's title.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from refeed.reading.dates.text import is_date

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refeed.reading.claims import Claim
    from refeed.reading.saved_page.tree import Element

ORIGIN = "script in the page"

_PUBLISHED = (
    r"(?:first_?)?publish(?:ed)?_?(?:time|date|at|on|timestamp)|pub_?(?:date|time)"
    r"|date_?published|release_?(?:date|time)|news_?time|post_?(?:date|time)"
)
_CREATED = r"(?:ori_?)?create(?:d)?_?(?:time|date|at|on)|date_?created"
_NAMES = (
    re.compile(_PUBLISHED, re.IGNORECASE),
    re.compile(_CREATED, re.IGNORECASE),
    re.compile(r"ct"),
)
_VALUE = re.compile(
    r"[:=]\s*(?:[\"']([12]\d{3}[^\"'\\<>]{4,36}|\d{10}|\d{13})[\"']|(\d{10}|\d{13})\b)"
)
_NAME_BEFORE = re.compile(
    rf"(?<![\w.$-])[\"']?({_PUBLISHED}|{_CREATED}|(?<=var )ct)[\"']?\s*\Z", re.IGNORECASE
)
_LONGEST_NAME = 40
_ZEROS = re.compile(r"\.0+(?=Z|$)")
_TITLES = ("title", "headline", "name", "subject", "msg_title")
_DATA = re.compile(r"\A\s*\{|(?<==)\s*\{")
_MOST = 20_000_000
"""Characters of scripts that are looked through."""

_LONGEST_DATA = 3_000_000
_MOST_OBJECTS = 50_000
_SHORTEST_TITLE = 8
_DECODER = json.JSONDecoder(strict=False)


def find_script_dates(root: Element, title: str) -> Iterator[Claim]:
    """Yield dates of publication, the most trusted first.

    Args:
        root: of the page.
        title: the article's.
    """
    texts = list(_list_scripts(root))
    for text in texts:
        yield from ((date, ORIGIN) for date in _find_beside_title(text, title))
    found: dict[str, list[str]] = {}
    for text in texts:
        for name, date in _list_named(text):
            found.setdefault(name, []).append(date)
    for names in _NAMES:
        for name, dates in found.items():
            each = {_ZEROS.sub("", date) for date in dates}
            if names.fullmatch(name) and len(each) == 1 and is_date(dates[0]):
                yield dates[0], ORIGIN


def _list_scripts(root: Element) -> Iterator[str]:
    left = _MOST
    for script in root.iter("script"):
        text = script.text or ""
        left -= len(text)
        if left < 0:
            return
        if next(_list_named(text), None):
            yield text


def _list_named(text: str) -> Iterator[tuple[str, str]]:
    """Yield the dates of a script with their names, in lower case and without underscores."""
    for value in _VALUE.finditer(text):
        begin = value.start()
        name = _NAME_BEFORE.search(text, max(0, begin - _LONGEST_NAME), begin)
        if name:
            yield name[1].lower().replace("_", ""), value[1] or value[2]


def _find_beside_title(text: str, title: str) -> Iterator[str]:
    """Yield the dates of objects of data that have the title."""
    begin = _DATA.search(text)
    if begin is None or len(text) > _LONGEST_DATA or len(title) < _SHORTEST_TITLE:
        return
    try:
        data, _ = _DECODER.raw_decode(text, begin.end() - 1)
    except (ValueError, RecursionError):
        return
    for one in _list_objects(data):
        own = [one.get(name) for name in _TITLES]
        if any(isinstance(each, str) and each.strip() == title for each in own):
            yield from _list_dates(one)


def _list_dates(one: dict[str, object]) -> Iterator[str]:
    for names in _NAMES[:2]:
        for name, value in one.items():
            is_value = isinstance(value, str | int) and not isinstance(value, bool)
            if is_value and names.fullmatch(name) and is_date(str(value)):
                yield str(value)


def _list_objects(data: object) -> Iterator[dict[str, object]]:
    pending = [data]
    for _ in range(_MOST_OBJECTS):
        if not pending:
            return
        value = pending.pop()
        if isinstance(value, dict):
            yield value
            pending += value.values()
        elif isinstance(value, list):
            pending += value
