"""Reads MHTML (RFC 2557): a page and what it shows, as browsers save them in one file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from refeed.errors import NotAnArticleError, SnapshotError
from refeed.reading import saved_page
from refeed.reading.carried_pictures import collect_facts, find_shown, is_picture_type
from refeed.reading.claims import Record
from refeed.reading.encodings import decode
from refeed.reading.mime_fields import decode_field, get_field
from refeed.reading.mime_parts import MOST_PARTS, parse_message, walk
from refeed.reading.web_archives.limits import check_length
from refeed.reading.web_archives.shadow_roots import open_shadow_roots
from refeed.urls import is_web_url

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from refeed.reading.carried_pictures import PictureFacts
    from refeed.reading.claims import Claim
    from refeed.reading.mime_parts import Part

_PAGE_TYPES = ("text/html", "application/xhtml+xml")
_BLANK = b"\xef\xbb\xbf \t\r\n"
_SAVED_LOCATION = "Snapshot-Content-Location"


def read(data: bytes, path: str) -> Iterator[Record | SnapshotError]:  # noqa: ARG001 - a reader's
    """Yield the record of the page.

    Args:
        data: all of the file.
        path: not used.

    Raises:
        SnapshotError: it has no page.
    """
    data = data.lstrip(_BLANK)
    document = parse_message(data)
    parts = [part for part in walk(document) if not part.media_type.startswith("multipart/")]
    root = _find_root(document, parts)
    location = document.location or root.location
    body = root.decode()
    if not body.strip():
        raise SnapshotError("its page is empty: the file may be cut off")
    check_length(body)
    html = open_shadow_roots(decode(body, root.get_parameter("charset")))
    record = saved_page.read_page(Record(html, tuple(_list_urls(document, root))))
    shown = find_shown(html, record.base or location, _index_pictures(parts))
    title, date = get_field(document.fields, "subject"), get_field(document.fields, "date")
    yield record._replace(
        titles=(*record.titles, *([(title, "Subject header")] if title else [])),
        late_dates=(*record.late_dates, *([(date, "saved date")] if date else [])),
        pictures=(*record.pictures, *shown.listed),
        carried=shown.by_reference,
    )
    if root is not document and root.end == len(data):
        yield SnapshotError("it is cut off within the page")
    if len(parts) == MOST_PARTS:
        yield SnapshotError(f"it has more than {MOST_PARTS:,} parts, of which the first were read")


def _find_root(document: Part, parts: Sequence[Part]) -> Part:
    """Return the page itself among pages in frames and what the pages show."""
    # A document names its root by its id (RFC 2387, section 3.2).
    start, address = document.get_parameter("start").strip("<> "), _get_saved_location(document)
    pages = [part for part in parts if part.media_type in _PAGE_TYPES]
    if not parts:
        raise SnapshotError(
            "it is cut off, or its parts have another boundary than its header says"
        )
    if not pages:
        raise NotAnArticleError("an MHTML archive without an HTML page")
    named = [part for part in pages if start and part.content_id == start]
    located = [part for part in pages if address and part.location == address]
    return [*named, *located, *pages][0]


def _list_urls(document: Part, root: Part) -> Iterator[Claim]:
    for url, origin in (
        (_get_saved_location(document), f"{_SAVED_LOCATION} header"),
        (root.location, "Content-Location header"),
        (document.location, "Content-Location header"),
    ):
        if is_web_url(url):
            yield url, origin


def _get_saved_location(document: Part) -> str:
    return "".join(decode_field(document.fields.get(_SAVED_LOCATION.lower(), "")).split())


def list_pictures(data: bytes) -> Iterator[bytes]:
    """Yield the bytes of the parts that may be pictures."""
    for part in walk(parse_message(data.lstrip(_BLANK))):
        if is_picture_type(part.media_type):
            yield part.decode()


def _index_pictures(parts: Sequence[Part]) -> dict[str, PictureFacts]:
    """Return the pictures by what a page can refer to them by."""
    pictures: dict[str, PictureFacts] = {}
    for part in parts:
        if is_picture_type(part.media_type):
            found = collect_facts(part.media_type, part.decode())
            for name in (part.location.partition("#")[0], f"cid:{part.content_id}"):
                pictures.setdefault(name, found)
    return pictures
