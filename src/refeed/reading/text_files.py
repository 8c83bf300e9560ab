"""Reads files of text: the native format, front matter with a body, Markdown, pages, plain text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refeed.errors import NotAnArticleError, SnapshotError
from refeed.reading import native_format, saved_page
from refeed.reading.address_line import add_address_line
from refeed.reading.front_matter import find_role, list_plain_values, split_front_matter
from refeed.reading.markdown.recognition import is_markdown
from refeed.reading.mirror import find_own_path, is_page_of_mirror
from refeed.reading.missing_url import NOT_AN_ARTICLE, describe_missing_url, recognize

if TYPE_CHECKING:
    from refeed.reading.claims import Record
    from refeed.reading.front_matter_values import Values

_RESTRUCTURED = ".rst"
_OWN_LINKS = "links to itself"
_REDIRECTS = frozenset(("redirect", "redirectto", "redirecturl", "redirectlink"))

# Two lines of properties.
_PROPERTY = re.compile(r"\s*[^\W\d_][\w ]{0,40}:[ \t]+\S[^\n]*\n[^\W\d_][\w ]{0,40}:[ \t]+\S")


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
        if "draft" in matter.values and len(records) == 1 and _says_draft(matter.values):
            return (NotAnArticleError("a draft"),)
        return tuple([_read_body(record, path) for record in records])
    record = native_format.read_without_header(text, matter.end, matter.values)
    if matter.values and not record.html and (reason := _find_no_text(matter.values)):
        return (NotAnArticleError(reason),)
    is_page = saved_page.is_page(record.html) or (
        not matter.values
        and (path.lower().endswith(saved_page.SUFFIXES) or is_page_of_mirror(path))
    )
    if is_page:
        own = find_own_path(path, record.html)
        record = saved_page.read_page(record)
        if own:
            record = record._replace(urls=(*record.urls, (own, _OWN_LINKS)))
    else:
        record = _read_no_page(record, matter.values, path)
    if matter.values and not record.urls and not record.values:
        record = record._replace(values=list_plain_values(matter.values))
    if not (record.urls or record.identity):
        reason = describe_missing_url(text, matter, is_page=is_page)
        if reason.endswith(NOT_AN_ARTICLE):
            return (NotAnArticleError(reason),)
        record = record._replace(missing_url=reason)
    form = "page" if is_page else record.format or "text"
    return (record if record.format == form else record._replace(format=form),)


def _read_no_page(record: Record, values: Values, path: str) -> Record:
    if path.lower().endswith(_RESTRUCTURED):
        return _read_restructured(record, values, path)
    if is_markdown(record.html, path, has_header=False):
        return _read_markdown(record, values, path)
    return _read_other(record, values, path)


def _read_other(record: Record, values: Values, path: str) -> Record:
    """Read plain text, or a body of HTML that is no page."""
    record = _read_post_in_html(record, values, path) if values else _take_properties(record)
    return record if record.urls else add_address_line(record)


def _take_properties(record: Record) -> Record:
    """Take `Title: …`, `URL: …`, `Date: …` off the head of plain text."""
    if record.urls or not _PROPERTY.match(record.html):
        return record
    from refeed.reading.markdown.properties import split_head
    from refeed.reading.markdown.reading_notes import add_properties

    head = split_head(record.html)
    return add_properties(record, head.values)._replace(html=head.body) if head.values else record


def _find_no_text(values: Values) -> str:
    """Return what front matter alone is, or "" where it may be an article with nothing but a title.

    Site generators have such files for people, tags and pages that have moved.
    """
    if not _REDIRECTS.isdisjoint(values):
        return "a page that leads to another one"
    has_title = any(find_role(key) == "title" for key in values)
    return "" if has_title else "front matter without a title and a text"


def _says_draft(values: Values) -> bool:
    """Tell whether front matter beside a header says that the article is a draft."""
    draft = values.get("draft", "")
    return isinstance(draft, str) and draft.strip("'\"").lower() == "true"


def _refuse(reason: str) -> SnapshotError:
    is_other = reason.endswith(NOT_AN_ARTICLE)
    return NotAnArticleError(reason) if is_other else SnapshotError(reason)


def _read_body(record: Record | SnapshotError, path: str) -> Record | SnapshotError:
    """Extract the article if the body is a whole page; read a body in Markdown."""
    if isinstance(record, SnapshotError):
        return record
    try:
        if saved_page.is_page(record.html):
            return saved_page.read_page(record)
        if is_markdown(record.html, path, has_header=True):
            return _read_markdown(record, {}, path)
    except SnapshotError as error:
        return error
    return record


def _read_post_in_html(record: Record, values: Values, path: str) -> Record:
    if not (
        "draft" in values or "published" in values or "{%" in record.html or "{{" in record.html
    ):
        return record
    from refeed.reading.markdown.html_posts import read_html_post

    return read_html_post(record, values, path)


def _read_markdown(record: Record, values: Values, path: str) -> Record:
    from refeed.reading.markdown.reading_notes import read_markdown

    return read_markdown(record, values, path)


def _read_restructured(record: Record, values: Values, path: str) -> Record:
    from refeed.reading.restructured.posts import read_post

    return read_post(record, values, path)
