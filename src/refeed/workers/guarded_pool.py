"""Runs jobs in processes with a time limit, so that no snapshot stops the others.

Limits that decide what is published are counts, see `refeed.cleaning`. This one is the last resort,
for instance against an operator's pattern that backtracks endlessly: Python's `re` holds the
interpreter's lock meanwhile, and only another process can end it.
"""

from __future__ import annotations

import os
import signal
from threading import Thread
from typing import TYPE_CHECKING, Final, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Future

    from pebble import ProcessPool

    from refeed.config import Config
    from refeed.progress import Heartbeat

TIME_LIMIT: Final = 20.0
"""Seconds that one job may take."""

_BEAT_SECONDS: Final = 0.2
_LOST: Final = "its process was killed or crashed, perhaps out of memory"

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")


class Job(NamedTuple, Generic[_Result]):
    """A job that was submitted, and the pool that runs it."""

    pool: ProcessPool
    future: Future[_Result]


class JobError(Exception):
    """A job was ended, or ended its process; the message says why."""


class GuardedPool:
    """Runs jobs in processes, which are started when the first job comes.

    Args:
        processes: how many.
        method: how they are started: "fork", or "spawn" where this process has threads, whose
            locks a forked process would inherit.
        time_limit: seconds.
    """

    def __init__(self, processes: int, method: str, time_limit: float = TIME_LIMIT) -> None:
        self._processes = processes
        self._method = method
        self._time_limit = time_limit
        self._pool: ProcessPool | None = None

    def submit(
        self,
        function: Callable[[Config, Sequence[_Task]], list[_Result]],
        config: Config,
        tasks: Sequence[_Task],
    ) -> Job[list[_Result]]:
        """Start a job; `wait` returns its results."""
        # A pool whose idle process was killed runs nothing any more.
        if self._pool is not None and not self._pool.active:
            self.close()
        if self._pool is None:
            self._pool = self._start_pool()
        return Job(
            self._pool,
            self._pool.schedule(function, args=(config, tasks), timeout=self._time_limit),
        )

    def _start_pool(self) -> ProcessPool:
        from multiprocessing import get_context

        from pebble import ProcessPool

        if self._method == "fork":
            from refeed.workers.jobs import preload

            preload()
        return ProcessPool(
            self._processes, initializer=_start_process, context=get_context(self._method)
        )

    def wait(self, job: Job[_Result], beat: Heartbeat) -> _Result:
        """Wait for the results of a job.

        Args:
            job: of `submit`.
            beat: called while waiting.

        Raises:
            JobError: it took longer than the time limit, or its process ended.
            StopError: of `beat`.
        """
        from concurrent.futures import wait
        from concurrent.futures.process import BrokenProcessPool

        from pebble import ProcessExpired

        while not wait([job.future], timeout=_BEAT_SECONDS).done:
            beat()
            if not job.pool.active and not job.future.done():
                raise JobError(_LOST)
        try:
            return job.future.result()
        except TimeoutError as error:
            raise JobError(f"it takes longer than {self._time_limit:g} s") from error
        except (ProcessExpired, BrokenProcessPool) as error:
            raise JobError(_LOST) from error

    def close(self) -> None:
        """End the processes, and the jobs that they are at."""
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call]
            self._pool.join()
            self._pool = None


def _start_process() -> None:
    """Leave signals to the parent process, and exit when it ends.

    Otherwise processes whose parent was killed would wait endlessly, and hold its locks.
    """
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGUSR1):
        signal.signal(number, signal.SIG_IGN)
    from multiprocessing import parent_process

    parent = parent_process()
    if parent is not None:
        Thread(target=_exit_with, args=(parent.sentinel,), daemon=True).start()


def _exit_with(sentinel: int) -> None:
    from multiprocessing import connection

    connection.wait([sentinel])
    os._exit(1)
