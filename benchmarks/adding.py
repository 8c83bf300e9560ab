"""Waits for what a daemon does with a file that is put into its seeds."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_DEADLINE: Final = 60.0


def add_file(feeds: Path, beside: Path, file: Path) -> float:
    """Rename a file into its place; return the milliseconds until the feed of all has it."""
    watched = feeds / "all" / "feed.json"
    before = watched.stat().st_ino
    start = time.perf_counter()
    beside.rename(file)
    wait_until(lambda: watched.stat().st_ino != before, pause=0.0005)
    return (time.perf_counter() - start) * 1000


def wait_until(condition: Callable[[], bool], pause: float = 0.01) -> None:
    """Wait until a condition holds; end the program if it doesn't come to that."""
    end = time.monotonic() + _DEADLINE
    while not condition():
        if time.monotonic() > end:
            raise SystemExit("waited in vain")
        time.sleep(pause)
