"""Who does the work: this process for a little, all cores for much."""

from __future__ import annotations

import os
import signal
from collections import deque
from contextlib import suppress
from itertools import chain, islice
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Self, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from concurrent.futures import Executor, ProcessPoolExecutor

    from refeed.config import Config

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")

_CHUNK = 200
_BATCH = 500
_WORTH_A_POOL = 400
"""Fewer tasks than this are done before a process has started."""


class Workers:
    """Runs functions of `refeed.workers.jobs` over many tasks, results in the order of the tasks.

    Args:
        config: handed to each function.
        jobs: how many processes; with one, everything is done in this process.
        executor: something else that runs functions, in place of processes of our own.
        threaded: whether this process has threads, of which a forked one would inherit the locks;
            processes are started from nothing then, which takes longer.
    """

    def __init__(
        self,
        config: Config,
        jobs: int,
        executor: Executor | None = None,
        *,
        threaded: bool = False,
    ) -> None:
        self._config = config
        self._jobs = jobs
        self._executor = executor
        self._method = "spawn" if threaded else "fork"
        self._own: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        """Return this; processes are started when there is work for them."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the processes that were started."""
        if self._own is not None:
            self._own.shutdown(cancel_futures=True)
            self._own = None

    def run(
        self,
        function: Callable[[Config, Sequence[_Task]], list[_Result]],
        tasks: Iterable[_Task],
        *,
        at_once: int = _CHUNK,
    ) -> Iterator[tuple[_Task, _Result]]:
        """Yield each task with its result, in order, while later ones are being worked on.

        Args:
            function: takes the configuration and some tasks, and returns their results.
            tasks: are taken as they are needed, some hundreds ahead.
            at_once: how many are handed to a process in one go; fewer, where each takes long, let
                all processes be done at the same time.
        """
        later = iter(tasks)
        first = list(islice(later, _WORTH_A_POOL))
        executor = self._executor_for(len(first))
        chunks = batches(chain(first, later), at_once)
        if executor is not None:
            yield from self._ahead(executor, function, chunks)
            return
        for chunk in chunks:
            yield from zip(chunk, function(self._config, chunk), strict=True)

    def _ahead(
        self,
        executor: Executor,
        function: Callable[[Config, Sequence[_Task]], list[_Result]],
        chunks: Iterator[list[_Task]],
    ) -> Iterator[tuple[_Task, _Result]]:
        """Keep only a few chunks under way, so that memory does not grow with the archive."""
        under_way = deque(
            (chunk, executor.submit(function, self._config, chunk))
            for chunk in islice(chunks, 2 + 2 * self._jobs)
        )
        while under_way:
            chunk, promised = under_way.popleft()
            yield from zip(chunk, promised.result(), strict=True)
            for another in islice(chunks, 1):
                under_way.append((another, executor.submit(function, self._config, another)))

    def _executor_for(self, tasks: int) -> Executor | None:
        if self._executor is not None:
            return self._executor
        if self._own is None and self._jobs > 1 and tasks >= _WORTH_A_POOL:
            from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415 - slow to import
            from multiprocessing import get_context  # noqa: PLC0415 - slow to import

            self._own = ProcessPoolExecutor(self._jobs, get_context(self._method), _begin)
        return self._own


def _begin() -> None:
    """Leave it to the parent process to be interrupted, and end with it whatever ends it.

    Otherwise processes whose parent was killed would wait for work for ever, and hold its locks.
    """
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGUSR1):
        signal.signal(number, signal.SIG_IGN)
    from multiprocessing import parent_process  # noqa: PLC0415 - there by now

    parent = parent_process()
    if parent is not None:
        Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    from multiprocessing import connection  # noqa: PLC0415 - there by now

    connection.wait([sentinel])
    os._exit(1)


def batches(things: Iterable[_Task], size: int = _BATCH) -> Iterator[list[_Task]]:
    """Yield things many at a time: as many as are put into the index in one go, or that many."""
    waiting = iter(things)
    while batch := list(islice(waiting, size)):
        yield batch


def usable_cores() -> int:
    """Return how many cores this process may use: by affinity and by its control group's quota."""
    cores = len(os.sched_getaffinity(0))
    with suppress(OSError, ValueError):
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text(encoding="ascii").split()
        if quota != "max":
            cores = min(cores, max(1, int(quota) // int(period)))
    return cores
