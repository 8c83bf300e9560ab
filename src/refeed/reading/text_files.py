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
        reason = describe_missing_url(text, matter, is_page=is_page)
        if reason.endswith(NOT_AN_ARTICLE):
            return (NotAnArticleError(reason),)
        record = record._replace(missing_url=reason)
    form = "markdown" if path.lower().endswith((".md", ".markdown")) else "text"
    return (_name_form(record, "page" if is_page else form),)


def _name_form(record: Record | SnapshotError, form: str) -> Record | SnapshotError:
    """Add the form of text, unless it is known."""
    if isinstance(record, SnapshotError) or record.format:
        return record
    return record._replace(format=form)


def _refuse(reason: str) -> SnapshotError:
    is_other = reason.endswith(NOT_AN_ARTICLE)
    return NotAnArticleError(reason) if is_other else SnapshotError(reason)


def _take_out_article(record: Record | SnapshotError) -> Record | SnapshotError:
    """Extract the article if the body is a whole page."""
    if isinstance(record, SnapshotError) or not saved_page.is_page(record.html):
        return record
    return saved_page.read_page(record)
