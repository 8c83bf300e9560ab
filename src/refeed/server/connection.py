"""One connection: answers in the order of requests, and no longer than is reasonable."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, cast

from refeed.server.messages import DiskBody
from refeed.server.receiving import Requests

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from refeed.server.clients import Clients
    from refeed.server.messages import Answer, Request

HEAD_SECONDS: Final = 10
"""Within which the whole head of a request has to come."""

IDLE_SECONDS: Final = 75
"""For which a connection is kept without a request: longer than proxies keep theirs."""

STALLED_SECONDS: Final = 30
"""For which a client may take nothing of its answer."""

LINGER_SECONDS: Final = 2
"""For which a client may read the last answer: ended at once, it could lose it (RFC 9112, 9.6)."""

_BLOCK: Final = 131_072
_WITH_HEAD: Final = 32_768


class Connection(asyncio.Protocol):
    """A client."""

    def __init__(self, clients: Clients, pool: Executor) -> None:
        self._clients = clients
        self._pool = pool
        self._requests = Requests()
        self._waiting = False  # for an answer that another thread makes
        self._is_full = False  # the client takes nothing at the moment
        self._ending = False  # no more is read
        self._body: memoryview | DiskBody | None = None
        self._sent = 0
        self._close_after = False
        self._half_closed = False
        self.deadline = clients.now() + HEAD_SECONDS

    # What the loop calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(high=_BLOCK)
        if not self._clients.add(self):
            self._requests.fault = HTTPStatus.SERVICE_UNAVAILABLE
            self._go_on()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """Give everything back."""
        self._ending = True
        self._requests.complete.clear()
        self._drop_body()
        self._clients.remove(self)

    def data_received(self, data: bytes) -> None:
        """Read requests; answer those that are complete."""
        requests = self._requests
        if self._ending or requests.fault:
            return
        begun = requests.begun
        requests.feed(data)
        if requests.begun != begun and not self._is_busy:
            self.deadline = self._clients.now() + HEAD_SECONDS
        self._go_on()

    def eof_received(self) -> bool:
        """Answer what has been asked for by one who asks no more."""
        self._half_closed = True
        return self._is_busy or bool(self._requests.complete)

    def pause_writing(self) -> None:
        """Send no more until the client has taken what it was sent."""
        self._is_full = True

    def resume_writing(self) -> None:
        """Go on sending."""
        self._is_full = False
        self.deadline = self._clients.now() + STALLED_SECONDS
        self._go_on()

    # The rest.

    def expire(self) -> None:
        """End what has taken too long."""
        if self._requests.in_head and not (self._is_busy or self._is_full or self._ending):
            self._requests.fault = HTTPStatus.REQUEST_TIMEOUT
            self._go_on()
        elif self._is_busy or self._ending or self._is_full:
            self._transport.abort()
        else:
            self._transport.close()

    def stop(self) -> None:
        """End as soon as the answers under way are sent."""
        if self._is_busy:
            self._close_after = True
            self._requests.complete.clear()
        else:
            self._transport.close()

    def abort(self) -> None:
        """End at once."""
        self._transport.abort()

    @property
    def _is_busy(self) -> bool:
        return self._waiting or self._body is not None

    def _go_on(self) -> None:
        """Send what can be sent, in the order in which it was asked for."""
        while not (self._ending or self._waiting or self._is_full):
            if self._body is not None:
                self._send_block()
            elif self._close_after:
                self._end()
            elif self._requests.complete:
                self._begin_answer(self._requests.complete.popleft())
            elif self._requests.fault:
                self._close_after = True
                self._send(self._clients.site.refusal(self._requests.fault))
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
