"""Reads WACZ (Webrecorder): a ZIP archive of WARC files and a list of their pages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from refeed.reading.web_archives import warc
from refeed.reading.web_archives.warc import read_archives
from refeed.reading.web_archives.zip_members import ZipMembers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refeed.errors import SnapshotError
    from refeed.reading.claims import Record

_FOLDER = "archive/"
_WARC = (".warc", ".warc.gz", ".warc.zst")
_PAGES = "pages/"


def read(data: bytes, path: str) -> Iterator[Record | SnapshotError]:  # noqa: ARG001 - a reader's
    """Yield the records of the pages that are articles, then what could not be read.

    Args:
        data: all of the file.
        path: not used.

    Raises:
        SnapshotError: it is no sound ZIP archive; `NotAnArticleError` if it has no HTML page.
    """
    members = ZipMembers(data)
    return read_archives(list(_list_archives(members)), _list_pages(members))


def list_pictures(data: bytes) -> Iterator[bytes]:
    """Yield the bytes of the responses that may be pictures.

    Args:
        data: of an archive that `read` reads.
    """
    for archive in _list_archives(ZipMembers(data)):
        yield from warc.list_pictures(archive)


def _list_archives(members: ZipMembers) -> Iterator[bytes]:
    for name in members.names:
        if name.startswith(_FOLDER) and name.lower().endswith(_WARC):
            yield members.read(name)


def _list_pages(members: ZipMembers) -> Iterator[str]:
    """Yield the addresses of the pages that a user or a crawler asked for."""
    for name in members.names:
        if name.startswith(_PAGES) and name.endswith(".jsonl"):
            for line in members.read(name).splitlines():
                try:
                    page = json.loads(line)
                except (ValueError, RecursionError):
                    continue
                url = page.get("url") if isinstance(page, dict) else None
                if isinstance(url, str):
                    yield url.partition("#")[0]
