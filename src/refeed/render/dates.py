"""Instants as the formats write them, always in UTC.

Each date is written by up to three formats and again to verify them, hence the caches.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zlib import crc32

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def as_datetime(instant: int) -> datetime:
    """The instant (milliseconds since 1970, UTC) as a datetime in UTC.

    Raises:
        OverflowError: it is outside the years 1 to 9999.
    """
    return _EPOCH + timedelta(milliseconds=instant)


@lru_cache(maxsize=1024)
def rfc3339(instant: int) -> str:
    """The date of Atom and JSON Feed, for instance ``2024-06-19T05:37:02Z``.

    Milliseconds are written only where there are any: most snapshots have whole seconds.
    """
    moment = as_datetime(instant)
    precision = "milliseconds" if moment.microsecond else "seconds"
    return moment.replace(tzinfo=None).isoformat(timespec=precision) + "Z"


@lru_cache(maxsize=1024)
def rfc3339_distinct(instant: int, name: str) -> str:
    """The date with six digits behind the milliseconds that are made of a name.

    Validators warn of two entries of one feed with the same `atom:updated`, and articles that were
    collected in one go have it. What is added is less than the dates themselves can tell.
    """
    moment = as_datetime(instant).replace(tzinfo=None).isoformat(timespec="milliseconds")
    return f"{moment}{crc32(name.encode('utf-8', 'surrogatepass')) % 1_000_000:06}Z"


@lru_cache(maxsize=1024)
def rfc822(instant: int) -> str:
    """The date of RSS, for instance ``Wed, 19 Jun 2024 05:37:02 +0000``, whatever the locale.

    It is RFC 822's with a year of four digits. It knows no fractions of a second; they are cut.
    """
    from email.utils import format_datetime

    return format_datetime(as_datetime(instant))
