"""Dates and times as files write them -> instants."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import tzinfo

EARLIEST = 631_152_000_000
"""1990-01-01: there was no web before, so an earlier date is a fault."""
LATEST = 4_102_444_800_000
"""2100-01-01."""

_DIGITS = re.compile(r"[0-9]+")
_LONGEST = 64
# Keeps arithmetic within what `datetime` can hold; the bounds above decide.
_YEARS = (1989, 2100)
_WRITTEN = re.compile(
    r"""([0-9]{4})\s?[-/.年]\s?([0-9]{1,2})\s?[-/.月]\s?([0-9]{1,2})\s?日?
    (?:[\sT,]*([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:[.,][0-9]+)?)?)?
    \s*(?:(Z|UTC|GMT)|([+-][0-9]{2}):?([0-9]{2}))?""",
    re.VERBOSE | re.IGNORECASE,
)


def epoch(text: str) -> int | None:
    """Return the instant of a Unix time, or None where it is nonsense.

    Thirteen digits are milliseconds. Ten are seconds: as milliseconds they would be of 1970.
    """
    if not _DIGITS.fullmatch(text) or len(text) > len(str(LATEST)):
        return None
    value = int(text)
    for instant in (value, value * 1000):
        if EARLIEST <= instant < LATEST:
            return instant
    return None


def moment(text: str) -> datetime | None:
    """Read a date and time, or a date alone (then its midnight); None where it is nonsense.

    Read are ISO 8601 with its usual variants, `2020-07-18 07:28:02 -0700`, `2020/7/18 7:28`,
    `2020年7月18日`, RFC 5322 dates, and Unix times.

    Returns:
        Aware where the text names a zone, naive where it does not.
    """
    text = text.strip()
    if not text or len(text) > _LONGEST:
        return None
    if text.isdecimal() and len(text) not in (8, 14):
        instant = epoch(text)
        return None if instant is None else datetime.fromtimestamp(instant / 1000, UTC)
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return _written(text)


def instant_of(when: datetime | None, zone: tzinfo) -> int | None:
    """Return the instant of what `moment` read, in `zone` where that names none.

    A local time that a clock change skipped or repeated is taken by the offset before the change.
    None where the date is nonsense.
    """
    if when is None or not _YEARS[0] <= when.year <= _YEARS[1]:
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=zone)
    instant = round(when.timestamp() * 1000)
    return instant if EARLIEST <= instant < LATEST else None


def _written(text: str) -> datetime | None:
    match = _WRITTEN.fullmatch(text)
    try:
        if not match:
            return _rfc5322(text) if text[-1] != ":" and ":" in text else None
        year, month, day, hour, minute, second, utc, offset, minutes = match.groups()
        zone = "+00:00" if utc else f"{offset}:{minutes}" if offset else ""
        return datetime.fromisoformat(
            f"{year}-{int(month):02}-{int(day):02}"
            f"T{int(hour or 0):02}:{minute or '00'}:{second or '00'}{zone}"
        )
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _rfc5322(text: str) -> datetime:
    from email.utils import parsedate_to_datetime  # noqa: PLC0415 - slow to import, rarely needed

    return parsedate_to_datetime(text)
