"""When an address that led to no picture is asked again."""

from __future__ import annotations

from typing import Final

_FIRST: Final = 3_600
_FACTOR: Final = 3
_LONGEST: Final = 60 * 86_400
_MOST_FAILURES: Final = 20
"""From which the time does not grow any more; a larger exponent would be a large number."""


def compute_next_try(failures: int, retry_after: float, now: float) -> int:
    """Return when to try again, in seconds since 1970: after an hour, three, nine, up to 60 days.

    Args:
        failures: how many tries failed, one after the other, at least 1.
        retry_after: seconds that the host asks to wait; it counts if it is longer.
        now: seconds since 1970.
    """
    pause = min(_FIRST * _FACTOR ** (min(failures, _MOST_FAILURES) - 1), _LONGEST)
    return int(now + max(pause, retry_after))
