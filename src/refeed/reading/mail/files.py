"""Recognises mails, and finds them in files: one message, an mbox, Apple Mail's `.emlx`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refeed.errors import SnapshotError
    from refeed.reading.claims import Record

SUFFIXES = (".eml", ".emlx")
MBOX_SUFFIXES = (".mbox", ".mbx")

_HEAD = re.compile(rb"(?:[!-9;-~]+:[^\n]*\r?\n(?:[ \t][^\n]*\r?\n)*+)++", re.DOTALL)
_FIELD = re.compile(rb"^([!-9;-~]+):", re.MULTILINE)
_ONLY_IN_MAIL = frozenset(
    b"message-id received return-path delivered-to dkim-signature mime-version x-mozilla-status"
    b" list-id list-unsubscribe".split()
)
_IN_MAIL = frozenset(b"from to subject date sender reply-to content-type".split())
_OF_A_LETTER = frozenset((b"from", b"to", b"subject"))
_MHTML = re.compile(
    rb"^(?:snapshot-content-location:|from: <saved by )|^content-type:\s*multipart/related[^\n]*"
    rb"(?:\r?\n[ \t][^\n]*)*text/html",
    re.IGNORECASE | re.MULTILINE,
)
_MHTML_SUFFIXES = (".mht", ".mhtml")
_MAILDIR = ("cur", "new")
# The line before each message (RFC 4155, appendix A), with any form of the date.
_SEPARATOR = re.compile(
    rb"(?:\A|(?<=\n\n)|(?<=\r\n\r\n))From [^\n]*\d\d:\d\d[^\n]*\d{4}[^\n]*\r?\n"
    rb"(?=[!-9;-~]+:|>From )"
)
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_BLANK = b"\xef\xbb\xbf \t\r\n"
_MOZILLA_STATUS = re.compile(rb"X-Mozilla-Status: *([0-9a-fA-F]{4})\b")
_EXPUNGED = 0x0008
_COUNT = re.compile(rb"\s*(\d{1,12})[ \t]*\r?\n")


def recognize_mail(head: bytes, path: str) -> bool:
    """Tell whether a file is one message: by the fields of its header.

    Posts of site generators begin with fields, too, but have none that only mails have. A file in a
    Maildir (its folders are `cur` and `new`) has no suffix.
    """
    name = path.lower()
    if name.endswith(_MHTML_SUFFIXES):
        return False
    if name.endswith(".emlx"):
        return _COUNT.match(head) is not None
    block = _HEAD.match(head, _skip_from_line(head))
    if block is None:
        return False
    fields = {field.lower() for field in _FIELD.findall(block[0])}
    is_named_so = name.endswith(SUFFIXES) or ("/" in name and name.rsplit("/", 2)[-2] in _MAILDIR)
    certain, usual = len(fields & _ONLY_IN_MAIL), len(fields & _IN_MAIL)
    if fields >= _OF_A_LETTER:
        certain += 1
    if not (certain and certain + usual > 1) and not (is_named_so and certain + usual):
        return False
    return is_named_so or _MHTML.search(block[0]) is None


def recognize_mbox(head: bytes, path: str) -> bool:  # noqa: ARG001 - as any reader
    """Tell whether a file is an mbox, whatever it is called."""
    return head.startswith(b"From ") and _SEPARATOR.match(head) is not None


def read_mail(data: bytes, path: str) -> list[Record | SnapshotError]:
    """Return the record of a message, or why there is none."""
    from refeed.reading.mail.message import read_message

    return [read_message(_find_message(data, path))]


def list_mail_pictures(data: bytes, path: str) -> Iterator[bytes]:
    """Yield the bytes of what may be pictures in a message."""
    from refeed.reading.mail.message import list_pictures

    return list_pictures(_find_message(data, path))


def _find_message(data: bytes, path: str) -> bytes:
    if path.lower().endswith(".emlx"):
        count = _COUNT.match(data)
        if count:
            data = data[count.end() : count.end() + int(count[1])]
    data = data.lstrip(_BLANK)
    return data[_skip_from_line(data) :]


def _skip_from_line(data: bytes) -> int:
    """Return where a message begins that was taken out of an mbox with the line before it."""
    return data.find(b"\n") + 1 if data.startswith((b"From ", b">From ")) else 0


def read_mbox(data: bytes, path: str) -> Iterator[Record | SnapshotError]:  # noqa: ARG001 - as any reader
    """Yield the record of each message of an mbox, or why it has none.

    Messages that Thunderbird has deleted stay in its files until it compacts them.
    """
    from refeed.reading.mail.message import read_message

    for message in _list_messages(data):
        yield read_message(message)


def list_mbox_pictures(data: bytes) -> Iterator[bytes]:
    """Yield the bytes of what may be pictures in the messages of an mbox."""
    from refeed.reading.mail.message import list_pictures

    for message in _list_messages(data):
        yield from list_pictures(message)


def _list_messages(data: bytes) -> Iterator[bytes]:
    data = data.lstrip(_BLANK)
    marks = list(_SEPARATOR.finditer(data))
    ends = [mark.start() for mark in marks[1:]]
    for mark, end in zip(marks, [*ends, len(data)], strict=True):
        if not _is_deleted(data, mark.end()):
            yield _QUOTED_FROM.sub(rb"\1", data[mark.end() : end])


def _is_deleted(data: bytes, start: int) -> bool:
    status = _MOZILLA_STATUS.match(data, start)
    return status is not None and bool(int(status[1], 16) & _EXPUNGED)
