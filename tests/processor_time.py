"""Compares the processor time of two pieces of work."""

from __future__ import annotations

import gc
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_TRIES = 5
_LEAST = 0.003
"""Seconds below which a time says nothing."""


def costs_at_most(times: float, large: Callable[[], object], small: Callable[[], object]) -> bool:
    """Tell whether `large` takes at most so many times as long as `small`, in one try of five.

    Other programs slow either down now and then; what grows too fast fails each try.
    """
    return any(measure(large) <= times * max(measure(small), _LEAST) for _ in range(_TRIES))


def measure(run: Callable[[], object]) -> float:
    """Return the seconds of processor time that a call takes, without the cycle collector.

    What that takes depends on all that other tests have left in memory.
    """
    gc.collect()
    gc.disable()
    start = time.process_time()
    try:
        run()
    finally:
        gc.enable()
    return time.process_time() - start
