"""Runs jobs in processes with a time limit, so that no snapshot stops the others.

Limits that decide what is published are counts, see `refeed.cleaning`. This one is the last resort,
for instance against an operator's pattern that backtracks endlessly.
"""

from __future__ import annotations

from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any, Final, TypeVar

from refeed.workers.guarded_process import GuardedProcess, JobError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Future
    from typing import TypeAlias

    from refeed.config import Config
    from refeed.progress import Heartbeat

    _Job: TypeAlias = tuple[Future[Any], Callable[..., Any], Sequence[Any], float]
    _Queue: TypeAlias = SimpleQueue[_Job | None]

TIME_LIMIT: Final = 20.0
"""Seconds that a job may take whose files are small."""

_BEAT_SECONDS: Final = 0.2

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")

__all__ = ["GuardedPool", "JobError"]


class GuardedPool:
    """Runs jobs in processes, which are started when the first job comes.

    Args:
        processes: how many.
        method: how they are started: "fork", or "spawn" where this process has threads, whose
            locks a forked process would inherit.
        time_limit: seconds that a job may take.
    """

    def __init__(self, processes: int, method: str, time_limit: float = TIME_LIMIT) -> None:
        self._number = processes
        self._method = method
        self._time_limit = time_limit
        self._queue: _Queue = SimpleQueue()
        self._processes: list[GuardedProcess] = []
        self._threads: list[Thread] = []

    def submit(
        self,
        function: Callable[[Config, Sequence[_Task]], list[_Result]],
        config: Config,
        tasks: Sequence[_Task],
        more_time: float = 0,
    ) -> Future[list[_Result]]:
        """Start a job; `wait` returns its results.

        Args:
            function: takes the configuration and some tasks.
            config: the first argument.
            tasks: the second.
            more_time: seconds that the job may take besides the time limit.
        """
        from concurrent.futures import Future

        if not self._processes:
            self._start()
        job: Future[list[_Result]] = Future()
        self._queue.put((job, function, (config, tasks), self._time_limit + more_time))
        return job

    def _start(self) -> None:
        if self._method == "fork":
            from refeed.workers.jobs import preload

            preload()
        self._processes = [GuardedProcess(self._method) for _ in range(self._number)]
        # All processes before the first thread, since they may be forked.
        for process in self._processes:
            process.start()
        for process in self._processes:
            thread = Thread(target=_hand_on, args=(self._queue, process), daemon=True)
            self._threads.append(thread)
            thread.start()

    @staticmethod
    def wait(job: Future[_Result], beat: Heartbeat) -> _Result:
        """Wait for the results of a job.

        Args:
            job: of `submit`.
            beat: called while waiting.

        Raises:
            JobError: it took longer than the time limit, or its process ended.
            StopError: of `beat`.
        """
        from concurrent.futures import wait

        while not wait([job], timeout=_BEAT_SECONDS).done:
            beat()
        return job.result()

    def close(self) -> None:
        """End the processes, and the jobs that they are at."""
        for process in self._processes:
            process.close()
            self._queue.put(None)
        for thread in self._threads:
            thread.join()
        self._processes, self._threads, self._queue = [], [], SimpleQueue()


def _hand_on(queue: _Queue, process: GuardedProcess) -> None:
    """Hand jobs of a queue to a process, one after the other, until there is None."""
    while (item := queue.get()) is not None:
        _run(process, *item)
        del item  # It would be held until the next one comes.
    process.end()


def _run(
    process: GuardedProcess,
    job: Future[Any],
    function: Callable[..., Any],
    arguments: Sequence[Any],
    time_limit: float,
) -> None:
    try:
        result = process.run(function, arguments, time_limit)
    except BaseException as error:  # noqa: BLE001 - whoever waits for the job gets it
        job.set_exception(error)
    else:
        job.set_result(result)
