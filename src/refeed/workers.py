"""Who does the work: this process for a little, all cores for much."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from concurrent.futures import Executor

    from refeed.config import Config

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")

_CHUNK = 100
_WORTH_A_POOL = 400
"""Fewer tasks than this are done before a process has started."""


class Workers:
    """Runs functions of `refeed.work` over many tasks, results in the order of the tasks.

    Args:
        config: handed to each function.
        jobs: how many processes; with one, everything is done in this process.
        executor: something else that runs functions, in place of processes of our own.
    """

    def __init__(self, config: Config, jobs: int, executor: Executor | None = None) -> None:
        self._config = config
        self._jobs = jobs
        self._executor = executor
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
        tasks: Sequence[_Task],
    ) -> Iterator[tuple[_Task, _Result]]:
        """Yield each task with its result, in order, while later ones are being worked on."""
        chunks = [tasks[start : start + _CHUNK] for start in range(0, len(tasks), _CHUNK)]
        executor = self._executor_for(len(tasks))
        if executor is None:
            results: Iterable[list[_Result]] = (function(self._config, chunk) for chunk in chunks)
        else:
            results = self._ahead(executor, function, chunks)
        for chunk, done in zip(chunks, results, strict=True):
            yield from zip(chunk, done, strict=True)

    def _ahead(
        self,
        executor: Executor,
        function: Callable[[Config, Sequence[_Task]], list[_Result]],
        chunks: Sequence[Sequence[_Task]],
    ) -> Iterator[list[_Result]]:
        """Keep only a few chunks under way, so that memory does not grow with the archive."""
        waiting = iter(chunks)
        under_way = [
            executor.submit(function, self._config, c) for c in islice(waiting, 2 + 2 * self._jobs)
        ]
        while under_way:
            yield under_way.pop(0).result()
            under_way += [executor.submit(function, self._config, c) for c in islice(waiting, 1)]

    def _executor_for(self, tasks: int) -> Executor | None:
        if self._executor is not None:
            return self._executor
        if self._own is None and self._jobs > 1 and tasks >= _WORTH_A_POOL:
            self._own = ProcessPoolExecutor(self._jobs)
        return self._own


def usable_cores() -> int:
    """Return how many cores this process may use: by affinity and by its control group's quota."""
    cores = len(os.sched_getaffinity(0))
    with suppress(OSError, ValueError):
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text(encoding="ascii").split()
        if quota != "max":
            cores = min(cores, max(1, int(quota) // int(period)))
    return cores
