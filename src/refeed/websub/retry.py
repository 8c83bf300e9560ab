"""How long to wait before the next try of a ping."""

from __future__ import annotations

from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Final

_MAX_BACKOFF: Final = 3_600.0
_MAX_RETRY_AFTER: Final = 86_400.0


def compute_backoff(tries: int, retry_after: float) -> float:
    """Return the seconds until the next try: twice as long each time, up to an hour.

    Args:
        tries: how many there were, at least 1.
        retry_after: see `PingResult`; it counts if it is longer, up to a day.
    """
    return max(min(_MAX_BACKOFF, 2.0 ** min(tries - 1, 20)), min(retry_after, _MAX_RETRY_AFTER))


def parse_retry_after(retry_after: str, now: float) -> float:
    """Return the seconds that a Retry-After header asks to wait, or 0 (RFC 9110, section 10.2.3).

    Args:
        retry_after: the header's value, or "".
        now: seconds since 1970.
    """
    if retry_after.isascii() and retry_after.isdigit():
        return min(float(retry_after), _MAX_RETRY_AFTER)
    try:
        date = parsedate_to_datetime(retry_after)
        # Without a zone it is UTC (RFC 9110, section 5.6.7).
        return max(0.0, (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp() - now)
    except (ValueError, OverflowError):
        return 0.0
