"""Reads the fields of a mail's header (RFC 5322, RFC 2047, RFC 2919)."""

from __future__ import annotations

import re
from email.errors import MessageError
from email.header import decode_header
from email.utils import parseaddr, parsedate_tz
from typing import TYPE_CHECKING, NamedTuple

from refeed.errors import SnapshotError
from refeed.reading.date_text import is_date
from refeed.reading.encodings import decode, decode_as
from refeed.reading.single_line import to_single_line

if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGEST = 8_000
_FOLD = re.compile(r"\r?\n[ \t]*|\r")
_COMMENT = re.compile(r"\([^()]*\)")
# `Jane Roe from The Letter`, as Substack writes it, and `Jane Roe via List`, as mailing lists do.
_FROM_SITE = re.compile(r"(.{2,60}?)\s+(?:from|de|von|at|@|bei|da|van)\s+(.{2,80})")
_VIA = re.compile(r"(.{2,80}?)\s+(?:via|über|par|через)\s+(.{2,80})", re.IGNORECASE)
# As Outlook writes an address into a forwarded mail.
_MAILTO = re.compile(r"\[mailto:([^\[\]\s]+)\]", re.IGNORECASE)
_TOKEN = re.compile(r"[0-9a-f]{12,}|\d{5,}")
_LETTERS = re.compile(r"[^\W\d_]{2}")
_LONGEST_NAME = 120
_DOMAIN = re.compile(r"(?:[a-z0-9_-]+\.)+[a-z0-9-]{2,}")
NO_DOMAIN = "mail.invalid"
"""For a mail whose sender can't be read (RFC 2606, section 2)."""


class Sender(NamedTuple):
    """Who a mail is from.

    Attributes:
        name: of the person, or "".
        site: of the newsletter as the sender's name gives it, or "".
        domain: of the address, in lower case.
    """

    name: str
    site: str
    domain: str


def get_field(fields: Mapping[str, str], name: str) -> str:
    """Return a field's text on one line, its encoded words decoded (RFC 2047), or "".

    Args:
        fields: see `refeed.reading.mime_parts.Part`.
        name: in lower case.
    """
    text = _FOLD.sub(" ", _restore(fields.get(name, ""))[:_LONGEST])
    if "=?" not in text:
        return to_single_line(text)
    try:
        words = decode_header(text)
    except (ValueError, MessageError):
        return to_single_line(text)
    return to_single_line("".join(_decode_word(word, charset) for word, charset in words))


def _restore(text: str) -> str:
    """Return the text of a field whose bytes beyond ASCII the parser has escaped."""
    if text.isascii():
        return text
    data = text.encode("utf-8", "surrogateescape")
    return _decode(data)


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


def read_sender(text: str) -> Sender:
    """Read the sender in a From field.

    Args:
        text: the decoded field.
    """
    name, address = parseaddr(_MAILTO.sub(r"<\1>", text))
    domain = address.rpartition("@")[2].lower().rstrip(".>")
    if not _DOMAIN.fullmatch(domain):
        domain = ""
    name = to_single_line(name or text.partition("<")[0]).strip("\"' ")
    if "@" in name and " " not in name:
        name = ""
    via = _VIA.fullmatch(name)
    if via:
        return Sender(via[1].strip("\"' "), via[2].strip("\"' "), domain)
    parts = _FROM_SITE.fullmatch(name)
    if parts:
        return Sender(parts[1], parts[2], domain)
    return Sender(name, "", domain)


def read_list_name(text: str) -> str:
    """Return the name in a List-Id field: what stands before the id in brackets."""
    name = text.partition("<")[0].strip("\"' ")
    is_name = len(name) <= _LONGEST_NAME and _LETTERS.search(name) is not None
    return name if is_name and "@" not in name and not _TOKEN.search(name) else ""


def find_date(text: str) -> str:
    """Return a date field in a form that `parse_date` reads, or as it is."""
    plain = _COMMENT.sub("", text).strip()
    if not plain or is_date(plain):
        return plain
    parsed = parsedate_tz(plain)
    if parsed is None:
        return plain
    year, month, day, hour, minute, second, *_, offset = parsed
    written = f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{min(second, 59):02}"
    if offset is None:
        return written
    sign, offset = ("-", -offset) if offset < 0 else ("+", offset)
    return f"{written}{sign}{offset // 3600:02}:{offset // 60 % 60:02}"
