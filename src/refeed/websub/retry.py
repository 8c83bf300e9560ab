"""How long to wait before the next try of a ping."""

from __future__ import annotations

from typing import Final

from refeed.retry_after import MAX_RETRY_AFTER

_MAX_BACKOFF: Final = 3_600.0


def compute_backoff(tries: int, retry_after: float) -> float:
    """Return the seconds until the next try: twice as long each time, up to an hour.

    Args:
        tries: how many there were, at least 1.
        retry_after: see `PingResult`; it counts if it is longer, up to a day.
    """
    return max(min(_MAX_BACKOFF, 2.0 ** min(tries - 1, 20)), min(retry_after, MAX_RETRY_AFTER))
