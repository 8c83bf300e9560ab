"""The server in a thread of its own."""

from __future__ import annotations

import asyncio
import os
import resource
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from refeed.config import Listen
from refeed.server.answering import Site
from refeed.server.clients import Clients
from refeed.server.connection import Connection
from refeed.server.contents import Contents
from refeed.server.filing import Files
from refeed.server.metrics import Metrics
from refeed.server.sockets import explained, opened

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_SWEEP_SECONDS: Final = 1.0
_STOP_SECONDS: Final = 1.0
_THREADS: Final = 2
# Connections, and what is kept for the files of everything else.
_MOST_CONNECTIONS: Final = 4096
_OTHER_FILES: Final = 256


class Server:
    """Serves an output folder from `start` until `stop`; once.

    Args:
        output: the output folder. It need not be there yet.
        listen: where to listen.
        secret_path: the first part of all paths that are answered, or "".
        link: returns the `Link` header of a file, by its path in the folder, or "".
        health: tells what is wrong, in a line for people, or returns "". It is called from the
            server's thread and must not wait. Without one it is whether the folder is there.
        metrics: what to count in and to show; the server's own if not given.
        sockets: listening sockets to use instead of `listen`; the server closes them.
    """

    def __init__(  # noqa: PLR0913 - one for each thing that differs
        self,
        output: Path,
        listen: Listen = Listen(),  # noqa: B008 - a frozen value
        *,
        secret_path: str = "",
        link: Callable[[str], str] | None = None,
        health: Callable[[], str] | None = None,
        metrics: Metrics | None = None,
        sockets: Sequence[socket.socket] = (),
    ) -> None:
        self._listen = listen
        self._sockets = list(sockets)
        self._is_ours = not sockets
        self._health = health
        self._metrics = metrics or Metrics()
        self._clients: Clients | None = None
        self.serve(output, secret_path=secret_path, link=link)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._started = threading.Event()
        self._failure: OSError | None = None
        self._thread = threading.Thread(target=self._run, name="refeed-server", daemon=True)

    def serve(
        self,
        output: Path,
        *,
        secret_path: str = "",
        link: Callable[[str], str] | None = None,
    ) -> None:
        """Serve another folder, under another path or with other links, from now on.

        Connections stay.
        """
        self._secret = secret_path
        self._site = Site(
            Files(Contents(output, time.time_ns), time.time_ns, link or (lambda _: "")),
            health=self._health or (lambda: readable(output)),
            metrics=self._metrics,
            secret=secret_path,
        )
        if self._clients is not None:
            self._clients.site = self._site

    def start(self) -> None:
        """Listen, and return when requests are answered.

        Raises:
            ListenError: it can't listen there, or has no descriptors left to do so.
        """
        if not self._sockets:
            self._sockets = opened(self._listen)
        self._thread.start()
        self._started.wait()
        if self._failure is not None:
            for each in self._sockets:
                each.close()
            self.stop()
            raise explained(self._listen, self._failure) from self._failure

    def stop(self) -> None:
        """Stop listening, let answers under way end within a second, and return."""
        if self._loop is not None and self._stopping is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join()
        if self._is_ours and self._sockets and self._listen.path:
            Path(self._listen.path).unlink(missing_ok=True)

    @property
    def addresses(self) -> tuple[str, ...]:
        """The addresses of the index, for people: URLs, or ``unix:`` and a path."""
        return tuple(_address(each, self._secret) for each in self._sockets)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()

    def _run(self) -> None:
        try:
            with asyncio.Runner() as runner:
                runner.run(self._serve())
        except OSError as error:
            if self._started.is_set():
                raise
            self._failure = error
        finally:
            # Nobody may wait for a server that has failed to start.
            self._started.set()

    async def _serve(self) -> None:
        loop = self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        clients = self._clients = Clients(self._site, loop.time, time.time_ns, _connections())
        with ThreadPoolExecutor(_THREADS, "refeed-server") as pool:
            listeners = [await _listener(loop, each, clients, pool) for each in self._sockets]
            self._started.set()
            sweeping = loop.create_task(_sweep(clients))
            await self._stopping.wait()
            sweeping.cancel()
            for each in self._sockets:
                loop.remove_reader(each)
            # What is being accepted at this moment needs a listener that isn't closed.
            await _turns()
            for listener in listeners:
                listener.close()
            await _end(clients)
            pool.shutdown(wait=False, cancel_futures=True)


def readable(folder: Path) -> str:
    """Return why a folder can't be served, or ""."""
    try:
        with os.scandir(folder):
            return ""
    except OSError as error:
        return f"the output folder can't be read: {error.strerror}"


async def _listener(
    loop: asyncio.AbstractEventLoop, each: socket.socket, clients: Clients, pool: ThreadPoolExecutor
) -> asyncio.AbstractServer:
    # Of Unix sockets too: create_unix_server would remove one that is systemd's (Python 3.13).
    return await loop.create_server(lambda: Connection(clients, pool), sock=each, backlog=2048)


async def _sweep(clients: Clients) -> None:
    while True:
        await asyncio.sleep(_SWEEP_SECONDS)
        clients.sweep()


async def _end(clients: Clients) -> None:
    for connection in list(clients.connections):
        connection.stop()
    left = _STOP_SECONDS
    while clients.connections and left > 0:
        await asyncio.sleep(0.02)
        left -= 0.02
    for connection in list(clients.connections):
        connection.abort()
    await _turns()


async def _turns() -> None:
    """Let the loop finish what it has begun: a connection is made, or lost, in a few turns."""
    for _ in range(5):
        await asyncio.sleep(0)


def _connections() -> int:
    """Return how many connections to keep, having asked the system for as many as may be."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_CONNECTIONS + _OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return _MOST_CONNECTIONS
    return max(16, min(_MOST_CONNECTIONS, soft - _OTHER_FILES))


def _address(each: socket.socket, secret: str) -> str:
    if each.fileno() < 0:
        return ""
    name = each.getsockname()
    if each.family == socket.AF_UNIX:
        return f"unix:{name}"
    host = f"[{name[0]}]" if each.family == socket.AF_INET6 else name[0]
    return f"http://{host}:{name[1]}/" + (f"{secret}/" if secret else "")
