"""Runs the server in a thread of its own."""

from __future__ import annotations

import asyncio
import os
import resource
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self, Unpack

from refeed.config import Listen, replace_wildcard
from refeed.render.formats import MANIFEST
from refeed.server.allowed_hosts import is_loopback
from refeed.server.connection import Connection
from refeed.server.file_cache import FileCache
from refeed.server.listeners import BACKLOG, describe_error, open_sockets
from refeed.server.metrics import Metrics
from refeed.server.routes import Routes
from refeed.server.static_files import StaticFiles, build_file_headers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from refeed.server.request_head import Request
    from refeed.server.response import Response
    from refeed.server.site_options import SiteOptions

_STOP_SECONDS: Final = 1.0
_THREADS: Final = 2
_BUFFER: Final = 16_384
# Descriptors for connections, and those left for the files of everything else.
_MAX_CONNECTIONS: Final = 4096
_OTHER_FILES: Final = 256


class HttpServer:
    """Serves an output folder from `start` until `stop`; once.

    Args:
        output: the output folder. It need not be there yet.
        listen: where to listen.
        health: returns what is wrong, in a human-readable line, or "". It is called from the
            server's thread and must not wait. Without one it is whether the folder is there.
        metrics: to count in and to show; the server's own if not given.
        sockets: listening sockets to use instead of `listen`; the server closes them.
        options: see `SiteOptions`.
    """

    def __init__(
        self,
        output: Path,
        listen: Listen = Listen(),  # noqa: B008 - a frozen value
        *,
        health: Callable[[], str] | None = None,
        metrics: Metrics | None = None,
        sockets: Sequence[socket.socket] = (),
        **options: Unpack[SiteOptions],
    ) -> None:
        self._listen = listen
        self._sockets = list(sockets)
        self._is_ours = not sockets
        self._health = health
        self._metrics = metrics or Metrics()
        self.serve(output, **options)
        self._connections: set[Connection] = set()
        self._max_connections = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._started = threading.Event()
        self._failure: Exception | None = None
        self._pool = ThreadPoolExecutor(_THREADS, "refeed-server")
        self._thread = threading.Thread(target=self._run, name="refeed-server", daemon=True)

    def serve(self, output: Path, **options: Unpack[SiteOptions]) -> None:
        """Serve another folder from now on, or the same one otherwise; see the constructor.

        Connections stay.
        """
        self._secret = options.get("secret_path", "")
        hosts = (self._listen.host, *options.get("allowed_hosts", ()))
        self._routes = Routes(
            StaticFiles(
                FileCache(output, time.time_ns),
                time.time_ns,
                options.get("link", lambda _: ""),
                options.get("headers", build_file_headers()),
            ),
            health=self._health or (lambda: check_readable(output)),
            metrics=self._metrics,
            secret=self._secret,
            allowed_hosts=frozenset(name.lower().removesuffix(".") for name in hosts),
        )

    def start(self) -> None:
        """Listen, and return when requests are answered.

        Raises:
            ListenError: it can't listen there, or has no descriptors left to do so.
        """
        if not self._sockets:
            self._sockets = open_sockets(self._listen)
        self._thread.start()
        self._started.wait()
        if self._failure is not None:
            self.stop()
            if isinstance(self._failure, OSError):
                raise describe_error(self._listen, self._failure) from self._failure
            raise self._failure

    def check(self) -> None:
        """Check that requests are answered.

        Raises:
            Exception: whatever ended the server's thread. Only another server can listen again.
        """
        if self._failure is not None:
            raise self._failure

    def stop(self) -> None:
        """Stop listening, let responses under way end within a second, and return."""
        if self._loop is not None and self._stopping is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join()
        if self._is_ours and self._sockets and self._listen.path:
            Path(self._listen.path).unlink(missing_ok=True)

    @property
    def addresses(self) -> tuple[str, ...]:
        """The addresses of the index, human-readable: URLs, or ``unix:`` and a path."""
        return tuple(_format_address(each, self._secret) for each in self._sockets)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()

    def _run(self) -> None:
        try:
            with asyncio.Runner() as runner:
                runner.run(self._serve())
        except Exception as error:  # noqa: BLE001 - `start` or `check` raises it
            self._failure = error
            for each in self._sockets:
                each.close()
        finally:
            # Nobody may wait for a server that has failed to start.
            self._started.set()

    async def _serve(self) -> None:
        loop = self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        self._max_connections = _raise_connection_limit()
        # Unix sockets too: start_unix_server would remove one that is systemd's (Python 3.13).
        listeners = [
            await asyncio.start_server(
                partial(self._serve_client, check_host=_is_loopback(each)),
                sock=each,
                limit=_BUFFER,
                backlog=BACKLOG,
            )
            for each in self._sockets
        ]
        self._started.set()
        await self._stopping.wait()
        # A listener is closed only when nothing is being accepted any more.
        for each in self._sockets:
            loop.remove_reader(each)
        for connection in self._connections:
            connection.stop()
        if clients := asyncio.all_tasks() - {asyncio.current_task()}:
            await asyncio.wait(clients, timeout=_STOP_SECONDS)
        for listener in listeners:
            listener.close()
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _serve_client(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, check_host: bool
    ) -> None:
        connection = Connection(reader, writer, time.time_ns)
        self._connections.add(connection)
        try:
            is_full = len(self._connections) > self._max_connections
            respond = partial(self._respond, check_host=check_host)
            await connection.serve(respond, self._routes.refuse, is_full=is_full)
        finally:
            self._connections.remove(connection)

    async def _respond(self, request: Request, *, check_host: bool) -> Response:
        start = time.perf_counter()
        routes = self._routes
        response = routes.respond(request, check_host=check_host, may_block=False)
        if response is None:
            respond = partial(routes.respond, request, check_host=check_host, may_block=True)
            response = await asyncio.get_running_loop().run_in_executor(self._pool, respond)
            assert response is not None  # noqa: S101 - it may block
        self._metrics.observe_request(time.perf_counter() - start)
        return response


def check_readable(folder: Path) -> str:
    """Return why a folder can't be served, or ""."""
    try:
        with os.scandir(folder):
            return ""
    except OSError as error:
        return f"the output folder can't be read: {error.strerror}"


def check_published(folder: Path) -> str:
    """Return why there is nothing to serve in a folder, or ""."""
    problem = check_readable(folder)
    if not problem and not (folder / MANIFEST).exists():
        return f"nothing is published in the output folder, it has no {MANIFEST}"
    return problem


def _raise_connection_limit() -> int:
    """Ask the system for as many descriptors as it allows; return how many connections to keep."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MAX_CONNECTIONS + _OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return _MAX_CONNECTIONS
    return max(16, min(_MAX_CONNECTIONS, soft - _OTHER_FILES))


def _is_loopback(each: socket.socket) -> bool:
    return each.family != socket.AF_UNIX and is_loopback(each.getsockname()[0])


def _format_address(each: socket.socket, secret: str) -> str:
    if each.fileno() < 0:
        return ""
    name = each.getsockname()
    if each.family == socket.AF_UNIX:
        return f"unix:{name}"
    host = replace_wildcard(name[0])
    host = f"[{host}]" if each.family == socket.AF_INET6 else host
    return f"http://{host}:{name[1]}/" + (f"{secret}/" if secret else "")
