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
WACZ_SUFFIXES = (".wacz",)
WEBARCHIVE_SUFFIXES = (".webarchive",)
MAFF_SUFFIXES = (".maff",)

_FIELD = re.compile(rb"[A-Za-z][A-Za-z0-9-]{0,60}[ \t]*:")
# What Blink, Internet Explorer, UnMHT and MAF write, and no mail has.
_SAVED_PAGE = re.compile(
    rb"^(?:Snapshot-Content-Location:|From:[ \t]*[\"<]*Saved by |X-(?:MAF|UnMHT)[\w-]*:)",
    re.MULTILINE | re.IGNORECASE,
)
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_ZIP = b"PK\x03\x04"
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


def is_wacz(head: bytes, path: str) -> bool:
    """Tell whether a file is WACZ: see `Reader.recognize`."""
    return head.startswith(_ZIP) and path.lower().endswith(WACZ_SUFFIXES)


def read_wacz(data: bytes, path: str) -> Iterator[Record | SnapshotError]:
    """Read WACZ: see `Reader.read`."""
    from refeed.reading.web_archives import wacz

    return wacz.read(data, path)


def is_webarchive(head: bytes, path: str) -> bool:
    """Tell whether a file is a web archive of Safari: see `Reader.recognize`."""
    if not head.startswith((b"bplist00", b"<?xml")):
        return False
    return path.lower().endswith(WEBARCHIVE_SUFFIXES) or b"WebMainResource" in head


def read_webarchive(data: bytes, path: str) -> Iterator[Record | SnapshotError]:
    """Read a web archive of Safari: see `Reader.read`."""
    from refeed.reading.web_archives import webarchive

    return webarchive.read(data, path)


def is_maff(head: bytes, path: str) -> bool:
    """Tell whether a file is MAFF: see `Reader.recognize`."""
    return head.startswith(_ZIP) and path.lower().endswith(MAFF_SUFFIXES)


def read_maff(data: bytes, path: str) -> Iterator[Record | SnapshotError]:
    """Read MAFF: see `Reader.read`."""
    from refeed.reading.web_archives import maff

    return maff.read(data, path)
