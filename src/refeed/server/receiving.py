"""From the bytes of a connection to requests, and no more of them than is reasonable.

The parser is llhttp, Node's; what is here are the limits, and what a request must have.
"""

from __future__ import annotations

from collections import deque
from http import HTTPStatus
from typing import Final

import httptools

from refeed.server.messages import Request

LONGEST_TARGET: Final = 8_000
"""Bytes of a request's target; RFC 9112, section 3, wants no less."""

LONGEST_HEAD: Final = 16_384
"""Bytes of a request's head."""

MOST_HEADERS: Final = 100

_VERSIONS: Final = ("1.1", "1.0")


class Requests:
    """The requests of one connection, as they come.

    Attributes:
        complete: those that are to be answered, the first one first.
        fault: what is wrong with what came behind them; nothing more is read then.
        in_head: whether a request has begun, and not all of its head has come.
        begun: how many have begun.
    """

    def __init__(self) -> None:
        self.complete: deque[Request] = deque()
        self.fault: HTTPStatus | None = None
        self.in_head = False
        self.begun = 0
        self._parser = httptools.HttpRequestParser(self)
        self._head_bytes = 0
        self._refusing_more = False  # what follows a body, or a last request, is none
        self._begin_head()

    def feed(self, data: bytes) -> None:
        """Take what has come."""
        self._head_bytes += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            # Nothing is upgraded to. What comes after the answer would be in another protocol.
            if self.complete:
                self.complete[-1] = self.complete[-1]._replace(close=True)
            self.fault = self.fault or HTTPStatus.BAD_REQUEST
        except httptools.HttpParserError:
            self.fault = self.fault or HTTPStatus.BAD_REQUEST
        if self.in_head and self._head_bytes > LONGEST_HEAD:
            self._too_long()

    # What the parser calls.

    def on_message_begin(self) -> None:
        """Begin a request."""
        self._begin_head()
        self.in_head = True
        self.begun += 1

    def on_url(self, url: bytes) -> None:
        """Take a part of the target."""
        self._target += url
        if len(self._target) > LONGEST_TARGET:
            self.fault = self.fault or HTTPStatus.REQUEST_URI_TOO_LONG

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
        self.in_head = False
        self._head_bytes = 0
        if self.fault or self._refusing_more:
            return
        parser = self._parser
        version = parser.get_http_version()
        if version not in _VERSIONS or self._hosts > 1 or (not self._hosts and version == "1.1"):
            self.fault = HTTPStatus.BAD_REQUEST
            return
        has_body = (
            b"transfer-encoding" in self._headers
            or self._headers.get(b"content-length", b"0").strip(b"0") != b""
        )
        close = has_body or not parser.should_keep_alive()
        self._refusing_more = close
        self.complete.append(Request(parser.get_method(), self._target, self._headers, close))

    def _begin_head(self) -> None:
        self._target = b""
        self._headers: dict[bytes, bytes] = {}
        self._hosts = self._header_count = self._header_bytes = 0

    def _too_long(self) -> None:
        if not self.fault:
            no_headers = not self._headers and len(self._target) > LONGEST_TARGET
            self.fault = (
                HTTPStatus.REQUEST_URI_TOO_LONG
                if no_headers
                else HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
            )
