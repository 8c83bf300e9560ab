"""Reads files of text: the native format, front matter with a body, saved pages, plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from refeed.errors import NotAnArticleError, SnapshotError
from refeed.reading import native_format, saved_page
from refeed.reading.address_line import add_address_line
from refeed.reading.front_matter import split_front_matter
from refeed.reading.missing_url import NOT_AN_ARTICLE, describe_missing_url, recognize

if TYPE_CHECKING:
    from refeed.reading.claims import Record


def read_text(text: str, path: str) -> tuple[Record | SnapshotError, ...]:
    """Return the records of a file, or why there is none.

    Args:
        text: all of the file, decoded.
        path: relative to its seeds folder.
    """
    matter = split_front_matter(text)
    records = native_format.read_records(text, matter.end, matter.values)
    if records:
        kind = recognize(text) if isinstance(records[0], SnapshotError) else ""
        if kind:
            return (_refuse(kind),)
        return tuple([_take_out_article(record) for record in records])
    record = native_format.read_without_header(text, matter.end, matter.values)
    is_page = saved_page.is_page(record.html) or (
        not matter.values and path.lower().endswith(saved_page.SUFFIXES)
    )
    if is_page:
        record = saved_page.read_page(record)
    elif not record.urls:
        record = add_address_line(record)
    if not record.urls:
        return (_refuse(describe_missing_url(text, matter, is_page=is_page)),)
    return (record,)


def _refuse(reason: str) -> SnapshotError:
    is_other = reason.endswith(NOT_AN_ARTICLE)
    return NotAnArticleError(reason) if is_other else SnapshotError(reason)


def _take_out_article(record: Record | SnapshotError) -> Record | SnapshotError:
    """Extract the article if the body is a whole page."""
    if isinstance(record, SnapshotError) or not saved_page.is_page(record.html):
        return record
    return saved_page.read_page(record)
