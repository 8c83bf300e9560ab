"""A process that runs one job after the other, each within a time limit.

Only another process can end a pattern that backtracks endlessly: Python's `re` holds the
interpreter's lock meanwhile.
"""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from threading import Lock, Thread
from traceback import format_exc
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

_LOST: Final = "its process was killed or crashed, perhaps out of memory"
_STARTING: Final = Lock()
"""A process that is forked meanwhile would hold another's pipe open."""


class JobError(Exception):
    """A job was ended, or ended its process; the message says why."""


class GuardedProcess:
    """A process that is started again when it has ended.

    One thread starts it, runs jobs and ends it; any other may close it.

    Args:
        method: how it is started, "fork" or "spawn".
    """

    def __init__(self, method: str) -> None:
        self._method = method
        self._process: BaseProcess | None = None
        self._connection: Connection | None = None
        self._is_ready = False
        self._is_closed = False

    def start(self) -> None:
        """Start it.

        Raises:
            JobError: it was closed.
            OSError: the system has no room for another process.
        """
        from multiprocessing import get_context

        context: Any = get_context(self._method)
        with _STARTING:
            if self._is_closed:
                raise JobError(_LOST)
            self._connection, its_end = context.Pipe()
            self._is_ready = False
            process = context.Process(target=_serve, args=(its_end,), daemon=True)
            with its_end:
                process.start()
            self._process = process

    def run(self, function: Callable[..., Any], arguments: Sequence[Any], time_limit: float) -> Any:  # noqa: ANN401 - of any function
        """Run a function there, and return what it returns. All have to be such as can be pickled.

        Args:
            function: one of a module.
            arguments: of it.
            time_limit: seconds that it may take, by a clock that nobody sets.

        Raises:
            JobError: it took longer than the time limit, or the process ended.
            Exception: of the function.
        """
        if self._process is None or not self._process.is_alive():
            self.end()
            self.start()
        try:
            result, error = self._exchange((function, arguments), time_limit)
        except JobError:
            self.end()
            raise
        except (EOFError, OSError) as reason:
            self.end()
            raise JobError(_LOST) from reason
        if error is not None:
            raise error
        return result

    def _exchange(self, job: object, time_limit: float) -> tuple[Any, Exception | None]:
        connection = self._connection
        if connection is None:
            raise JobError(_LOST)
        if not self._is_ready:  # To start doesn't count.
            connection.recv()
            self._is_ready = True
        connection.send(job)
        if not connection.poll(time_limit):
            raise JobError(f"it takes longer than {time_limit:g} s")
        answer: tuple[Any, Exception | None] = connection.recv()
        return answer

    def end(self) -> None:
        """End it now, and wait until it has ended."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
        if self._connection is not None:
            self._connection.close()
        self._process = self._connection = None

    def close(self) -> None:
        """Kill it, at whatever job it is; it is not started again."""
        with _STARTING:
            self._is_closed = True
            process = self._process
            if process is not None:
                process.kill()


def _serve(connection: Connection) -> None:
    """Run jobs until this process is killed, or the parent process has ended."""
    _leave_signals_to_parent()
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        connection.send(None)
        while True:
            function, arguments = connection.recv()
            connection.send(_call(function, arguments))


def _call(function: Callable[..., Any], arguments: Sequence[Any]) -> tuple[Any, Exception | None]:
    try:
        return function(*arguments), None
    except Exception as error:  # noqa: BLE001 - `run` raises it again
        error.add_note(format_exc())
        return None, error


def _leave_signals_to_parent() -> None:
    """Ignore signals to all processes of a terminal, and exit when the parent process ends.

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
