"""Builds responses."""

from __future__ import annotations

from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from io import FileIO

# Members looked up once: in Python 3.11 each look costs a call, and each request has several.
OK: Final = HTTPStatus.OK
NOT_MODIFIED: Final = HTTPStatus.NOT_MODIFIED
PRECONDITION_FAILED: Final = HTTPStatus.PRECONDITION_FAILED

SAFE_HEADERS: Final = {
    # Types are not guessed, and no referrer is sent.
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
NO_CONTENT_POLICY: Final = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The Content-Security-Policy of responses that load nothing."""


class FileBody(NamedTuple):
    """A body that is sent from the disk.

    Attributes:
        file: open; a caller that takes the body closes it.
        size: bytes that are announced.
    """

    file: FileIO
    size: int


class Response(NamedTuple):
    """A response.

    Attributes:
        status: of HTTP.
        head: the status line and the headers, each with its line end, without Date and Connection.
        body: what follows the head.
        feed: the name of the feed that it is about, or "".
    """

    status: HTTPStatus
    head: bytes
    body: bytes | FileBody = b""
    feed: str = ""

    def drop_body(self) -> Response:
        """Return the response to HEAD in place of GET."""
        if isinstance(self.body, FileBody):
            self.body.file.close()
        return self._replace(body=b"")


def build_head(status: HTTPStatus, headers: Mapping[str, str]) -> bytes:
    """Return the first lines of a response. Header values are ASCII."""
    lines = [f"HTTP/1.1 {status.value} {status.phrase}"]
    lines += (f"{name}: {value}" for name, value in headers.items())
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


def build_text(
    status: HTTPStatus, text: str, headers: Mapping[str, str] | None = None, feed: str = ""
) -> Response:
    """Return a response of text, which no cache may keep.

    Args:
        status: of HTTP.
        text: without its last line end.
        headers: more of them, or in place of the usual ones.
        feed: as in `Response`.
    """
    body = f"{text}\n".encode()
    fields = {
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Length": str(len(body)),
        "Cache-Control": "no-store",
        "Content-Security-Policy": NO_CONTENT_POLICY,
        **SAFE_HEADERS,
        **(headers or {}),
    }
    return Response(status, build_head(status, fields), body, feed)


@lru_cache(maxsize=64)
def build_error(status: HTTPStatus, feed: str = "") -> Response:
    """Return a response that has only its status."""
    return build_text(status, status.phrase, feed=feed)


def build_redirect(location: str, headers: Mapping[str, str], feed: str = "") -> Response:
    """Return a permanent redirect."""
    status = HTTPStatus.MOVED_PERMANENTLY
    return build_text(status, status.phrase, {"Location": location, **headers}, feed)
