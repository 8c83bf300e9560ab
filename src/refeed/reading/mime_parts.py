"""Splits a MIME message (RFC 2045 to 2049) into its parts, in linear time, without copying them.

The standard library parses header fields. Bodies are split here: its parser takes time for each
line and each level of nesting, and fails where parts nest hundreds deep.
"""

from __future__ import annotations

import binascii
import re
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import collapse_rfc2231_value
from typing import TYPE_CHECKING, NamedTuple

from refeed.reading.mime_fields import decode_field

if TYPE_CHECKING:
    from collections.abc import Iterator

DEEPEST = 12
"""How deep parts within parts are looked at."""

MOST_PARTS = 10_000
_LONGEST_HEAD = 500_000
_LONGEST_VALUE = 4_000
_HEAD_END = re.compile(rb"\r?\n[ \t]*\r?\n|\r[ \t]*\r")
_NO_HEAD = re.compile(rb"[\r\n]+")
_LINE_END = re.compile(rb"\r\n|[\r\n]")
_PARAMETER = re.compile(r';\s*([\w!#$%&\'*+.^`|~-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"?|([^\s;"]*))')
_WRITTEN = re.compile(
    rb"(?:\A|\n)--([^\s-][^\s]{4,70}|-{2,}[^\s-][^\s]{4,70})[ \t]*\r?\n(?=[A-Za-z-]+:)"
)
_ESCAPE = re.compile(r"\\(.)")
_NOT_BASE64 = bytes(
    set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
)


class Part(NamedTuple):
    """A message, or a part of one.

    Attributes:
        fields: of its header by lower-case name, the first of each as it is written; bytes beyond
            ASCII are surrogate-escaped (PEP 383).
        data: the whole message.
        start: where the body begins in it, behind the header.
        end: where the body ends.
        parts: those right below it, of a multipart.
    """

    fields: dict[str, str]
    data: bytes
    start: int
    end: int
    parts: tuple[Part, ...] = ()

    @property
    def body(self) -> bytes:
        """The body as encoded for transfer."""
        return self.data[self.start : self.end]

    @property
    def media_type(self) -> str:
        """The media type in lower case; `text/plain` where none is stated (RFC 2045, 5.2)."""
        stated = self._get("content-type").partition(";")[0].strip().lower()
        return stated if stated.count("/") == 1 else "text/plain"

    @property
    def is_attachment(self) -> bool:
        """Whether the part says that it isn't shown."""
        return self._get("content-disposition").strip().lower().startswith("attachment")

    @property
    def content_id(self) -> str:
        """The id by which other parts refer to this one, without brackets, or ""."""
        return self._get("content-id").strip().strip("<>").strip()

    @property
    def location(self) -> str:
        """Its Content-Location (RFC 2557, section 4), unfolded, or ""."""
        return "".join(decode_field(self._get("content-location")).split()).strip("<>")

    @property
    def has_name(self) -> bool:
        """Whether the part has the name of a file."""
        return bool(self.get_parameter("name")) or "filename" in self._get("content-disposition")

    def get_parameter(self, name: str) -> str:
        """Return a parameter of Content-Type, or ""; it may be in parts, or encoded (RFC 2231)."""
        stated = self._get("content-type")
        if "*" in stated and stated.isascii():
            message = Message()
            message["content-type"] = stated
            return collapse_rfc2231_value(message.get_param(name) or "")
        for found in _PARAMETER.finditer(stated):
            if found[1].lower() == name:
                return _ESCAPE.sub(r"\1", found[2]) if found[2] is not None else found[3]
        return ""

    def decode(self) -> bytes:
        """Return the content, decoded as Content-Transfer-Encoding says as far as possible."""
        encoding = self._get("content-transfer-encoding").strip().lower()
        if encoding == "base64":
            return _decode_base64(self.body)
        if encoding == "quoted-printable":
            return binascii.a2b_qp(self.body)
        return self.body

    def _get(self, name: str) -> str:
        return self.fields.get(name, "")[:_LONGEST_VALUE]


def parse_message(data: bytes) -> Part:
    """Parse a message and its parts, as deep as `DEEPEST` and as many as `MOST_PARTS`."""
    return _parse(data, 0, len(data), 0, [MOST_PARTS])


def walk(part: Part) -> Iterator[Part]:
    """Yield the parts that have no parts themselves, in the message's order."""
    if not part.parts:
        yield part
    for one in part.parts:
        yield from walk(one)


def _parse(data: bytes, start: int, end: int, depth: int, left: list[int]) -> Part:
    """Parse a part; `left` is how many more there may be."""
    head_end, body_start = _find_head(data, start, end)
    part = Part(_parse_fields(data[start:head_end]), data, body_start, end)
    if depth >= DEEPEST or not part.media_type.startswith("multipart/"):
        return part
    return part._replace(parts=tuple(_split_body(part, depth, left)))


def _find_head(data: bytes, start: int, end: int) -> tuple[int, int]:
    """Return where the header of a part ends, and where its body begins."""
    if blank := _NO_HEAD.match(data, start, end):
        return start, blank.end()
    limit = min(end, start + _LONGEST_HEAD)
    blank = _HEAD_END.search(data, start, limit)
    return (blank.start(), blank.end()) if blank else (limit, limit)


def _parse_fields(head: bytes) -> dict[str, str]:
    fields: dict[str, str] = {}
    for name, value in BytesHeaderParser(policy=compat32).parsebytes(head).raw_items():
        fields.setdefault(name.lower(), str(value))
    return fields


def _split_body(part: Part, depth: int, left: list[int]) -> Iterator[Part]:
    """Yield the parts between the boundaries of a body (RFC 2046, section 5.1.1)."""
    data = part.data
    begin = max(part.start - 1, 0)  # The line end before the first boundary may be the header's.
    boundary = part.get_parameter("boundary").rstrip()
    mark = _build_mark(boundary.encode("ascii", "surrogateescape"))
    if not mark.search(data, begin, part.end):
        # Some programs state another boundary than they write.
        written = _WRITTEN.search(data, part.start, part.end)
        if written is None:
            return
        mark = _build_mark(written[1])
    start = -1
    for found in mark.finditer(data, begin, part.end):
        if start >= 0:
            left[0] -= 1
            yield _parse(data, start, max(start, found.start()), depth + 1, left)
        line_end = _LINE_END.match(data, found.end(), part.end)
        start = line_end.end() if line_end else found.end()
        if found[1] or left[0] <= 0:
            return
    if start >= 0:  # the end is missing
        yield _parse(data, start, part.end, depth + 1, left)


def _build_mark(boundary: bytes) -> re.Pattern[bytes]:
    """Match a boundary with the line end before it, which is no part of what it ends."""
    return re.compile(
        rb"(?:\r\n|[\r\n]|^)--" + re.escape(boundary) + rb"(--)?[ \t]*(?=[\r\n]|\Z)", re.MULTILINE
    )


def _decode_base64(body: bytes) -> bytes:
    """Decode what is sound of base64; other characters are passed over (RFC 2045, 6.8)."""
    letters = body.translate(None, _NOT_BASE64)
    letters = letters[: len(letters) - 1] if len(letters) % 4 == 1 else letters
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))
