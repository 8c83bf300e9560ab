"""Lists the bytes of the pictures in a snapshot file, so that they can be published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from refeed.errors import SnapshotError
from refeed.pictures.data_addresses import list_in_text
from refeed.reading import evernote
from refeed.reading.encodings import decode
from refeed.reading.mail import files as mail_files
from refeed.reading.readers import choose_reader

if TYPE_CHECKING:
    from collections.abc import Iterator


def list_pictures(data: bytes, path: str) -> Iterator[bytes]:
    """Yield what may be pictures in a file, as far as it can be told without reading articles.

    Each that an article of the file shows is among them, but for some in `data:` addresses.

    Args:
        data: all of the file.
        path: relative to its seeds folder.

    Raises:
        SnapshotError: it can't be read.
    """
    reader = choose_reader(data, path)
    match reader.name if reader else "":
        case "MHTML":
            from refeed.reading.web_archives import mhtml

            yield from mhtml.list_pictures(data)
        case "WARC":
            from refeed.reading.web_archives import warc

            yield from warc.list_pictures(data)
        case "WACZ":
            from refeed.reading.web_archives import wacz

            yield from wacz.list_pictures(data)
        case "MAFF":
            from refeed.reading.web_archives import maff

            yield from maff.list_pictures(data)
        case "webarchive":
            from refeed.reading.web_archives import webarchive

            yield from webarchive.list_pictures(data)
        case "Evernote":
            yield from evernote.list_pictures(data)
        case "mail":
            yield from mail_files.list_mail_pictures(data, path)
        case "mbox":
            yield from mail_files.list_mbox_pictures(data)
        case _:
            yield from _list_in_text(data)


def _list_in_text(data: bytes) -> Iterator[bytes]:
    if b"data:image" in data:
        try:
            yield from list_in_text(decode(data))
        except SnapshotError:
            return
