"""Lets all threads allocate from one heap."""

from __future__ import annotations

import ctypes
from contextlib import suppress
from typing import Final

_M_ARENA_MAX: Final = -8
"""Of malloc.h; see mallopt(3)."""


def use_one_heap() -> None:
    """Keep threads that start from now on from having heaps of their own, as glibc gives them.

    What is free in the heap of one thread is of no use to another, so that a process that runs for
    months takes far more memory than it uses. Heaps of their own would keep threads from waiting
    for one another, which Python's lock makes them do anyway.
    """
    # Other C libraries have one heap, and no such function.
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)
