"""Reads HTTP responses as archives hold them (RFC 9112), also where their header is not true.

Many archivers store a body unpacked and leave the header fields that say how it was packed.
"""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING, NamedTuple

from refeed.byte_stream import ByteStream
from refeed.errors import SnapshotError

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_HEADER = 65_536
"""Bytes."""

_STATUS = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})")
_HEADER_END = re.compile(rb"\r?\n\r?\n")
_CHUNK = re.compile(rb"[ \t]*([0-9a-fA-F]{1,15})[ \t]*(?:;[^\r\n]{0,1000})?\r?\n")
_LINE_END = re.compile(rb"\r?\n")
_CHARSET = re.compile(r"""charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_MOST_CODINGS = 4
_ZSTD = b"\x28\xb5\x2f\xfd"


class Response(NamedTuple):
    """A response.

    Attributes:
        status: for instance 200.
        fields: the header fields by name in lower case, of several of one name the first.
        body: as it was sent.
    """

    status: int
    fields: Mapping[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        """The media type in lower case, "" where it says none."""
        return media_type_of(self.fields.get("content-type", ""))

    @property
    def charset(self) -> str:
        """The label of the encoding, or ""."""
        return charset_of(self.fields.get("content-type", ""))


def media_type_of(content_type: str) -> str:
    """Return the media type in a Content-Type, in lower case."""
    return content_type.partition(";")[0].strip().lower()


def charset_of(content_type: str) -> str:
    """Return the label of the encoding in a Content-Type, or ""."""
    found = _CHARSET.search(content_type[:1000])
    return found[1] if found else ""


def parse_fields(head: bytes) -> dict[str, str]:
    """Return header fields by name in lower case; lines that are none are skipped."""
    fields: dict[str, str] = {}
    for line in head.decode("latin-1").split("\n"):
        name, colon, value = line.partition(":")
        if colon:
            fields.setdefault(name.strip().lower(), value.strip())
    return fields


def parse_response(data: bytes) -> Response | None:
    """Return the response that bytes are, or None if they are none."""
    status = _STATUS.match(data)
    end = _HEADER_END.search(data, 0, LONGEST_HEADER)
    if not status or not end:
        return None
    return Response(int(status[1]), parse_fields(data[: end.start()]), data[end.end() :])


def unpack_body(response: Response, most: int) -> bytes:
    """Return a body past its transfer and content codings, as far as it is whole.

    Args:
        response: with the body.
        most: bytes that it may have.

    Raises:
        SnapshotError: it has more, or its coding is unknown.
    """
    body = response.body
    if "chunked" in response.fields.get("transfer-encoding", "").lower():
        body = _join_chunks(body)
    codings = response.fields.get("content-encoding", "").lower().split(",")
    for coding in reversed(codings[:_MOST_CODINGS]):
        body = _decode(body, coding.strip(), most)
        if len(body) > most:
            raise SnapshotError(f"a page of more than {most:,} bytes")
    return body


def _join_chunks(body: bytes) -> bytes:
    """Join the chunks of a body; one that isn't chunked any more is returned as it is."""
    parts: list[bytes] = []
    at = 0
    while size := _CHUNK.match(body, at):
        end = size.end() + int(size[1], 16)
        parts.append(body[size.end() : end])
        line_end = _LINE_END.match(body, end)
        at = line_end.end() if line_end else end
        if not int(size[1], 16):
            break
    return b"".join(parts) if parts else body


def _decode(body: bytes, coding: str, most: int) -> bytes:
    """Undo a content coding; a body that isn't in it is returned as it is."""
    if coding in ("gzip", "x-gzip", "deflate"):
        for window in (47, -15) if coding == "deflate" else (47,):
            try:
                return zlib.decompressobj(window).decompress(body, most + 1)
            except zlib.error:
                continue
    if coding == "br" or (coding == "zstd" and body.startswith(_ZSTD)):
        return _decode_by_fastwarc(body, coding, most)
    return body


def _decode_by_fastwarc(body: bytes, coding: str, most: int) -> bytes:
    from fastwarc.stream_io import BrotliReader, ZstdReader

    reader = (BrotliReader if coding == "br" else ZstdReader)(ByteStream(body))
    parts: list[bytes] = []
    try:
        while most >= 0 and (part := reader.read(1 << 16)):
            parts.append(part)
            most -= len(part)
    except (OSError, ValueError):
        pass
    return b"".join(parts) or body
