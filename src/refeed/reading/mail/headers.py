"""Reads who sent a mail, its list and its date (RFC 5322, RFC 2919)."""

from __future__ import annotations

import re
from email.utils import parseaddr, parsedate_tz
from typing import NamedTuple

from refeed.reading.dates.text import is_date
from refeed.reading.single_line import to_single_line

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
