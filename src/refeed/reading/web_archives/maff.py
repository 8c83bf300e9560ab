"""Reads MAFF (Mozilla Archive Format): a ZIP archive with a folder for each page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from html import unescape
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, unquote

from refeed.errors import NotAnArticleError, SnapshotError
from refeed.pictures.identify import MEDIA_TYPES
from refeed.reading import saved_page
from refeed.reading.carried_pictures import PictureFacts, collect_facts, find_shown
from refeed.reading.claims import Record
from refeed.reading.encodings import decode
from refeed.reading.web_archives.limits import check_length
from refeed.reading.web_archives.zip_members import ZipMembers
from refeed.urls import is_web_url

if TYPE_CHECKING:
    from collections.abc import Iterator

_DESCRIPTION = "/index.rdf"
_PAGES = ("index.html", "index.htm", "index.xhtml", "index.xht")
_FIELD = re.compile(rb"<MAF:(\w{1,30})\s+RDF:resource\s*=\s*\"([^\"<]{0,8000})\"", re.IGNORECASE)
_LONGEST = 100_000
_INSIDE = "https://archive.invalid/"
_NO_PICTURES = (".html", ".htm", ".xhtml", ".xht", ".css", ".js", ".rdf", "/")


class _Description(NamedTuple):
    url: str
    title: str
    saved: str
    file: str
    charset: str


def read(data: bytes, path: str) -> Iterator[Record | SnapshotError]:  # noqa: ARG001 - a reader's
    """Yield the records of the pages.

    Args:
        data: all of the file.
        path: not used.

    Raises:
        SnapshotError: it is no sound ZIP archive; `NotAnArticleError` if it has no page.
    """
    members = ZipMembers(data)
    folders = [name.rpartition("/")[0] for name in members.names if name.endswith(_DESCRIPTION)]
    if not folders:
        raise NotAnArticleError("a MAFF archive without pages")
    for folder in folders:
        try:
            yield _read_page(members, folder)
        except SnapshotError as error:
            yield error


def _read_page(members: ZipMembers, folder: str) -> Record:
    about = _describe(members.read(f"{folder}{_DESCRIPTION}")[:_LONGEST])
    names = [f"{folder}/{name}" for name in (about.file, *_PAGES)]
    name = next((name for name in names if name in members.names and name.endswith(_PAGES)), "")
    if not name:
        raise SnapshotError(f"{folder[:100]} in it has no HTML page")
    body = members.read(name)
    check_length(body)
    html = decode(body, about.charset)
    urls = ((about.url, "MAF originalurl"),) if is_web_url(about.url) else ()
    record = saved_page.read_page(Record(html, urls))
    shown = find_shown(html, f"{_INSIDE}{quote(name)}", _Members(members))
    return record._replace(
        pictures=(*record.pictures, *shown.listed),
        carried=shown.by_reference,
        titles=(*record.titles, *([(about.title, "MAF title")] if about.title else [])),
        late_dates=(*record.late_dates, *([(about.saved, "saved date")] if about.saved else [])),
    )


def list_pictures(data: bytes) -> Iterator[bytes]:
    """Yield the bytes of the files that may be pictures.

    Args:
        data: of an archive that `read` reads.
    """
    members = ZipMembers(data)
    for name in members.names:
        if not name.lower().endswith(_NO_PICTURES):
            with suppress(SnapshotError):
                yield members.read(name)


class _Members(Mapping[str, PictureFacts]):
    """The pictures in an archive, by addresses on a host of their own; each is unpacked once."""

    def __init__(self, members: ZipMembers) -> None:
        self._members = members
        self._names = frozenset(members.names)
        self._known: dict[str, PictureFacts] = {}

    def __getitem__(self, address: str) -> PictureFacts:
        name = unquote(address.removeprefix(_INSIDE).partition("?")[0])
        if not address.startswith(_INSIDE) or name not in self._names:
            raise KeyError(address)
        if name not in self._known:
            try:
                data = self._members.read(name)
            except SnapshotError:
                data = b""
            media_type = MEDIA_TYPES.get(name.rpartition(".")[2].lower(), "")
            self._known[name] = collect_facts(media_type, data)
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return (f"{_INSIDE}{quote(name)}" for name in self._members.names)

    def __len__(self) -> int:
        return len(self._names)


def _describe(rdf: bytes) -> _Description:
    found = {
        name.lower().decode(): unescape(value.decode("utf-8", "replace"))
        for name, value in _FIELD.findall(rdf)
    }
    names = ("originalurl", "title", "archivetime", "indexfilename", "charset")
    return _Description(*(found.get(name, "") for name in names))
