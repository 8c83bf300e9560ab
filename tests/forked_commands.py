"""Commands of refeed run in forks of a process that has imported it all, in a tenth of the time.

Run as a program, this module is that process.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

READ_AT_START: Final = ("PYTHON", "LC_", "LANG")
"""How the names of variables begin that Python itself reads when it starts."""

_MAX_REQUEST: Final = 1 << 18
_PATIENCE: Final = 120.0
"""Seconds that a command may take."""


class ForkedProcess:
    """A command of refeed that runs, with what `subprocess.Popen` has for it."""

    def __init__(self, answers: socket.socket) -> None:
        answers.settimeout(_PATIENCE)
        self._answers = answers
        self._code: int | None = None
        self.pid = int(answers.recv(16))

    def send_signal(self, number: signal.Signals) -> None:
        """Send it a signal, unless it is known to have ended."""
        if self._code is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def wait(self, timeout: float = _PATIENCE) -> int:
        """Wait for its end, and return its code; raise `TimeoutError` if that doesn't come."""
        if self._code is None:
            self._answers.settimeout(timeout)
            self._code = int(self._answers.recv(16))
            self._answers.close()
        return self._code


def start_in_fork(
    arguments: Sequence[str], folder: Path, environment: Mapping[str, str], out: int, err: int
) -> ForkedProcess:
    """Start a command of refeed, with all of its environment and two descriptors to write to."""
    start = {name: text for name, text in environment.items() if name.startswith(READ_AT_START)}
    server, _ = _start(tuple(sorted(start.items())))
    request = {"arguments": arguments, "folder": str(folder), "environment": dict(environment)}
    answers, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with its:
        socket.send_fds(server, [json.dumps(request).encode()], [out, err, its.fileno()])
    return ForkedProcess(answers)


def run_in_fork(
    arguments: Sequence[str], folder: Path, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run a command of refeed to its end, with all of its environment."""
    with _open_temporary() as out, _open_temporary() as err:
        process = start_in_fork(arguments, folder, environment, out.fileno(), err.fileno())
        try:
            code = process.wait()
        finally:
            process.kill()
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(list(arguments), code, out.read(), err.read())


def _open_temporary() -> IO[str]:
    return tempfile.TemporaryFile("w+", encoding="utf-8", errors="surrogateescape")


@cache
def _start(
    variables: tuple[tuple[str, str], ...],
) -> tuple[socket.socket, subprocess.Popen[bytes]]:
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with its:
        process = subprocess.Popen(
            [sys.executable, __file__],
            env={"PATH": os.environ["PATH"], **dict(variables)},
            stdin=its.fileno(),
            stdout=subprocess.DEVNULL,
        )
    return ours, process


def _serve() -> None:
    """Answer requests until the other side is gone; return in a fork that is to run a command."""
    with socket.socket(fileno=os.dup(0)) as requests:
        while True:
            data, descriptors, *_ = socket.recv_fds(requests, _MAX_REQUEST, 3)
            if not data:
                os._exit(0)
            attendant = os.fork()
            if not attendant and _attend(*descriptors):
                _prepare(json.loads(data), descriptors[:2])
                return
            for descriptor in descriptors:
                os.close(descriptor)
            with suppress(ChildProcessError):
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass


def _attend(out: int, err: int, answers: int) -> bool:
    """Tell the number of a fork, and how it ends; return in that fork alone."""
    child = os.fork()
    if not child:
        os.close(answers)
        return True
    os.close(out)
    os.close(err)
    with socket.socket(fileno=answers) as told, suppress(BrokenPipeError):
        told.send(str(child).encode())
        _, status = os.waitpid(child, 0)
        told.send(str(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)


def _prepare(request: dict[str, object], descriptors: Sequence[int]) -> None:
    nothing = os.open(os.devnull, os.O_RDONLY)
    for descriptor, place in zip((nothing, *descriptors), range(3), strict=True):
        os.dup2(descriptor, place)
        os.close(descriptor)
    os.chdir(str(request["folder"]))
    os.environ.clear()
    os.environ.update(request["environment"])  # type: ignore[call-overload] # as it was sent
    time.tzset()
    sys.argv = ["refeed", *request["arguments"]]  # type: ignore[misc] # likewise


def _import_all() -> None:
    """Import refeed, and publish an article: that compiles patterns and templates."""
    from archives import Article, config_in, put, synced
    from refeed.cli import main, rebuild_summary, status_text
    from refeed.commands import explain, rebuild, status
    from refeed.daemon import run
    from refeed.log import logger

    assert all((main, rebuild_summary, status_text, explain, rebuild, status, run, logger))
    with tempfile.TemporaryDirectory() as folder:
        put(Path(folder) / "seeds/a.md", Article())
        synced(config_in(Path(folder)))


if __name__ == "__main__":
    _import_all()
    _serve()
    from refeed.cli.main import main

    main()
