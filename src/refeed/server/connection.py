"""One connection: from bytes to requests, from answers to bytes, and no longer than is reasonable.

The parser is llhttp, Node's; what is here is the order of answers, the limits and the ends.
"""

from __future__ import annotations

import asyncio
from collections import deque
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, cast

import httptools

from refeed.server.messages import DiskBody, Request

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from refeed.server.clients import Clients
    from refeed.server.messages import Answer

LONGEST_TARGET: Final = 8_000
"""Bytes of a request's target; RFC 9112, section 3, wants no less."""

LONGEST_HEAD: Final = 16_384
"""Bytes of a request's head."""

MOST_HEADERS: Final = 100

HEAD_SECONDS: Final = 10
"""Within which the whole head of a request has to come."""

IDLE_SECONDS: Final = 75
"""For which a connection is kept without a request: longer than proxies keep theirs."""

STALLED_SECONDS: Final = 30
"""For which a client may take nothing of its answer."""

LINGER_SECONDS: Final = 2
"""For which a client may read the last answer: ended at once, it could lose it (RFC 9112, 9.6)."""

_VERSIONS: Final = ("1.1", "1.0")
_BLOCK: Final = 131_072
_WITH_HEAD: Final = 32_768


class Connection(asyncio.Protocol):
    """A client."""

    def __init__(self, clients: Clients, pool: Executor) -> None:
        self._clients = clients
        self._pool = pool
        self._parser = httptools.HttpRequestParser(self)
        self._queue: deque[Request] = deque()
        self._fault: HTTPStatus | None = None
        self._waiting = False  # for an answer that another thread makes
        self._is_full = False  # the client takes nothing at the moment
        self._ending = False  # no more is read
        self._body: memoryview | DiskBody | None = None
        self._sent = 0
        self._close_after = False
        self._half_closed = False
        self._in_head = False
        self._head_bytes = 0
        self._refusing_more = False  # what follows a body, or a last request, is none
        self._begin_head()
        self.deadline = clients.now() + HEAD_SECONDS

    # What the loop calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(high=_BLOCK)
        if not self._clients.add(self):
            self._fault = HTTPStatus.SERVICE_UNAVAILABLE
            self._go_on()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """Give everything back."""
        self._ending = True
        self._queue.clear()
        self._drop_body()
        self._clients.remove(self)

    def data_received(self, data: bytes) -> None:
        """Read requests; answer those that are complete."""
        if self._ending or self._fault:
            return
        self._head_bytes += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            # Nothing is upgraded to. What comes after the answer would be in another protocol.
            if self._queue:
                self._queue[-1] = self._queue[-1]._replace(close=True)
            self._fault = self._fault or HTTPStatus.BAD_REQUEST
        except httptools.HttpParserError:
            self._fault = self._fault or HTTPStatus.BAD_REQUEST
        if self._in_head and self._head_bytes > LONGEST_HEAD:
            self._too_long()
        self._go_on()

    def eof_received(self) -> bool:
        """Answer what has been asked for by one who asks no more."""
        self._half_closed = True
        return self._is_busy or bool(self._queue)

    def pause_writing(self) -> None:
        """Send no more until the client has taken what it was sent."""
        self._is_full = True

    def resume_writing(self) -> None:
        """Go on sending."""
        self._is_full = False
        self.deadline = self._clients.now() + STALLED_SECONDS
        self._go_on()

    # What the parser calls.

    def on_message_begin(self) -> None:
        """Begin a request."""
        self._begin_head()
        self._in_head = True
        if not self._is_busy:
            self.deadline = self._clients.now() + HEAD_SECONDS

    def on_url(self, url: bytes) -> None:
        """Take a part of the target."""
        self._target += url
        if len(self._target) > LONGEST_TARGET:
            self._fault = self._fault or HTTPStatus.REQUEST_URI_TOO_LONG

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header."""
        self._header_count += 1
        self._header_bytes += len(name) + len(value)
        if self._header_bytes > LONGEST_HEAD or self._header_count > MOST_HEADERS:
            self._too_long()
            return
        name = name.lower()
        before = self._headers.get(name)
        self._headers[name] = value if before is None else before + b", " + value
        self._hosts += name == b"host"

    def on_headers_complete(self) -> None:
        """Take a request as complete: bodies are not waited for."""
        self._in_head = False
        self._head_bytes = 0
        if self._fault or self._refusing_more:
            return
        parser = self._parser
        version = parser.get_http_version()
        if version not in _VERSIONS or self._hosts > 1 or (not self._hosts and version == "1.1"):
            self._fault = HTTPStatus.BAD_REQUEST
            return
        has_body = (
            b"transfer-encoding" in self._headers
            or self._headers.get(b"content-length", b"0").strip(b"0") != b""
        )
        close = has_body or not parser.should_keep_alive()
        self._refusing_more = close
        self._queue.append(Request(parser.get_method(), self._target, self._headers, close))

    # The rest.

    def expire(self) -> None:
        """End what has taken too long."""
        if self._in_head and not (self._is_busy or self._is_full or self._ending):
            self._fault = HTTPStatus.REQUEST_TIMEOUT
            self._go_on()
        elif self._is_busy or self._ending or self._is_full:
            self._transport.abort()
        else:
            self._transport.close()

    def stop(self) -> None:
        """End as soon as the answers under way are sent."""
        if self._is_busy:
            self._close_after = True
            self._queue.clear()
        else:
            self._transport.close()

    def abort(self) -> None:
        """End at once."""
        self._transport.abort()

    @property
    def _is_busy(self) -> bool:
        return self._waiting or self._body is not None

    def _begin_head(self) -> None:
        self._target = b""
        self._headers: dict[bytes, bytes] = {}
        self._hosts = self._header_count = self._header_bytes = 0

    def _too_long(self) -> None:
        if not self._fault:
            no_headers = not self._headers and len(self._target) > LONGEST_TARGET
            self._fault = (
                HTTPStatus.REQUEST_URI_TOO_LONG
                if no_headers
                else HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
            )

    def _go_on(self) -> None:
        """Send what can be sent, in the order in which it was asked for."""
        while not (self._ending or self._waiting or self._is_full):
            if self._body is not None:
                self._send_block()
            elif self._close_after:
                self._end()
            elif self._queue:
                self._begin_answer(self._queue.popleft())
            elif self._fault:
                self._close_after = True
                self._send(self._clients.site.refusal(self._fault))
            else:
                break
        if not self._ending:
            if self._waiting or self._is_full:
                self._transport.pause_reading()
            elif self._half_closed:
                self._transport.close()
            else:
                self._transport.resume_reading()

    def _begin_answer(self, request: Request) -> None:
        self._close_after = request.close
        answer = self._clients.site.answer(request, patient=False)
        if answer is not None:
            self._send(answer)
            return
        self._waiting = True
        self.deadline = float("inf")
        loop = asyncio.get_running_loop()
        made = loop.run_in_executor(self._pool, self._make, request)
        made.add_done_callback(self._answered)

    def _make(self, request: Request) -> Answer:
        answer = self._clients.site.answer(request, patient=True)
        assert answer is not None  # noqa: S101 - what patience means
        return answer

    def _answered(self, made: asyncio.Future[Answer]) -> None:
        self._waiting = False
        if made.cancelled() or made.exception() is not None:
            self._transport.abort()
            return
        answer = made.result()
        if self._ending:
            if isinstance(answer.body, DiskBody):
                answer.body.close()
            return
        self._send(answer)
        self._go_on()

    def _send(self, answer: Answer) -> None:
        start = answer.head + self._clients.date_line()
        start += b"Connection: close\r\n\r\n" if self._close_after else b"\r\n"
        body = answer.body
        if isinstance(body, bytes) and len(body) <= _WITH_HEAD:
            self._transport.write(start + body)
            self.deadline = self._clients.now() + IDLE_SECONDS
            return
        self._transport.write(start)
        self._body = memoryview(body) if isinstance(body, bytes) else body
        self._sent = 0
        self.deadline = self._clients.now() + STALLED_SECONDS

    def _send_block(self) -> None:
        body = self._body
        block: bytes | memoryview
        if isinstance(body, DiskBody):
            block = body.block(self._sent, _BLOCK)
        else:
            block = cast("memoryview", body)[self._sent : self._sent + _BLOCK]
        if not block:
            # The disk has less than it said.
            self._transport.abort()
            self._ending = True
            return
        self._sent += len(block)
        if self._sent >= len(cast("DiskBody", body)):
            self._drop_body()
            self.deadline = self._clients.now() + IDLE_SECONDS
        self._transport.write(block)

    def _drop_body(self) -> None:
        if isinstance(self._body, DiskBody):
            self._body.close()
        self._body = None

    def _end(self) -> None:
        """Say that no more comes, and give the client time to read what came."""
        self._ending = True
        self.deadline = self._clients.now() + LINGER_SECONDS
        if self._half_closed or not self._transport.can_write_eof():
            self._transport.close()
            return
        self._transport.write_eof()
        self._transport.resume_reading()
