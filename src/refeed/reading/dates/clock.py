"""Finds the time of day in a date, in 24 or in 12 hours, with colons or in words."""

from __future__ import annotations

import re
from typing import NamedTuple

from refeed.reading.dates.parts import DateTextError

_TO_COLONS = tuple(
    (re.compile(pattern, re.IGNORECASE), colons)
    for pattern, colons in (
        (r"\b(\d{4}):(\d\d:\d\d:\d\d)\b", r"\1 \2"),  # log files of servers
        (r"^(\d{4}):(\d\d):(\d\d)\b", r"\1-\2-\3"),  # pictures' metadata
        (
            r"(\d{1,2})\s?[時时点點시]\s?(\d{1,2})\s?[分분]\s?(\d{1,2})\s?[秒초]",
            r"\1:\2:\3 ",
        ),
        (r"(\d{1,2})\s?[時时点點시]\s?(\d{1,2})\s?[分분]", r"\1:\2 "),
        (r"(\d{1,2})\s?[時时点點시]半", r"\1:30 "),
        (r"(\d{1,2})\s?[時时点點시](\d\d)(?![\d日])", r"\1:\2 "),
        (r"(\d{1,2})\s?[時时点點시]整?(?!\d)", r"\1:00 "),
        (r"\b(\d{1,2}) ?h ?(\d\d) ?min ?(\d\d) ?s\b", r"\1:\2:\3"),
        (r"\b(\d{1,2}) ?h ?(\d\d)(?: ?min\b\.?| ?m\b)?(?! ?[^\W_]{3})", r"\1:\2"),
        (r"\b(\d{1,2}) ?h\b", r"\1:00"),
        (r"\b(\d{1,2})[.:](\d\d) ?(?:uhr|uur|horas?|hrs?|hs|h|ч)\b\.?", r"\1:\2"),
        (r"\b(\d{1,2}) ?uhr (\d\d)\b(?!\.| ?[^\W_])", r"\1:\2"),
        (r"\b(\d{1,2}) ?(?:uhr|uur)\b", r"\1:00"),
        (r"\b(?:ore|kl|klo|klockan|pukul|pkl|godz|saat)\.? ?(\d{1,2})[.:](\d\d)\b", r" \1:\2"),
        (r"\b(\d{1,2})\.(\d\d)(?= ?[ap]\.? ?m\b)", r"\1:\2"),
        (r"(?<=\d{4})[, ]+(\d{1,2})\.(\d\d)\.(\d\d)(?![.\d])", r" \1:\2:\3"),
        (r"(?<=\d{4})[, ]+(\d{1,2})\.(\d\d)(?![.\d])", r" \1:\2"),
        (r"(?<![:\d])(\d{1,2})(?= ?[ap]\.? ?m\b)", r"\1:00"),
    )
)
_MORNING = "上午|午前|오전|凌晨|清晨|早上|早晨|öö|am|a\\.m\\."
_LATER = "下午|午後|오후|傍晚|晚上|晚間|晚间|夜晚|ös|pm|p\\.m\\."
_NOON = "中午"
_AFTER_MORNING = r"a\.?\s?m\b\.?|midnight\b|ص(?!\w)|صباحا|π\.?\s?μ\b\.?|ق\.?\s?ظ|قبل.?از.?ظهر|öö\b"
_AFTER_LATER = r"p\.?\s?m\b\.?|noon\b|م(?!\w)|مساء|μ\.?\s?μ\b\.?|ب\.?\s?ظ|بعد.?از.?ظهر|ös\b"
_CLOCK = re.compile(
    rf"""(?:(?:(?P<am>{_MORNING})|(?P<pm>{_LATER})|(?P<noon>{_NOON}))\s*)?
    (?<![\d:])(?P<hour>\d{{1,2}}):(?P<minute>\d{{1,2}})(?::(?P<second>\d{{1,2}})
    (?:[.,](?P<fraction>\d{{1,9}}))?)?(?![\d:])
    (?:\s*(?:(?P<am_after>{_AFTER_MORNING})|(?P<pm_after>{_AFTER_LATER})))?""",
    re.VERBOSE | re.IGNORECASE,
)
_NOON_FROM = 11
_HALF_DAY = 12


class Clock(NamedTuple):
    """A time of day.

    Attributes:
        hour: in 24 hours.
        minute: of the hour.
        second: of the minute; 60 is a leap second.
        fraction: of the second, its digits, or "".
        before: the text before it.
        after: the text behind it.
    """

    hour: int
    minute: int
    second: int
    fraction: str
    before: str
    after: str


def find_clock(text: str) -> Clock | None:
    """Find the time of day in a text; None if there is none.

    Raises:
        DateTextError: it is invalid or ambiguous.
    """
    for pattern, colons in _TO_COLONS:
        text = pattern.sub(colons, text)
    match = _CLOCK.search(text)
    if not match:
        return None
    return Clock(
        _to_24_hours(match),
        int(match["minute"]),
        int(match["second"] or 0),
        match["fraction"] or "",
        text[: match.start()],
        text[match.end() :],
    )


def _to_24_hours(match: re.Match[str]) -> int:
    hour = int(match["hour"])
    morning = bool(match["am"] or match["am_after"])
    later = bool(match["pm"] or match["pm_after"])
    if match["noon"]:
        later = hour < _NOON_FROM or hour == _HALF_DAY
    if (morning and later) or (morning and hour > _HALF_DAY):
        raise DateTextError("has no proper time of day")
    if (match["pm"] or "").startswith(("晚", "夜")) and hour == _HALF_DAY:
        raise DateTextError("may mean noon or midnight")
    if morning:
        return hour % _HALF_DAY
    return hour + _HALF_DAY if later and hour < _HALF_DAY else hour
