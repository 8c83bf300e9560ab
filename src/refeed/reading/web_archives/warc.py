"""Reads WARC files (ISO 28500): each HTML page that a crawler or archiver stored."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from contextlib import suppress
from functools import partial
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple

from refeed.errors import NotAnArticleError, SnapshotError
from refeed.reading import saved_page
from refeed.reading.carried_pictures import PictureFacts, collect_facts, find_shown, is_picture_type
from refeed.reading.claims import Record
from refeed.reading.encodings import decode
from refeed.reading.web_archives.archived_pages import find_frames, look_at, sort_out
from refeed.reading.web_archives.http_response import (
    Response,
    parse_fields,
    parse_response,
    unpack_body,
)
from refeed.reading.web_archives.limits import LONGEST_PAGE
from refeed.reading.web_archives.warc_records import WarcReader
from refeed.urls import is_web_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from refeed.reading.web_archives.archived_pages import PageFacts
    from refeed.reading.web_archives.warc_records import WarcBlock

_PAGE_TYPES = ("text/html", "application/xhtml+xml")
# Of a response that doesn't say its type.
_PAGE = re.compile(rb"\s{0,100}<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_OK = 200
_REDIRECTS = range(300, 400)
_MOST_PAGES = 10_000
_MOST_UNPACKED = 15
_LEAST_UNPACKED = 20_000_000
_PAGE_INFO = "urn:pageinfo:"


class _Page(NamedTuple):
    facts: PageFacts
    date: str
    changed: str
    packed: bytes

    def date_back(self, date: str) -> _Page:
        return self._replace(date=min(self.date, date) or self.date)

    def read(self, html: str) -> Record:
        return saved_page.read_page(Record(html, ((self.facts.url, "WARC-Target-URI"),)))

    def without_tree(self, record: Record) -> Record:
        """Let a record find again what it would find in the parsed page, and not hold that.

        All records of a file are held at once; a parsed page is twenty times as large as a packed
        one.
        """
        found_later = [name for name, value in record._asdict().items() if callable(value)]
        return record._replace(
            **{name: partial(self._find_again, name) for name in found_later}  # type: ignore[arg-type] # callables alone
        )

    def _find_again(self, name: str) -> Any:  # noqa: ANN401 - what the record's own returns
        return getattr(self.read(self.unpack()), name)()

    def unpack(self) -> str:
        return zlib.decompress(self.packed).decode("utf-8", "surrogatepass")


def read(data: bytes, path: str) -> Iterator[Record | SnapshotError]:  # noqa: ARG001 - a reader's
    """Yield the records of the pages that are articles, then what could not be read.

    Args:
        data: all of the file.
        path: not used.

    Raises:
        NotAnArticleError: it has no HTML page.
    """
    return read_archives([data], ())


def read_archives(
    archives: Iterable[bytes], pages: Iterable[str]
) -> Iterator[Record | SnapshotError]:
    """Yield the records of WARC files that are one archive, see `read`.

    Args:
        archives: the files.
        pages: the addresses of the archive's pages, as far as it lists them.
    """
    archive = Archive(pages)
    for data in archives:
        archive.add(data)
    yield from archive.list_records()


class Archive:
    """Pages and pictures of WARC files. The pages are kept compressed."""

    def __init__(self, pages: Iterable[str]) -> None:
        """Begin without a file.

        Args:
            pages: addresses of pages, as far as the archive lists them.
        """
        self._pages: dict[tuple[str, bytes], _Page] = {}
        self._pictures: dict[str, PictureFacts] = {}
        self._known = set(pages)
        self._framed: set[str] = set()
        self._fetched_as: dict[str, str] = {}
        self._left_out: Counter[str] = Counter()
        self._faults: Counter[str] = Counter()

    def add(self, data: bytes) -> None:
        """Add the records of a file."""
        reader = WarcReader(data, _LEAST_UNPACKED + _MOST_UNPACKED * len(data))
        for block in reader:
            if block.kind == "request":
                self._add_request(block)
            elif block.kind == "revisit":
                self._left_out["archived elsewhere"] += 1
            elif block.url.startswith(_PAGE_INFO):
                self._known.add(block.url.removeprefix(_PAGE_INFO))
            elif block.kind in ("response", "resource") and is_web_url(block.url):
                self._add_response(block)
        self._faults.update(reader.faults)

    def list_records(self) -> Iterator[Record | SnapshotError]:
        """Yield the records of the pages that are articles, then what could not be read."""
        if not self._pages and not self._faults and not self._left_out:
            raise NotAnArticleError("a WARC archive without HTML pages")
        pages = tuple(self._pages.values())
        facts = [self._complete(page.facts) for page in pages]
        reasons = sort_out(facts, self._known, self._framed)
        is_crawl = reasons.count("") > 1
        for page, reason in zip(pages, reasons, strict=True):
            if reason:
                self._left_out[reason] += 1
                continue
            record = self._read_page(page)
            if is_crawl and page.facts.url not in self._known and _is_listing(record):
                self._left_out["that list others"] += 1
            else:
                yield record
        for fault, times in self._faults.items():
            yield SnapshotError(fault if times == 1 else f"{fault} ({times:,} times)")
        if self._left_out:
            counts = ", ".join(f"{times:,} {kind}" for kind, times in self._left_out.items())
            yield NotAnArticleError(f"pages that are no articles: {counts}")

    def _read_page(self, page: _Page) -> Record | SnapshotError:
        html, url = page.unpack(), page.facts.url
        try:
            record = page.read(html)
        except SnapshotError as error:
            return type(error)(f"{url}: {error}")
        dates = ((page.changed, "Last-Modified header"), (page.date, "saved date"))
        shown = find_shown(html, record.base or url, self._pictures)
        return page.without_tree(record)._replace(
            late_dates=(*record.late_dates, *(claim for claim in dates if claim[0])),
            pictures=(*record.pictures, *shown.listed),
            carried=shown.by_reference,
        )

    def _complete(self, facts: PageFacts) -> PageFacts:
        """Add what a browser requested a page for: a request may be stored after its response."""
        return facts._replace(fetched_as=facts.fetched_as or self._fetched_as.get(facts.url, ""))

    def _add_request(self, block: WarcBlock) -> None:
        purpose = parse_fields(block.data).get("sec-fetch-dest", "").lower()
        url = block.url.partition("#")[0]
        # What was ever asked for as a page is one.
        if purpose and self._fetched_as.get(url) != "document":
            self._fetched_as[url] = purpose

    def _add_response(self, block: WarcBlock) -> None:
        response = parse_response(block.data)
        if response is None and block.kind == "resource":
            response = Response(_OK, {"content-type": block.content_type}, block.data)
        if response is None or response.status in _REDIRECTS:
            return
        url = block.url.partition("#")[0]
        if response.media_type.startswith("image/") or (
            is_picture_type(response.media_type) and not _PAGE.match(response.body)
        ):
            if response.status == _OK and url not in self._pictures:
                self._pictures[url] = _examine(response, block)
        elif response.media_type in _PAGE_TYPES or (
            not response.media_type and _PAGE.match(response.body)
        ):
            if response.status != _OK:
                self._left_out["of errors"] += 1
                return
            try:
                self._add_page(url, response, block)
            except SnapshotError as error:
                self._faults[f"{url}: {error}"] += 1

    def _add_page(self, url: str, response: Response, block: WarcBlock) -> None:
        if not block.is_whole:
            raise SnapshotError(f"a page of more than {LONGEST_PAGE:,} bytes, or it is cut off")
        body = unpack_body(response, LONGEST_PAGE)
        if not body.strip():
            self._left_out["of less than 200 letters"] += 1
            return
        key = url, blake2b(body, digest_size=16).digest()
        if key in self._pages:
            # The same once more: the article is of the first time.
            self._pages[key] = self._pages[key].date_back(block.date)
            return
        if len(self._pages) == _MOST_PAGES:
            raise SnapshotError(f"it has more than {_MOST_PAGES:,} pages")
        html = decode(body, response.charset)
        self._framed.update(find_frames(html, url))
        changed = response.fields.get("last-modified", "")
        packed = zlib.compress(html.encode("utf-8", "surrogatepass"), 1)
        facts = look_at(html, url, block.resource_type)
        self._pages[key] = _Page(facts, block.date, changed, packed)


def _is_listing(record: Record | SnapshotError) -> bool:
    return not isinstance(record, SnapshotError) and record.is_listing


def _examine(response: Response, block: WarcBlock) -> PictureFacts:
    """Return what is known of a picture, of one that is cut off or too large only its size."""
    stated = response.fields.get("content-length", "")
    if not block.is_whole and stated.isdecimal() and len(stated) < len(str(1 << 62)):
        return PictureFacts(response.media_type, int(stated), None)
    try:
        body = unpack_body(response, LONGEST_PAGE)
    except SnapshotError:
        return PictureFacts(response.media_type, len(response.body), None)
    if not block.is_whole:
        return PictureFacts(response.media_type, len(body), None)
    return collect_facts(response.media_type, body)


def list_pictures(data: bytes) -> Iterator[bytes]:
    """Yield the bytes of the responses in a WARC file that may be pictures."""
    for block in WarcReader(data, _LEAST_UNPACKED + _MOST_UNPACKED * len(data)):
        if block.kind not in ("response", "resource") or not block.is_whole:
            continue
        response = parse_response(block.data) or Response(
            _OK, {"content-type": block.content_type}, block.data
        )
        if response.status == _OK and is_picture_type(response.media_type):
            with suppress(SnapshotError):
                yield unpack_body(response, LONGEST_PAGE)
