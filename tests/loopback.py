"""HTTP servers that really run, on loopback, in a thread of the tests' own process."""

from __future__ import annotations

from http.server import ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from http.server import BaseHTTPRequestHandler


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Say nothing of clients that have gone."""


class LoopbackServer:
    """A server that listens when it is made, and answers until the end of the block."""

    def listen(self, handler: type[BaseHTTPRequestHandler], address: str = "127.0.0.1") -> None:
        """Listen at a port of the system's choice."""
        self._server = _Quiet((address, 0), handler)
        self._thread = Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._server.server_port

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
