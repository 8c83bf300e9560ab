"""Parses dates and times.

The forms that programs write are parsed by `fromisoformat` and our patterns. Any other is split
into zone, time of day and day, and python-dateutil parses the day. An ambiguous date is an error.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from refeed.model import EARLIEST
from refeed.reading.dates.parts import DateTextError, add_clock, build_day, build_offset

if TYPE_CHECKING:
    from datetime import tzinfo

LATEST = 4_102_444_800_000
"""2100-01-01."""

_DIGITS = re.compile(r"[0-9]+")
_DIGIT = re.compile(r"\d")
_LONGEST = 120
# Keeps arithmetic within what `datetime` can hold; the bounds above decide.
_YEARS = (1989, 2100)
_YEAR_FIRST = re.compile(
    r"""(?P<year>[0-9]{4})\s?[-/.年]\s?(?P<month>[0-9]{1,2})\s?[-/.月]\s?(?P<day>[0-9]{1,2})\s?日?
    (?:[\sT,]*(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})
    (?::(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]{1,9}))?)?)?
    \s*(?:(?P<utc>Z|UTC|GMT)|(?P<sign>[+-])(?P<hours>[0-9]{2}):?(?P<minutes>[0-9]{2}))?""",
    re.VERBOSE | re.IGNORECASE,
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# RFC 5322, section 3.3, as HTTP and feeds have it.
_MAIL = re.compile(
    rf"""(?:[A-Za-z]{{3}},\ )?(?P<day>[0-9]{{1,2}})\ (?P<month>{"|".join(_MONTHS)})
    \ (?P<year>[0-9]{{4}})\ (?P<hour>[0-9]{{2}}):(?P<minute>[0-9]{{2}})(?::(?P<second>[0-9]{{2}}))?
    (?P<fraction>)\ (?:(?P<utc>GMT|UTC)|
    (?P<sign>[+-])(?P<hours>[0-9]{{2}})(?P<minutes>[0-9]{{2}}))""",
    re.VERBOSE,
)
# `fromisoformat` would take the offset for a time of day.
_DAY_AND_OFFSET = re.compile(r"[0-9]{4}-?[0-9]{2}-?[0-9]{2}[+-]")
_FRACTION = re.compile(r"([0-9]{10})\.[0-9]+")
_TO_THE_SECOND = 14, 17
"""How many digits `YYYYMMDDhhmmss` has, and with milliseconds after it."""


def parse_date(text: str) -> datetime:
    """Read a date and time, or a date alone (then its midnight).

    Returns:
        Aware where the text names a zone, naive where it does not.

    Raises:
        DateTextError: it is no date, or is ambiguous.
    """
    text = text.strip()
    if not _DIGIT.search(text) or len(text) > _LONGEST:
        raise DateTextError("is no date")
    text = _FRACTION.sub(r"\1", text) if _FRACTION.fullmatch(text) else text
    if _DIGITS.fullmatch(text):
        return _parse_digits(text)
    try:
        if not _DAY_AND_OFFSET.match(text):
            return datetime.fromisoformat(text)
    except ValueError:
        pass
    match = _YEAR_FIRST.fullmatch(text) or _MAIL.fullmatch(text)
    if match:
        return _build(match)
    from refeed.reading.dates.free_form import parse_free_form

    return parse_free_form(text)


def is_date(text: str) -> bool:
    """Tell whether `parse_date` can read a text."""
    try:
        parse_date(text)
    except DateTextError:
        return False
    return True


def parse_epoch(text: str) -> int | None:
    """Return the instant of a Unix time, or None if it is invalid.

    Thirteen digits are milliseconds. Ten are seconds: as milliseconds they would be of 1970.
    """
    if not _DIGITS.fullmatch(text) or len(text) > len(str(LATEST)):
        return None
    value = int(text)
    for instant in (value, value * 1000):
        if EARLIEST <= instant < LATEST:
            return instant
    return None


def to_instant(when: datetime, zone: tzinfo) -> int | None:
    """Return the instant of a datetime, in `zone` where it names none.

    A local time that a clock change skipped or repeated is taken by the offset before the change.
    None where it is out of the years that dates of articles have.
    """
    if not _YEARS[0] <= when.year <= _YEARS[1]:
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=zone)
    instant = round(when.timestamp() * 1000)
    return instant if EARLIEST <= instant < LATEST else None


def _parse_digits(text: str) -> datetime:
    if len(text) == 8 or len(text) in _TO_THE_SECOND:  # noqa: PLR2004 - YYYYMMDD
        day = build_day(int(text[:4]), int(text[4:6]), int(text[6:8]))
        clock = text[8:].ljust(6, "0")
        return add_clock(day, int(clock[:2]), int(clock[2:4]), int(clock[4:6]), clock[6:])
    instant = parse_epoch(text)
    if instant is None:
        raise DateTextError("is no date")
    return datetime.fromtimestamp(instant / 1000, UTC)


def _build(match: re.Match[str]) -> datetime:
    month = match["month"]
    number = int(month) if month.isdigit() else _MONTHS.index(month) + 1
    when = build_day(int(match["year"]), number, int(match["day"]))
    if match["hour"]:
        second = int(match["second"] or 0)
        when = add_clock(
            when, int(match["hour"]), int(match["minute"]), second, match["fraction"] or ""
        )
    if match["utc"]:
        return when.replace(tzinfo=UTC)
    if match["sign"]:
        zone = build_offset(match["sign"], int(match["hours"]), int(match["minutes"]))
        return when.replace(tzinfo=zone)
    return when
