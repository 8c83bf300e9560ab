"""Formats instants as the feed formats write them, always in UTC; local times are for pages.

Each date is written in up to three formats, and again to verify them; hence the caches.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zlib import crc32
from zoneinfo import ZoneInfo

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_datetime(instant: int) -> datetime:
    """Convert an instant (milliseconds since 1970, UTC) to a datetime in UTC.

    Raises:
        OverflowError: it is outside the years 1 to 9999.
    """
    return _EPOCH + timedelta(milliseconds=instant)


def to_local(instant: int, timezone: str) -> datetime:
    """Convert an instant to a datetime in a zone.

    Args:
        instant: milliseconds since 1970, UTC.
        timezone: an IANA name of which this system has the data.
    """
    return to_datetime(instant).astimezone(ZoneInfo(timezone))


@lru_cache(maxsize=1024)
def format_rfc3339(instant: int) -> str:
    """Format a date of Atom and JSON Feed, for instance ``2024-06-19T05:37:02Z``.

    Milliseconds are written only if there are any.
    """
    moment = to_datetime(instant)
    precision = "milliseconds" if moment.microsecond else "seconds"
    return moment.replace(tzinfo=None).isoformat(timespec=precision) + "Z"


@lru_cache(maxsize=1024)
def format_distinct_rfc3339(instant: int, name: str) -> str:
    """Format a date with six more digits after the milliseconds, a checksum of a name.

    Validators warn of two entries of one feed with the same `atom:updated`.
    """
    moment = to_datetime(instant).replace(tzinfo=None).isoformat(timespec="milliseconds")
    return f"{moment}{crc32(name.encode('utf-8', 'surrogatepass')) % 1_000_000:06}Z"


@lru_cache(maxsize=1024)
def format_rfc822(instant: int) -> str:
    """Format a date of RSS, for instance ``Wed, 19 Jun 2024 05:37:02 +0000``.

    This is RFC 822's form with a year of four digits. Fractions of a second are cut.
    """
    from email.utils import format_datetime

    return format_datetime(to_datetime(instant))
