"""The header by which servers say how long to wait (RFC 9110, section 10.2.3)."""

from __future__ import annotations

from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Final

MAX_RETRY_AFTER: Final = 86_400.0
"""Seconds: no server is obeyed for longer."""


def parse_retry_after(retry_after: str, now: float) -> float:
    """Return the seconds that a Retry-After header asks to wait, at most a day, or 0.

    Args:
        retry_after: the header's value, or "".
        now: seconds since 1970.
    """
    if retry_after.isascii() and retry_after.isdigit():
        return min(float(retry_after[:9]), MAX_RETRY_AFTER)
    try:
        date = parsedate_to_datetime(retry_after)
        # Without a zone it is UTC (RFC 9110, section 5.6.7).
        seconds = (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp() - now
    except (ValueError, OverflowError):
        return 0.0
    return min(max(0.0, seconds), MAX_RETRY_AFTER)
