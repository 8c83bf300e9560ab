"""Recognises archives of pages; what reads them is imported when one is met."""

from __future__ import annotations

import re
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refeed.errors import SnapshotError
    from refeed.reading.claims import Record

MHTML_SUFFIXES = (".mhtml", ".mht")
WARC_SUFFIXES = (".warc", ".warc.gz", ".warc.zst")

_FIELD = re.compile(rb"[A-Za-z][A-Za-z0-9-]{0,60}[ \t]*:")
# What Blink, Internet Explorer, UnMHT and MAF write, and no mail has.
_SAVED_PAGE = re.compile(
    rb"^(?:Snapshot-Content-Location:|From:[ \t]*[\"<]*Saved by |X-(?:MAF|UnMHT)[\w-]*:)",
    re.MULTILINE | re.IGNORECASE,
)
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_GZIP = b"\x1f\x8b"
# A frame, and the skippable frame that a dictionary is in.
_ZSTD = (b"\x28\xb5\x2f\xfd", b"\x5d\x2a\x4d\x18")


def is_mhtml(head: bytes, path: str) -> bool:
    """Tell whether a file is MHTML: see `Reader.recognize`."""
    if not _FIELD.match(head):
        return False
    fields = _BLANK_LINE.split(head, 1)[0]
    return path.lower().endswith(MHTML_SUFFIXES) or _SAVED_PAGE.search(fields) is not None


def read_mhtml(data: bytes, path: str) -> Iterator[Record | SnapshotError]:
    """Read MHTML: see `Reader.read`."""
    from refeed.reading.web_archives import mhtml

    return mhtml.read(data, path)


def is_warc(head: bytes, path: str) -> bool:
    """Tell whether a file is WARC, compressed or not: see `Reader.recognize`."""
    if head.startswith(_GZIP):
        with suppress(zlib.error):
            head = zlib.decompressobj(31).decompress(head, 16).lstrip() or head
    is_packed = head.startswith((_GZIP, *_ZSTD))
    return head.startswith(b"WARC/") or (is_packed and path.lower().endswith(WARC_SUFFIXES))


def read_warc(data: bytes, path: str) -> Iterator[Record | SnapshotError]:
    """Read WARC: see `Reader.read`."""
    from refeed.reading.web_archives import warc

    return warc.read(data, path)
