"""Runs jobs over many tasks: in processes with a time limit, in a cluster, or in this process."""

from __future__ import annotations

import os
from collections import deque
from contextlib import suppress
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self, TypeVar

from refeed.progress import go_on
from refeed.workers.guarded_pool import GuardedPool, JobError
from refeed.workers.portions import cut, take_some

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from concurrent.futures import Executor, Future

    from refeed.config import Config
    from refeed.progress import Heartbeat

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")

_CHUNK: Final = 200
BATCH: Final = 500
_BYTES_A_SECOND: Final = 100_000
"""A file of many pages takes long. Few take as long as this: five saved pages a second."""

_MIN_POOL_TASKS: Final = 400
"""Fewer tasks than this are done before more processes have started."""


class Workers:
    """Maps jobs, such as `refeed.workers.jobs` has, over many tasks.

    Args:
        config: the first argument of each job.
        jobs: how many processes for many tasks.
        executor: runs jobs in place of processes of our own.
        pool: runs a few tasks; it stays open. Without it, one is made if `is_guarded`.
        is_guarded: whether jobs are run in processes with a time limit, however few they are;
            else they are run in this process.
        beat: called while jobs are waited for.
    """

    def __init__(  # noqa: PLR0913 - each is a way to run jobs
        self,
        config: Config,
        jobs: int,
        executor: Executor | None = None,
        *,
        pool: GuardedPool | None = None,
        is_guarded: bool = False,
        beat: Heartbeat = go_on,
    ) -> None:
        self._config = config
        self._jobs = jobs
        self._executor = executor
        self._beat = beat
        self._small = pool
        # A process that has threads must not be forked: that of the daemon, which has a pool.
        method = "fork" if pool is None else "spawn"
        self._large = GuardedPool(jobs, method) if is_guarded or pool else None

    def __enter__(self) -> Self:
        """Return this; processes are started when there are tasks."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the processes that were started."""
        if self._large is not None:
            self._large.close()

    def map(  # noqa: PLR0913 - what is known of the tasks
        self,
        function: Callable[[Config, Sequence[_Task]], list[_Result]],
        tasks: Iterable[_Task],
        *,
        fallback: Callable[[_Task, str], _Result],
        chunk_size: int = _CHUNK,
        measure: Callable[[_Task], int] = lambda _: 0,
        files: Callable[[_Task], Iterable[tuple[int, str]]] = lambda _: (),
    ) -> Iterator[tuple[_Task, _Result]]:
        """Yield each task with its result, in order, while later ones are being worked on.

        Args:
            function: takes the configuration and some tasks, and returns their results, or those
                of the first tasks if they are long. What it has left over it gets again.
            tasks: taken as they are needed, some hundreds ahead.
            fallback: makes the result of a task that twice took too long or ended its process,
                from the reason.
            chunk_size: how many a process gets at a time. With small chunks all processes finish
                at about the same time.
            measure: tells how many characters a task holds.
            files: tells what files a task reads, by seeds folder and path. Their largest gives a
                job more time.
        """
        if self._executor is None and self._large is None:
            for task in tasks:
                yield task, function(self._config, [task])[0]
            return
        later = iter(tasks)
        first = take_some(islice(later, _MIN_POOL_TASKS), measure)
        chunks = cut(chain(first, later), chunk_size, measure)
        if self._executor is not None:
            yield from self._map_in_executor(self._executor, function, chunks)
        elif self._large is not None:
            is_small = self._small is not None and len(first) < _MIN_POOL_TASKS
            pool = self._small if is_small and self._small is not None else self._large
            yield from self._map_in_pool(pool, function, chunks, fallback, files)

    def _map_in_executor(
        self,
        executor: Executor,
        function: Callable[[Config, Sequence[_Task]], list[_Result]],
        chunks: Iterator[list[_Task]],
    ) -> Iterator[tuple[_Task, _Result]]:
        def submit(tasks: list[_Task]) -> Future[list[_Result]]:
            return executor.submit(function, self._config, tasks)

        for chunk, future in self._take_ahead((chunk, submit(chunk)) for chunk in chunks):
            yield from _go_on(chunk, future.result(), lambda rest: submit(rest).result())

    def _map_in_pool(
        self,
        pool: GuardedPool,
        function: Callable[[Config, Sequence[_Task]], list[_Result]],
        chunks: Iterator[list[_Task]],
        fallback: Callable[[_Task, str], _Result],
        files: Callable[[_Task], Iterable[tuple[int, str]]],
    ) -> Iterator[tuple[_Task, _Result]]:
        def submit(tasks: list[_Task]) -> Future[list[_Result]]:
            sizes = (self._find_size(*file) for task in tasks for file in files(task))
            more_time = max(sizes, default=0) // _BYTES_A_SECOND
            return pool.submit(function, self._config, tasks, more_time)

        def collect(tasks: list[_Task], job: Future[list[_Result]]) -> list[_Result]:
            try:
                return pool.wait(job, self._beat)
            except JobError:
                # One of them may be to blame, or none: a process may be killed for its memory, and
                # a machine may sleep.
                return [run_alone(task) for task in tasks]

        def run_alone(task: _Task) -> _Result:
            try:
                return pool.wait(submit([task]), self._beat)[0]
            except JobError as error:
                return fallback(task, str(error))

        for chunk, job in self._take_ahead((chunk, submit(chunk)) for chunk in chunks):
            yield from _go_on(chunk, collect(chunk, job), lambda rest: collect(rest, submit(rest)))

    def _find_size(self, seed: int, path: str) -> int:
        """Return how many bytes a file has; 0 if it isn't there."""
        try:
            return os.stat(f"{self._config.seeds[seed]}/{path}").st_size  # noqa: PTH116 - for each file
        except OSError:
            return 0

    def _take_ahead(self, submitted: Iterator[_Task]) -> Iterator[_Task]:
        """Yield in order, a few submitted ahead: memory must not grow with the archive."""
        ahead = deque(islice(submitted, 2 + 2 * self._jobs))
        while ahead:
            yield ahead.popleft()
            ahead.extend(islice(submitted, 1))


def _go_on(
    tasks: list[_Task], results: list[_Result], run: Callable[[list[_Task]], list[_Result]]
) -> Iterator[tuple[_Task, _Result]]:
    """Yield tasks with their results, and run those again that have none yet."""
    while tasks:
        yield from zip(tasks, results, strict=False)
        tasks = tasks[len(results) :]
        results = run(tasks) if tasks else []


def split_batches(things: Iterable[_Task], size: int = BATCH) -> Iterator[list[_Task]]:
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
