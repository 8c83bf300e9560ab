"""Writing log lines: nothing that a reader of the log does, or fails to do, stops the daemon."""

from __future__ import annotations

import errno
import os
import select
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from typing import TextIO

    from structlog.typing import EventDict, WrappedLogger

_CLOSED: Final = (errno.EIO, errno.EPIPE)
_WAIT_MILLISECONDS: Final = 500


class LineWriter:
    """Writes lines to a stream, for structlog.

    A pipe that is full is waited for once, for half a second. Lines are dropped from then on until
    it can be written again; the next line has their number.

    Args:
        stream: a file, a terminal, a pipe or a socket.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lock = Lock()
        self._dropped = 0
        self._is_cut = False
        self._poll: select.poll | None = None
        try:
            self._descriptor = stream.fileno()
        except (OSError, ValueError):
            return
        self._poll = select.poll()
        self._poll.register(self._descriptor, select.POLLOUT)

    def add_dropped(self, _: WrappedLogger, __: str, event: EventDict) -> EventDict:
        """Add to an event how many lines were dropped before it, as a processor of structlog."""
        with self._lock:
            if self._dropped and self._is_writable(0):
                event["log_lines_dropped"], self._dropped = self._dropped, 0
        return event

    def msg(self, message: str) -> None:
        """Write a line."""
        with self._lock:
            try:
                self._write(message)
            except OSError as error:
                if error.errno in _CLOSED:
                    # A terminal that hung up, a pipe without a reader. What Python still buffers
                    # has to go somewhere, or it ends with an error.
                    with Path(os.devnull).open("wb") as nothing:
                        os.dup2(nothing.fileno(), self._descriptor)

    debug = info = warning = error = critical = msg

    def _write(self, message: str) -> None:
        if self._poll is None:
            self._stream.write(f"{message}\n")
            return
        end = "\n" if self._is_cut else ""
        data = f"{end}{message}\n".encode(self._stream.encoding, "backslashreplace")
        for start in range(0, len(data), select.PIPE_BUF):
            # A pipe or socket that can be written takes so much without blocking, see pipe(7).
            if not self._is_writable(0 if self._dropped else _WAIT_MILLISECONDS):
                self._dropped += 1
                self._is_cut = self._is_cut or start > 0
                return
            os.write(self._descriptor, data[start : start + select.PIPE_BUF])
        self._is_cut = False

    def _is_writable(self, milliseconds: int) -> bool:
        return self._poll is not None and bool(self._poll.poll(milliseconds))
