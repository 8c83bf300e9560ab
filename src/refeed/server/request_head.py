"""Parses the requests of a connection, one head at a time (RFC 9112, sections 2 to 6).

httptools parses; this module adds limits and requirements.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final, NamedTuple

import httptools

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_TARGET: Final = 8_000
"""Bytes of a request's target; RFC 9112, section 3, wants no less."""

MAX_HEAD: Final = 16_384
"""Bytes of a request's head."""

MAX_FIELDS: Final = 100
"""Header fields of a request."""

_HEAD_END: Final = b"\r\n\r\n"
_VERSIONS: Final = ("1.1", "1.0")


class Request(NamedTuple):
    """A request without its body.

    Attributes:
        method: in upper case.
        target: as in the request line.
        headers: by name in lower case; those that came more than once are joined by commas.
        close: whether the connection ends after the response.
    """

    method: bytes
    target: bytes
    headers: Mapping[bytes, bytes]
    close: bool


class RequestError(Exception):
    """An invalid or unacceptable request.

    Attributes:
        status: of the response.
    """

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


class RequestParser:
    """Parses the requests of one connection.

    No request is parsed before the previous one was answered, so a client that sends thousands and
    reads no response costs only the bytes that were read. A body is not waited for: the connection
    ends after the response, so no part of a body is parsed as a request.

    Attributes:
        in_head: whether a part of a head has arrived.
    """

    def __init__(self) -> None:
        self.in_head = False
        self._data = b""
        self._parsed = 0
        self._parser = httptools.HttpRequestParser(self)
        self._request: Request | None = None
        self._fault: HTTPStatus | None = None
        self.on_message_begin()
        self.in_head = False

    def feed(self, data: bytes) -> None:
        """Add received bytes, once `parse` has nothing to parse."""
        self._data, self._parsed = data, 0

    def parse(self) -> Request | None:
        """Return the next request, or None if more bytes are needed for it.

        Raises:
            RequestError: what came is malformed or too long. Nothing more can be parsed.
        """
        while self._parsed < len(self._data):
            self._parse_part(self._take_part())
            if self._request is not None:
                request, self._request = self._request, None
                return request
        return None

    @property
    def has_unparsed(self) -> bool:
        """Whether there are bytes behind the last request."""
        return self._parsed < len(self._data)

    def _take_part(self) -> bytes:
        """Return bytes with one end of a head at most, since the parser can't be stopped.

        That is a whole head or, if one comes in pieces, a line.
        """
        start = self._parsed
        end = -1 if self.in_head else self._data.find(_HEAD_END, start)
        if end >= 0:
            self._parsed = end + len(_HEAD_END)
        else:
            self._parsed = self._data.find(b"\n", start) + 1 or len(self._data)
        return self._data[start : self._parsed]

    def _parse_part(self, part: bytes) -> None:
        try:
            self._parser.feed_data(part)
        except httptools.HttpParserUpgrade:
            # No upgrade is supported; the bytes after the head are in another protocol.
            if self._request is not None:
                self._request = self._request._replace(close=True)
        except httptools.HttpParserError:
            self._fault = self._fault or HTTPStatus.BAD_REQUEST
        self._head_bytes += len(part)
        if self.in_head and self._head_bytes > MAX_HEAD:
            self._fault = self._fault or HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
        if self._fault is not None:
            raise RequestError(self._fault)

    # The parser calls these.

    def on_message_begin(self) -> None:
        """Begin a request."""
        self.in_head = True
        self._target = b""
        self._headers: dict[bytes, bytes] = {}
        self._head_bytes = self._fields = self._hosts = 0

    def on_url(self, url: bytes) -> None:
        """Take a part of the target."""
        self._target += url
        if len(self._target) > MAX_TARGET:
            self._fault = HTTPStatus.REQUEST_URI_TOO_LONG

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header field."""
        self._fields += 1
        if self._fields > MAX_FIELDS:
            self._fault = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
            return
        name = name.lower()
        before = self._headers.get(name)
        self._headers[name] = value if before is None else before + b", " + value
        self._hosts += name == b"host"

    def on_headers_complete(self) -> None:
        """Take the head as complete."""
        self.in_head = False
        version = self._parser.get_http_version()
        if version not in _VERSIONS or self._hosts > 1 or (not self._hosts and version == "1.1"):
            self._fault = self._fault or HTTPStatus.BAD_REQUEST
            return
        has_body = (
            b"transfer-encoding" in self._headers
            or self._headers.get(b"content-length", b"0").strip(b"0") != b""
        )
        close = has_body or not self._parser.should_keep_alive()
        self._request = Request(self._parser.get_method(), self._target, self._headers, close)
