"""Commands of refeed run in forks of a process that has imported it all, in a tenth of the time.

Run as a program, this module is that process.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from functools import cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

READ_AT_START: Final = ("PYTHON", "LC_", "LANG")
"""How the names of variables begin that Python itself reads when it starts."""

_MAX_REQUEST: Final = 1 << 18


def run_in_fork(
    arguments: Sequence[str], folder: Path, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run a command of refeed to its end, with all of its environment."""
    start = {name: text for name, text in environment.items() if name.startswith(READ_AT_START)}
    server, process = _start(tuple(sorted(start.items())))
    request = {"arguments": arguments, "folder": str(folder), "environment": dict(environment)}
    with _open_temporary() as out, _open_temporary() as err:
        socket.send_fds(server, [json.dumps(request).encode()], [out.fileno(), err.fileno()])
        try:
            code = int(server.recv(16))
        except TimeoutError:  # The answer that comes later must not be taken for the next one.
            process.kill()
            process.wait()
            server.close()
            _start.cache_clear()
            raise
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
    ours.settimeout(120)
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
            data, descriptors, *_ = socket.recv_fds(requests, _MAX_REQUEST, 2)
            if not data:
                os._exit(0)
            child = os.fork()
            if not child:
                _prepare(json.loads(data), descriptors)
                return
            for descriptor in descriptors:
                os.close(descriptor)
            _, status = os.waitpid(child, 0)
            requests.send(str(os.waitstatus_to_exitcode(status)).encode())


def _prepare(request: dict[str, object], descriptors: list[int]) -> None:
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

    assert all((main, rebuild_summary, status_text, explain, rebuild, status))
    with tempfile.TemporaryDirectory() as folder:
        put(Path(folder) / "seeds/a.md", Article())
        synced(config_in(Path(folder)))


if __name__ == "__main__":
    _import_all()
    _serve()
    from refeed.cli.main import main

    main()
