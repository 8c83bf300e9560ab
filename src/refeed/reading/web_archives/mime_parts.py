"""Splits a MIME document (RFC 2045, RFC 2046) into its parts, without copying them.

The standard library's `email` parses the header fields. Its parser of whole messages compares each
line with the boundaries of all parts around it, which takes time by depth times length.
"""

from __future__ import annotations

import base64
import binascii
import re
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import HeaderParser
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_HEADER = 16_384
"""Bytes of a header of a part."""

MOST_PARTS = 10_000

_DEEPEST = 4
# The beginnings of the names of the fields that are kept.
_READ = ("content-", "snapshot-content-location", "subject", "date")
_LONGEST_FIELD = 4_000
_BLANK_LINE = re.compile(rb"\r?\n[ \t]*\r?\n|\r\r")
_NO_HEADER = re.compile(rb"\r?\n")
_FOLD = re.compile(r"[\r\n]+[ \t]*")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")


class Part(NamedTuple):
    """A part of a MIME document, or all of it.

    Attributes:
        fields: those of its header fields that say what it is, long ones cut.
        data: of the whole document.
        start: where its body begins.
        end: where its body ends.
    """

    fields: Message
    data: bytes
    start: int
    end: int

    @property
    def media_type(self) -> str:
        """Its media type in lower case, ``text/plain`` where it says none."""
        return self.fields.get_content_type()

    @property
    def charset(self) -> str:
        """The label of its encoding, or ""."""
        return self.read_parameter("charset")

    @property
    def content_id(self) -> str:
        """Its Content-ID without the angle brackets, or ""."""
        return self.read_field("Content-ID").strip("<> ")

    @property
    def location(self) -> str:
        """Its Content-Location (RFC 2557, section 4), unfolded, or ""."""
        return "".join(self.read_field("Content-Location").split()).strip("<>")

    def read_field(self, name: str) -> str:
        """Return the text of a header field on one line, encoded words (RFC 2047) decoded."""
        text = _FOLD.sub(" ", str(self.fields.get(name, ""))).strip()
        if "=?" not in text:
            return text
        try:
            return str(make_header(decode_header(text)))
        except (MessageError, LookupError, ValueError):
            return text

    def read_parameter(self, name: str) -> str:
        """Return a parameter of its Content-Type, or ""."""
        value = self.fields.get_param(name)
        # RFC 2231 adds charset and language to a value.
        text = value[2] if isinstance(value, tuple) else value
        return text.strip("<>\"' \t\r\n") if text else ""

    def read_body(self) -> bytes:
        """Return its body, past the Content-Transfer-Encoding; what is broken in it is skipped."""
        body = self.data[self.start : self.end]
        encoding = self.read_field("Content-Transfer-Encoding").lower()
        if encoding == "quoted-printable":
            return binascii.a2b_qp(body)
        if encoding == "base64":
            letters = _NOT_BASE64.sub(b"", body)
            whole = len(letters) - (len(letters) % 4 == 1)
            return base64.b64decode(letters[:whole] + b"=" * (-whole % 4))
        return body

    def list_leaves(self) -> Iterator[Part]:
        """Yield the parts that are no multiparts themselves, in order.

        A document without parts is its own only part. Parts that are nested deeper than five levels
        are left out, and so are those after `MOST_PARTS`.
        """
        for number, part in enumerate(_list_leaves(self, _DEEPEST)):
            if number == MOST_PARTS:
                return
            yield part

    def find_start(self) -> str:
        """Return the Content-ID that the document names as its root (RFC 2387), or ""."""
        return self.read_parameter("start")

    def split(self, boundary: bytes) -> Iterator[Part]:
        """Yield the parts between the boundary's lines. The last line may be missing."""
        line = re.compile(rb"^--" + re.escape(boundary) + rb"(--)?[ \t]*\r?$", re.MULTILINE)
        start = -1
        for found in line.finditer(self.data, self.start, self.end):
            if start >= 0:
                end = _find_line_end(self.data, start, found.start())
                yield read_part(self.data, start, end)
            start = found.end() + 1
            if found[1]:
                return
        if 0 <= start < self.end:
            yield read_part(self.data, start, self.end)


def _list_leaves(part: Part, depth: int) -> Iterator[Part]:
    boundary = part.read_parameter("boundary")
    if not part.media_type.startswith("multipart/") or not boundary:
        yield part
    elif depth:
        for each in part.split(boundary.encode("utf-8", "replace")):
            yield from _list_leaves(each, depth - 1)


def read_part(data: bytes, start: int, end: int) -> Part:
    """Read the header of a part that is between two places of a document."""
    limit = min(end, start + LONGEST_HEADER)
    blank = _NO_HEADER.match(data, start, end) or _BLANK_LINE.search(data, start, limit)
    head, body = (blank.start(), blank.end()) if blank else (limit, limit)
    fields = Message()
    text = data[start:head].decode("utf-8", "replace")
    for name, value in HeaderParser().parsestr(text, headersonly=True).items():
        if name.lower().startswith(_READ):
            fields[name] = value[:_LONGEST_FIELD]
    return Part(fields, data, body, end)


def _find_line_end(data: bytes, start: int, end: int) -> int:
    """Return where the line end before a boundary begins: it is a part of the boundary."""
    if data.endswith(b"\r\n", start, end):
        return end - 2
    return end - 1 if data.endswith(b"\n", start, end) else end
