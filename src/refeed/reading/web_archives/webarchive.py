"""Reads Safari's web archives: a property list of a page and what it loads."""

from __future__ import annotations

import plistlib
from typing import TYPE_CHECKING, Any
from xml.parsers.expat import ExpatError

from refeed.errors import NotAnArticleError, SnapshotError
from refeed.reading import saved_page
from refeed.reading.carried_pictures import collect_facts, find_shown, is_picture_type
from refeed.reading.claims import Record
from refeed.reading.encodings import decode
from refeed.reading.web_archives.limits import check_length
from refeed.urls import is_web_url

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refeed.reading.carried_pictures import PictureFacts

_PAGE_TYPES = ("text/html", "application/xhtml+xml")


def read(data: bytes, path: str) -> Iterator[Record | SnapshotError]:  # noqa: ARG001 - a reader's
    """Yield the record of the page.

    Args:
        data: all of the file.
        path: not used.

    Raises:
        SnapshotError: it is no sound property list; `NotAnArticleError` if its page isn't HTML.
    """
    try:
        archive = plistlib.loads(data)
    except (plistlib.InvalidFileException, ExpatError, ValueError, LookupError, TypeError) as error:
        raise SnapshotError("a broken web archive: it may still be being written") from error
    except (RecursionError, MemoryError, OverflowError, AttributeError) as error:
        raise SnapshotError("a web archive that is no property list of Safari's") from error
    page = _read_dictionary(archive, "WebMainResource")
    body, url = page.get("WebResourceData"), _read_text(page, "WebResourceURL")
    if _read_text(page, "WebResourceMIMEType") not in _PAGE_TYPES or not isinstance(body, bytes):
        raise NotAnArticleError("a web archive without an HTML page")
    check_length(body)
    html = decode(body, _read_text(page, "WebResourceTextEncodingName"))
    urls = ((url, "WebResourceURL"),) if is_web_url(url) else ()
    record = saved_page.read_page(Record(html, urls))
    shown = find_shown(html, record.base or url, _index_pictures(archive))
    yield record._replace(pictures=(*record.pictures, *shown.listed), carried=shown.by_reference)


def list_pictures(data: bytes) -> Iterator[bytes]:
    """Yield the bytes of the resources that may be pictures.

    Args:
        data: of an archive that `read` reads.
    """
    for _, _, body in _list_resources(plistlib.loads(data)):
        yield body


def _index_pictures(archive: Any) -> dict[str, PictureFacts]:  # noqa: ANN401 - of a file
    pictures: dict[str, PictureFacts] = {}
    for url, media_type, body in _list_resources(archive):
        if url not in pictures:
            pictures[url] = collect_facts(media_type, body)
    return pictures


def _list_resources(archive: Any) -> Iterator[tuple[str, str, bytes]]:  # noqa: ANN401 - of a file
    """Yield address, media type and bytes of what may be pictures."""
    resources = archive.get("WebSubresources")
    for resource in resources if isinstance(resources, list) else ():
        if isinstance(resource, dict):
            media_type = _read_text(resource, "WebResourceMIMEType")
            body, url = resource.get("WebResourceData"), _read_text(resource, "WebResourceURL")
            if is_picture_type(media_type) and isinstance(body, bytes):
                yield url.partition("#")[0], media_type, body


def _read_dictionary(value: object, key: str) -> dict[Any, Any]:
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def _read_text(resource: dict[Any, Any], key: str) -> str:
    found = resource.get(key)
    return found if isinstance(found, str) else ""
