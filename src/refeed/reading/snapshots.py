"""Claims -> a snapshot: which of them are believed."""

from __future__ import annotations

import html as entities
import re
from typing import TYPE_CHECKING

from refeed.errors import SnapshotError
from refeed.model import Origins, Snapshot
from refeed.reading import byline, dates
from refeed.reading.addresses import address
from refeed.reading.names import names
from refeed.reading.oneline import one_line
from refeed.reading.titles import title

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refeed.reading.byline import Byline
    from refeed.reading.dates import Zones
    from refeed.reading.record import Claim, Record
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!")
_REFERENCE = re.compile(r"&(?:#\d+|#[xX][0-9a-fA-F]+|\w+);")
_PARAGRAPHS = re.compile(r"\n[ \t\u3000]*\n\s*")
_LONGEST_TAG = 100


def snapshot(record: Record, *, path: str, number: int, modified: int, zones: Zones) -> Snapshot:
    """Make the snapshot of a record.

    Raises:
        SnapshotError: no claim of the record is a proper address.
    """
    url, url_origin = _url(record)
    head = byline.split(_unwrapped(record.html))
    html = _with_tags(head.html) if head.html is record.html else head.html
    name, title_origin = title(record.titles, html, path)
    if not name:
        name, title_origin = url, url_origin
    instant, instant_origin = dates.date(
        record.strong_dates,
        lambda: _weak_dates(record, head),
        zone=lambda: zones.of(url),
        path=path,
        modified=modified,
    )
    authors, authors_origin = _authors(record, head)
    tags = _tags(record)
    origins = Origins(
        url=url_origin,
        title=title_origin,
        instant=instant_origin,
        authors=authors_origin,
        tags=record.tags[0][1] if tags else "",
    )
    return Snapshot(path, number, url, name, html, instant, authors, tags, origins, record.base)


def _url(record: Record) -> Claim:
    """Return the first proper address; where none is, the reason is the most trusted one's."""
    fault: SnapshotError | None = None
    for text, origin in record.urls:
        try:
            return address(text), origin
        except SnapshotError as error:
            fault = fault or error
    raise fault or SnapshotError(
        "no URL: no header link, front matter or page metadata names the article's address"
    )


def _unwrapped(html: str) -> str:
    """Take off the `<div>` on lines of its own that archivers put around every body."""
    if html.startswith("<div>\n") and html.endswith("\n</div>"):
        return html[6:-7].strip()
    return html


def _with_tags(html: str) -> str:
    """Make paragraphs of a body that is plain text."""
    if not html or _TAG.search(html):
        return html
    if not _REFERENCE.search(html):
        html = entities.escape(html, quote=False)
    return "\n".join(f"<p>{part.strip()}</p>" for part in _PARAGRAPHS.split(html) if part.strip())


def _weak_dates(record: Record, head: Byline) -> Iterator[Claim]:
    yield from record.weak_dates
    if head.time:
        yield head.time, head.origin if head.origin == "byline" else "time element"
    time = byline.time_element(head.html)
    if time:
        yield time, "time element"


def _authors(record: Record, head: Byline) -> tuple[tuple[str, ...], str]:
    """Return the people named: by the body's own byline, or else by what is around it.

    Front matter's author is often the site's name, a byline hardly ever.
    """
    if head.author:
        found = names(head.author)
        if found:
            return found, head.origin
    for bylines, origin in record.authors:
        found = tuple(dict.fromkeys(name for text in bylines for name in names(text)))
        if found:
            return found, origin
    return (), ""


def _tags(record: Record) -> tuple[str, ...]:
    """Return the labels, each once, however it is capitalised."""
    found: dict[str, str] = {}
    for text, _ in record.tags:
        tag = one_line(text)
        if tag and len(tag) <= _LONGEST_TAG:
            found.setdefault(tag.casefold(), tag)
    return tuple(found.values())
