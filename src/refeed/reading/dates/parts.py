"""Builds datetimes from the parts of a date: day, time of day, offset from UTC."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

_ODD_OFFSETS = frozenset(
    """
    -0930 -0430 -0330 -0230 +0330 +0430 +0530 +0545 +0630 +0830 +0845 +0930 +1030 +1130 +1245 +1345
    """.split()
)
"""Offsets with minutes that some place has had since 1990 (IANA time zone database)."""


class DateTextError(ValueError):
    """A text is no date, or is ambiguous. The message is a predicate: "is no date"."""


def add_clock(
    day: datetime, hour: int, minute: int, second: int = 0, fraction: str = ""
) -> datetime:
    """Add a time of day to a midnight.

    24:00 is the end of the day (ISO 8601-1, section 5.3.2), second 60 a leap second: the next
    second is meant.
    """
    past_midnight = hour == 24 and minute == second == 0  # noqa: PLR2004
    if not (hour < 24 or past_midnight) or minute > 59 or second > 60:  # noqa: PLR2004
        raise DateTextError("has no proper time of day")
    microseconds = int(fraction[:6].ljust(6, "0")) if fraction else 0
    try:
        return day + timedelta(
            hours=hour, minutes=minute, seconds=second, microseconds=microseconds
        )
    except OverflowError as error:
        raise DateTextError("is out of range") from error


def build_offset(sign: str, hours: int, minutes: int) -> timezone:
    """Return the zone of an offset from UTC."""
    if minutes:
        # Others are the ends of time spans: 09:00-10:15.
        is_known = (sign + f"{hours:02}{minutes:02}") in _ODD_OFFSETS
    else:
        is_known = hours <= (12 if sign == "-" else 14)
    if not is_known:
        raise DateTextError("has no proper offset from UTC")
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if sign == "-" else offset)


def build_day(year: int, month: int, day: int) -> datetime:
    """Return the midnight of a day.

    Raises:
        DateTextError: the calendar has no such day.
    """
    try:
        return datetime(year, month, day)  # noqa: DTZ001 - the caller adds the zone, if one is named
    except ValueError as error:
        raise DateTextError("is no day of the calendar") from error
