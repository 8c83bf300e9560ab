"""Builds a snapshot from a record: decides which claims to use."""

from __future__ import annotations

import html as entities
import re
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from refeed.errors import SnapshotError
from refeed.model import Origins, Snapshot
from refeed.pictures.identify import identify
from refeed.reading.article_title import choose_title
from refeed.reading.article_url import find_capture_time, parse_url
from refeed.reading.author_names import NOBODY, split_authors
from refeed.reading.body_byline import NO_BYLINE, find_time, split_byline
from refeed.reading.body_pictures import carry_pictures
from refeed.reading.publication_date import choose_date
from refeed.reading.single_line import to_single_line
from refeed.reading.wiki_links import unwrap_links

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from refeed.pictures.identify import Picture
    from refeed.reading.body_byline import Byline
    from refeed.reading.claims import Claim, Record
    from refeed.reading.publication_date import Zones
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!")
_REFERENCE = re.compile(r"&(?:#\d+|#[xX][0-9a-fA-F]+|\w+);")
_PARAGRAPHS = re.compile(r"\n[ \t\u3000]*\n\s*")
_LONGEST_TAG = 100
_NO_PICTURES: Mapping[str, Picture] = MappingProxyType({})


def build_snapshot(  # noqa: PLR0913 - what a snapshot depends on
    record: Record,
    *,
    path: str,
    number: int,
    modified: int,
    zones: Zones,
    with_body: bool = True,
    beside: Mapping[str, Picture] = _NO_PICTURES,
    identify: Callable[[bytes], Picture | None] = identify,
) -> Snapshot:
    """Return the snapshot of a record.

    Args:
        record: what the file claims.
        path: of the file, as in `Snapshot.path`.
        number: of the record in the file.
        modified: the file's time, an instant.
        zones: of times that name none.
        with_body: whether to call `Record.find_body`.
        beside: pictures in files beside, by the references that the file has to them.
        identify: tells what picture bytes are.

    Raises:
        SnapshotError: no claim of the record is a proper address.
    """
    url, url_origin = _choose_url(record)
    if record.find_body:
        html, head = "", NO_BYLINE
    else:
        head = split_byline(_unwrap(record.html))
        html = _add_paragraphs(head.html) if head.html is record.html else head.html
    name, title_origin = choose_title(record.titles, html, path)
    if not name:
        name, title_origin = url, url_origin
    date = choose_date(
        record.strong_dates,
        lambda: _list_weak_dates(record, head),
        lambda: _list_late_dates(record),
        guess=record.guess_date,
        zone=lambda: zones.find(url),
        path=path,
        url=url,
        modified=modified,
    )
    authors, authors_origin = _choose_authors(record, head)
    tags = _list_tags(record)
    if record.find_body and with_body:
        html = record.find_body()
    shown = carry_pictures(html, record, beside, identify)
    origins = Origins(
        url=url_origin,
        title=title_origin,
        instant=date.origin,
        authors=authors_origin,
        tags=record.tags[0][1] if tags else "",
    )
    return Snapshot(
        path,
        number,
        url,
        name,
        shown.html,
        date.instant,
        authors,
        tags,
        origins,
        date.unread,
        record.base,
        format=record.format,
        language=record.language,
        site=record.site,
        pictures=record.pictures,
        keeps_fragment=record.keeps_fragment,
        media=shown.names,
    )


def _choose_url(record: Record) -> Claim:
    """Return the first valid address; if there is none, raise the most trusted one's fault."""
    fault: SnapshotError | None = None
    for text, origin in record.urls:
        try:
            return parse_url(text), origin
        except SnapshotError as error:
            fault = fault or error
    if record.identity:
        return record.identity, "identity"
    raise fault or SnapshotError(
        record.missing_url or "no URL: no header link, front matter or page metadata names one"
    )


def _unwrap(html: str) -> str:
    """Remove the `<div>` on lines of its own that some archivers put around every body."""
    if html.startswith("<div>\n") and html.endswith("\n</div>"):
        return html[6:-7].strip()
    return html


def _add_paragraphs(html: str) -> str:
    """Add paragraphs to a body that is plain text."""
    if not html or _TAG.search(html):
        return html
    if not _REFERENCE.search(html):
        html = entities.escape(html, quote=False)
    return "\n".join(f"<p>{part.strip()}</p>" for part in _PARAGRAPHS.split(html) if part.strip())


def _list_weak_dates(record: Record, head: Byline) -> Iterator[Claim]:
    yield from record.weak_dates
    if head.time:
        yield head.time, head.origin if head.origin == "byline" else "time element"
    time = find_time(head.html)
    if time:
        yield time, "time element"


def _list_late_dates(record: Record) -> Iterator[Claim]:
    yield from record.late_dates
    for url, _ in record.urls:
        captured = find_capture_time(url)
        if captured:
            yield captured, "saved date"


def _choose_authors(record: Record, head: Byline) -> tuple[tuple[str, ...], str]:
    """Return the authors of the body's byline, or else of the record.

    Front matter's author is often the site's name, a byline is rarely.
    """
    if head.author:
        found = split_authors(head.author)
        if found:
            return found, head.origin
    for bylines, origin in record.authors:
        found = tuple(dict.fromkeys(name for text in bylines for name in split_authors(text)))
        if found:
            return found, origin
    return (), ""


def _list_tags(record: Record) -> tuple[str, ...]:
    """Return the tags, each once regardless of case."""
    found: dict[str, str] = {}
    for text, _ in record.tags:
        folded, tag = _read_tag(text)
        if tag:
            found.setdefault(folded, tag)
    return tuple(found.values())


# Many files have the same tags.
@lru_cache(maxsize=1024)
def _read_tag(text: str) -> tuple[str, str]:
    """Return a tag for comparison and for display; "" if it is none."""
    # Notes write the mark of a label in front matter, too: `#rivers`.
    tag = unwrap_links(to_single_line(text)).removeprefix("#").lstrip()
    is_label = tag.lower() not in NOBODY and len(tag) <= _LONGEST_TAG
    return (tag.casefold(), tag) if is_label else ("", "")
