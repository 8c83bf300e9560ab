"""A host of pictures on loopback that answers as badly as hosts can, and notes who asked."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from socket import SHUT_WR, create_connection
from ssl import PROTOCOL_TLS_SERVER, SSLContext
from threading import Thread
from typing import TYPE_CHECKING

from loopback import LoopbackServer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from socket import socket


@dataclass(frozen=True)
class Asked:
    """A request that a host got."""

    path: str
    headers: dict[str, str]


@dataclass
class PictureHost(LoopbackServer):
    """A host.

    Attributes:
        pages: what it answers by path: bytes, or a function that writes an answer of its own.
        address: where it listens.
        asked: the requests that it got.
        certificate: the file of its certificate and key, if it speaks TLS.
    """

    pages: Mapping[str, bytes | Callable[[BaseHTTPRequestHandler], None]]
    address: str = "127.0.0.1"
    asked: list[Asked] = field(default_factory=list)
    most_at_a_time: int = 0
    certificate: Path | None = None

    def __post_init__(self) -> None:
        self._now = 0
        self.listen(self._handler(), self.address)
        if self.certificate is not None:
            context = SSLContext(PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)

    def url(self, path: str, host: str = "") -> str:
        """Return an address of a picture there."""
        return f"http://{host or self.address}:{self.port}{path}"

    def paths(self) -> list[str]:
        """Return what it was asked for, in order."""
        return [each.path for each in self.asked]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        host = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                headers = {name.lower(): value for name, value in self.headers.items()}
                host.asked.append(Asked(self.path, headers))
                host._now += 1
                host.most_at_a_time = max(host.most_at_a_time, host._now)
                try:
                    answer = host.pages.get(self.path, b"")
                    if callable(answer):
                        answer(self)
                    elif answer:
                        reply(self, 200, answer)
                    else:
                        reply(self, 404)
                finally:
                    host._now -= 1

            def log_message(self, *_: object) -> None:
                pass

        return Handler


def reply(handler: BaseHTTPRequestHandler, status: int, body: bytes = b"", **headers: str) -> None:
    """Answer; `_` in the name of a header stands for `-`."""
    handler.send_response(status)
    for name, value in {"Content_Length": str(len(body)), **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    with suppress(OSError):
        handler.wfile.write(body)


def redirect(place: str, status: int = 302) -> Callable[[BaseHTTPRequestHandler], None]:
    """Return an answer that leads elsewhere."""
    return lambda handler: reply(handler, status, Location=place)


def end(handler: BaseHTTPRequestHandler) -> None:
    """End the connection."""
    handler.close_connection = True


def endless(handler: BaseHTTPRequestHandler) -> None:
    """Send bytes until the client has enough."""
    handler.send_response(200)
    handler.end_headers()
    handler.close_connection = True
    with suppress(OSError):
        while True:
            handler.wfile.write(bytes(65_536))


def drip(part: bytes) -> Callable[[BaseHTTPRequestHandler], None]:
    """Return an answer that begins, and goes on byte by byte."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.close_connection = True
        with suppress(OSError):
            handler.wfile.write(part)
            while True:
                handler.wfile.write(b"a")
                time.sleep(0.02)

    return answer


@dataclass
class PictureProxy(LoopbackServer):
    """An HTTP proxy that connects to what it is told, and notes that and who asked.

    Attributes:
        refuses: whether it connects to nothing.
        address: where it listens.
        asked: what it was told to connect to, and by whom.
    """

    refuses: bool = False
    address: str = "127.0.0.1"
    asked: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.listen(self._handler(), self.address)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            def do_CONNECT(self) -> None:
                proxy.asked.append((self.path, self.headers.get("Proxy-Authorization", "")))
                if proxy.refuses:
                    reply(self, 403)
                    return
                host, _, port = self.path.rpartition(":")
                with create_connection((host, int(port))) as beyond:
                    self.send_response(200)
                    self.end_headers()
                    back = Thread(target=_copy, args=(beyond, self.connection), daemon=True)
                    back.start()
                    _copy(self.connection, beyond)
                    back.join()

            def log_message(self, *_: object) -> None:
                pass

        return Handler


def _copy(source: socket, target: socket) -> None:
    """Hand on what comes until its end, and that, too."""
    with suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(SHUT_WR)
