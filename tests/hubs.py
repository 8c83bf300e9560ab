"""A hub that really runs, on loopback: it answers as it is told, and fetches what has changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from threading import Event
from typing import TYPE_CHECKING
from urllib.parse import parse_qs
from urllib.request import urlopen

from loopback import LoopbackServer

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Ping:
    """One request that a hub got.

    Attributes:
        connection: the client's port: requests on one connection have the same.
        target: of the request.
        headers: by name in lower case.
        form: the fields of the body.
        link: the `Link` header that the topic came with, where the hub fetched it.
        content: what it was then.
    """

    connection: int
    target: str
    headers: dict[str, str]
    form: dict[str, list[str]]
    link: str = ""
    content: bytes = b""

    @property
    def topic(self) -> str:
        """What it is about."""
        return self.form["hub.topic"][0]


@dataclass
class Hub(LoopbackServer):
    """A hub.

    Attributes:
        answers: the statuses with which it answers, one after the other; 204 when there are no
            more. 0 is no answer at all: it ends the connection.
        headers: what it says besides.
        fetches: whether it fetches the topic before it answers, as a hub does soon after.
        pings: what it got.
        hold: while it isn't set, no request is answered.
    """

    answers: Sequence[int] = ()
    headers: dict[str, str] = field(default_factory=dict)
    fetches: bool = False
    pings: list[Ping] = field(default_factory=list)
    hold: Event = field(default_factory=Event)

    def __post_init__(self) -> None:
        self.hold.set()
        self._left = list(self.answers)
        self.listen(self._handler())

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}/push?key=1"

    @property
    def name(self) -> str:
        """Its host, and nothing else."""
        return f"127.0.0.1:{self.port}"

    def answer(self, *statuses: int) -> None:
        """Answer in this way from now on."""
        self._left = list(statuses)

    def topics(self) -> list[str]:
        """Return what it was told of, in order, by path."""
        return [ping.topic.split("/", 3)[3] for ping in self.pings]

    def __exit__(self, *_: object) -> None:
        self.hold.set()
        super().__exit__()

    def _take(self, ping: Ping) -> int:
        if self.fetches:
            with urlopen(ping.topic, timeout=10) as response:  # noqa: S310 - refeed's own address
                ping = Ping(
                    ping.connection,
                    ping.target,
                    ping.headers,
                    ping.form,
                    response.headers.get("Link", ""),
                    response.read(),
                )
        self.pings.append(ping)
        self.hold.wait()
        return self._left.pop(0) if self._left else 204

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        hub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode("ascii")
                headers = {name.lower(): value for name, value in self.headers.items()}
                status = hub._take(
                    Ping(
                        self.client_address[1],
                        self.path,
                        headers,
                        parse_qs(body, strict_parsing=True),
                    )
                )
                if not status:
                    self.close_connection = True
                    return
                self.send_response(status)
                for name, value in hub.headers.items():
                    self.send_header(name, value)
                if status != 204:
                    self.send_header("Content-Length", "3")
                self.end_headers()
                self.wfile.write(b"" if status == 204 else b"no\n")

            def log_message(self, *_: object) -> None:
                pass

        return Handler
