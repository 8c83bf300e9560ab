"""Runs jobs: a few in this process, many on all cores."""

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
_MIN_POOL_TASKS = 400
"""Fewer tasks than this are done before a process has started."""


class Workers:
    """Maps jobs, such as `refeed.workers.jobs` has, over many tasks.

    Args:
        config: the first argument of each job.
        jobs: how many processes; with one, everything is done in this process.
        executor: runs jobs in place of processes of our own.
        threaded: whether this process has threads, whose locks a forked process would inherit;
            processes are spawned then, which takes longer.
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
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        """Return this; processes are started when there are enough tasks."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the processes that were started."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = self._executor = None

    def map(
        self,
        function: Callable[[Config, Sequence[_Task]], list[_Result]],
        tasks: Iterable[_Task],
        *,
        chunk_size: int = _CHUNK,
    ) -> Iterator[tuple[_Task, _Result]]:
        """Yield each task with its result, in order, while later ones are being worked on.

        Args:
            function: takes the configuration and some tasks, and returns their results.
            tasks: taken as they are needed, some hundreds ahead.
            chunk_size: how many a process gets at a time. With small chunks all processes finish
                at about the same time.
        """
        later = iter(tasks)
        first = list(islice(later, _MIN_POOL_TASKS))
        chunks = batches(chain(first, later), chunk_size)
        if self._executor is None and self._jobs > 1 and len(first) == _MIN_POOL_TASKS:
            self._executor = self._start_pool()
        executor = self._executor
        if executor is None:
            for chunk in chunks:
                yield from zip(chunk, function(self._config, chunk), strict=True)
            return
        # Only a few chunks are submitted ahead: memory must not grow with the archive.
        submitted = ((chunk, executor.submit(function, self._config, chunk)) for chunk in chunks)
        ahead = deque(islice(submitted, 2 + 2 * self._jobs))
        while ahead:
            chunk, future = ahead.popleft()
            yield from zip(chunk, future.result(), strict=True)
            ahead.extend(islice(submitted, 1))

    def _start_pool(self) -> ProcessPoolExecutor:
        from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415 - slow to import
        from multiprocessing import get_context  # noqa: PLC0415 - slow to import

        self._pool = ProcessPoolExecutor(self._jobs, get_context(self._method), _start_process)
        return self._pool


def _start_process() -> None:
    """Leave signals to the parent process, and exit when it ends.

    Otherwise processes whose parent was killed would wait for tasks for ever, and hold its locks.
    """
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGUSR1):
        signal.signal(number, signal.SIG_IGN)
    from multiprocessing import parent_process  # noqa: PLC0415 - there by now

    parent = parent_process()
    if parent is not None:
        Thread(target=_exit_with, args=(parent.sentinel,), daemon=True).start()


def _exit_with(sentinel: int) -> None:
    from multiprocessing import connection  # noqa: PLC0415 - there by now

    connection.wait([sentinel])
    os._exit(1)


def batches(things: Iterable[_Task], size: int = _BATCH) -> Iterator[list[_Task]]:
    """Yield lists of so many things; by default, as many as go into the index at a time."""
    remaining = iter(things)
    while batch := list(islice(remaining, size)):
        yield batch


def usable_cores() -> int:
    """Return how many cores this process may use: by affinity and by its control group's quota."""
    cores = len(os.sched_getaffinity(0))
    with suppress(OSError, ValueError):
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text(encoding="ascii").split()
        if quota != "max":
            cores = min(cores, max(1, int(quota) // int(period)))
    return cores
