"""A client's connection: responses in the order of requests, each wait with a limit."""

from __future__ import annotations

import asyncio
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from refeed.server.deadline import Deadline
from refeed.server.request_head import RequestError, RequestParser
from refeed.server.response import FileBody

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from refeed.server.request_head import Request
    from refeed.server.response import Response

HEAD_SECONDS: Final = 10
"""Seconds within which the whole head of a request has to arrive."""

IDLE_SECONDS: Final = 75
"""Seconds for which a connection is kept without a request; proxies keep theirs shorter."""

STALLED_SECONDS: Final = 30
"""Seconds for which a client may receive nothing of its response."""

LINGER_SECONDS: Final = 2
"""Seconds for which a client may read the last response (RFC 9112, section 9.6)."""

_READ: Final = 16_384
_BLOCK: Final = 262_144
_UNTAKEN: Final = 65_536  # bytes, beyond which no more is written: asyncio's own limit
_WITH_HEAD: Final = 32_768  # bytes of a body that are copied, to be sent in one call with the head


class Connection:
    """A client's connection.

    Args:
        reader: of asyncio.
        writer: likewise.
        clock: nanoseconds since 1970.
    """

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, clock: Callable[[], int]
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._transport = writer.transport
        self._clock = clock
        self._parser = RequestParser()
        # For the client; not set while a request is answered.
        self._deadline = Deadline()
        self._is_stopping = False

    async def serve(
        self,
        respond: Callable[[Request], Awaitable[Response]],
        refuse: Callable[[HTTPStatus], Response],
        *,
        is_full: bool = False,
    ) -> None:
        """Answer requests until the client has no more, takes too long, or `stop` is called.

        Args:
            respond: returns the response to a request.
            refuse: returns the response to an invalid request.
            is_full: whether there are too many connections for one more.
        """
        try:
            try:
                if is_full:
                    raise RequestError(HTTPStatus.SERVICE_UNAVAILABLE)  # noqa: TRY301 - refused like the others
                await self._answer_requests(respond)
            except RequestError as error:
                await self._send(refuse(error.status), is_last=True)
            await self._end()
        except OSError:
            # The client is gone, or takes too long: a timeout is an OSError as well.
            pass
        finally:
            self._deadline.close()
            self._transport.abort()

    def stop(self) -> None:
        """End once the response under way is sent, at once if there is none."""
        self._is_stopping = True
        if self._deadline.is_set:
            self._deadline.set(0)

    async def _answer_requests(self, respond: Callable[[Request], Awaitable[Response]]) -> None:
        seconds = HEAD_SECONDS
        while not self._is_stopping and (request := await self._read_request(seconds)) is not None:
            seconds = IDLE_SECONDS
            response = await respond(request)
            is_last = request.close or self._is_stopping
            await self._send(response, is_last=is_last)
            if is_last:
                return
            if self._parser.has_unparsed:
                # Other connections have their turn between two requests.
                await asyncio.sleep(0)

    async def _read_request(self, seconds: float) -> Request | None:
        """Return the next request, or None if no more comes.

        Args:
            seconds: within which it has to begin.

        Raises:
            RequestError: it is malformed or too long, or takes too long.
        """
        if (request := self._parser.parse()) is not None:
            return request
        has_begun = False
        self._deadline.set(seconds)
        try:
            while request is None:
                if self._parser.in_head and not has_begun:
                    has_begun = True
                    self._deadline.set(HEAD_SECONDS)
                data = await self._reader.read(_READ)
                if not data:
                    return None
                self._parser.feed(data)
                request = self._parser.parse()
        except asyncio.CancelledError:
            if not self._deadline.take_passed():
                raise
            if self._parser.in_head and not self._is_stopping:
                raise RequestError(HTTPStatus.REQUEST_TIMEOUT) from None
            return None
        finally:
            self._deadline.clear()
        return request

    async def _send(self, response: Response, *, is_last: bool) -> None:
        head = response.head + _format_date(self._clock() // 1_000_000_000)
        head += b"Connection: close\r\n\r\n" if is_last else b"\r\n"
        body = response.body
        if isinstance(body, FileBody):
            with body.file:
                self._writer.write(head)
                await self._send_file(body)
            return
        self._writer.write(head + body[:_WITH_HEAD])
        await self._drain()
        for start in range(_WITH_HEAD, len(body), _BLOCK):
            self._writer.write(memoryview(body)[start : start + _BLOCK])
            await self._drain()

    async def _send_file(self, body: FileBody) -> None:
        loop = asyncio.get_running_loop()
        await self._flush()
        for start in range(0, body.size, _BLOCK):
            self._check_open()
            size = min(_BLOCK, body.size - start)
            async with asyncio.timeout(STALLED_SECONDS):
                sent = await loop.sendfile(self._transport, body.file, start, size)
            if sent < size:
                raise OSError("a file became shorter while it was sent")

    async def _drain(self) -> None:
        """Wait until the client has received most of what was sent."""
        self._check_open()
        if self._transport.get_write_buffer_size() > _UNTAKEN:
            async with asyncio.timeout(STALLED_SECONDS):
                await self._writer.drain()

    async def _flush(self) -> None:
        """Wait until the client has received all that was sent."""
        self._transport.set_write_buffer_limits(0)
        async with asyncio.timeout(STALLED_SECONDS):
            await self._writer.drain()
        self._transport.set_write_buffer_limits(_UNTAKEN)

    def _check_open(self) -> None:
        """Raise an error if the client is gone, before asyncio warns of further writes."""
        if self._transport.is_closing():
            raise ConnectionResetError

    async def _end(self) -> None:
        """Close the sending side, and give the client time to read."""
        await self._flush()
        if self._is_stopping:
            return
        self._writer.write_eof()
        self._deadline.set(LINGER_SECONDS)
        try:
            while await self._reader.read(_READ):
                pass
        except asyncio.CancelledError:
            if not self._deadline.take_passed():
                raise


@lru_cache(maxsize=2)
def _format_date(second: int) -> bytes:
    return f"Date: {formatdate(second, usegmt=True)}\r\n".encode("ascii")
