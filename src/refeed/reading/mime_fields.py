"""Reads the text of header fields (RFC 2047), whatever encoding it is in."""

from __future__ import annotations

import re
from email.errors import MessageError
from email.header import decode_header
from typing import TYPE_CHECKING

from refeed.errors import SnapshotError
from refeed.reading.encodings import decode, decode_as
from refeed.reading.single_line import to_single_line

if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGEST = 8_000
_FOLD = re.compile(r"\r?\n[ \t]*|\r")


def get_field(fields: Mapping[str, str], name: str) -> str:
    """Return a field's text on one line, or "".

    Args:
        fields: see `refeed.reading.mime_parts.Part`.
        name: in lower case.
    """
    return to_single_line(decode_field(fields.get(name, "")))


def decode_field(text: str) -> str:
    """Return a field unfolded, its encoded words decoded; of a longer one 8,000 characters.

    Args:
        text: as written; bytes beyond ASCII are surrogate-escaped (PEP 383).
    """
    text = _FOLD.sub(" ", _restore(text)[:_LONGEST])
    if "=?" not in text:
        return text
    try:
        words = decode_header(text)
    except (ValueError, MessageError):
        return text
    return "".join(_decode_word(word, charset) for word, charset in words)


def _restore(text: str) -> str:
    """Return the text of a field whose bytes beyond ASCII the parser has escaped."""
    return text if text.isascii() else _decode(text.encode("utf-8", "surrogateescape"))


def _decode_word(word: bytes | str, charset: str | None) -> str:
    if isinstance(word, str):
        return word
    if charset and charset.lower() != "unknown-8bit":
        text = decode_as(word, charset)
        if text:
            return text
    return _decode(word)


def _decode(data: bytes) -> str:
    try:
        return decode(data)
    except SnapshotError:
        return data.decode("latin-1")
