"""Parses dates in free form."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from refeed.reading.dates.clock import find_clock
from refeed.reading.dates.day import parse_day
from refeed.reading.dates.parts import DateTextError, add_clock
from refeed.reading.dates.zone import find_zone_before, read_zone

if TYPE_CHECKING:
    from datetime import datetime

_MONOTONIC = re.compile(r"\s+m=[+-][0-9.]+$")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_DASH = re.compile("[\u2010-\u2012\u2212]")
_WHITE_SPACE = re.compile(r"\s+")
# What sites write before a date of publication.
_LABEL = re.compile(
    r"(?:(?:first\s+)?published|posted|publié|publicado|publicada|pubblicato|veröffentlicht|gepubliceerd"
    r"|опубликовано|yayınlanma|نشر|发布时间|發布時間|发布于|发表于|發表於|投稿日|公開日|게시일|입력)"
    r"(?:\s+(?:on|le|el|em|il|am|op|в|في))?\s*[:：]?\s*",
    re.IGNORECASE,
)


def parse_free_form(text: str) -> datetime:
    """Read a date in any usual form, in the languages of `refeed.reading.dates.words`.

    Returns:
        Aware where the text names a zone, naive where it does not.

    Raises:
        DateTextError: it is none, or could be several; or its zone is not known.
    """
    text = _MONOTONIC.sub("", _tidy(text))
    clock = find_clock(text)
    if clock is None:
        return parse_day(text, timed=False)
    zone, after = read_zone(clock.after)
    before = clock.before
    if zone is None:
        zone, before = find_zone_before(before)
    if ":" in after:
        raise DateTextError("has two times of day")
    day = parse_day(f"{before.removesuffix('T')} {after}", timed=True)
    when = add_clock(day, clock.hour, clock.minute, clock.second, clock.fraction)
    return when.replace(tzinfo=zone)


def _tidy(text: str) -> str:
    """Return a text with ASCII digits and signs, and single spaces."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    text = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)
    text = _WHITE_SPACE.sub(" ", _DASH.sub("-", text).replace("،", ",")).strip()
    label = _LABEL.match(text)
    return text[label.end() :] if label else text
