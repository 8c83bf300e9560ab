"""Requests and answers, as the rest of the server sees them."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from http import HTTPStatus

SAFE: Final = {
    # Types are as stated, and no page tells where its reader came from.
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
NOTHING: Final = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""The policy of what shows nothing but itself."""


class Request(NamedTuple):
    """A request without a body.

    Attributes:
        method: in upper case.
        target: as in the request line.
        headers: by name in lower case; those that came more than once are joined by commas.
        close: whether the connection ends after the answer.
    """

    method: bytes
    target: bytes
    headers: Mapping[bytes, bytes]
    close: bool


class DiskBody:
    """A body that is sent from the disk.

    Args:
        descriptor: of the file; it is closed by `close`, which must be called.
        size: bytes.
    """

    def __init__(self, descriptor: int, size: int) -> None:
        self._descriptor = descriptor
        self._size = size

    def __len__(self) -> int:
        """Return the bytes of it."""
        return self._size

    def block(self, start: int, length: int) -> bytes:
        """Return a part of it, at most so many bytes."""
        return os.pread(self._descriptor, min(length, self._size - start), start)

    def close(self) -> None:
        """Give the file back."""
        os.close(self._descriptor)


class Answer(NamedTuple):
    """An answer.

    Attributes:
        head: the status line and the headers, each with its line end, without Date and Connection.
        body: what follows the head.
    """

    head: bytes
    body: bytes | DiskBody = b""


class Reply(NamedTuple):
    """An answer, and what is counted of it.

    Attributes:
        status: of HTTP.
        feed: the name of the feed that it is about, or "".
        answer: what is sent.
    """

    status: HTTPStatus
    feed: str
    answer: Answer


def head(status: HTTPStatus, headers: Mapping[str, str]) -> bytes:
    """Return the first lines of an answer. Header values are ASCII."""
    lines = [f"HTTP/1.1 {status.value} {status.phrase}"]
    lines += (f"{name}: {value}" for name, value in headers.items())
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


def plain(status: HTTPStatus, text: str = "", **headers: str) -> Answer:
    """Return an answer of one line of text, which nobody may keep.

    Args:
        status: its status.
        text: the line; the status's own phrase if there is none.
        headers: more headers; underscores stand for hyphens.
    """
    body = f"{text or status.phrase}\n".encode()
    more = {name.replace("_", "-"): value for name, value in headers.items()}
    fields = {
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Length": str(len(body)),
        "Cache-Control": "no-store",
        "Content-Security-Policy": NOTHING,
        **SAFE,
        **more,
    }
    return Answer(head(status, fields), body)


def problem(status: HTTPStatus, feed: str = "") -> Reply:
    """Return the answer that says no more than its status."""
    return Reply(status, feed, _plain(status))


@lru_cache(maxsize=32)
def _plain(status: HTTPStatus) -> Answer:
    return plain(status)
