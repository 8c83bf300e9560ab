"""Handles the daemon's signals, and exits even if something hangs."""

from __future__ import annotations

import multiprocessing
import os
import signal
from contextlib import contextmanager
from functools import partial
from threading import Timer
from typing import TYPE_CHECKING, Any, Final

from refeed.daemon.schedule import Action

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

REQUESTS: Final = {
    signal.SIGHUP: Action.RELOAD,
    signal.SIGUSR1: Action.REBUILD,
    signal.SIGTERM: Action.STOP,
    signal.SIGINT: Action.STOP,
}
_EXIT_SECONDS: Final = 4.0


@contextmanager
def handle_signals(handler: Callable[[int, Any], None]) -> Iterator[None]:
    """Have the signals of `REQUESTS` handled as long as this lasts."""
    before = {number: signal.signal(number, handler) for number in REQUESTS}
    try:
        yield
    finally:
        for number, previous in before.items():
            signal.signal(number, previous)


def exit_later(code: int) -> None:
    """Exit in a few seconds if the process still lives: published files are whole at any time."""
    timer = Timer(_EXIT_SECONDS, partial(_exit_now, code))
    timer.daemon = True
    timer.start()


def _exit_now(code: int) -> None:
    for child in multiprocessing.active_children():
        child.kill()
    os._exit(code)
