"""What the table in Substack's export states of a post, whose own file has nothing but its text."""

from __future__ import annotations

import csv
import re
from html import unescape
from typing import TYPE_CHECKING

from refeed.errors import NotAnArticleError, SnapshotError
from refeed.reading.encodings import decode

if TYPE_CHECKING:
    from refeed.reading.claims import Record

ORIGIN = "posts.csv"
_LONGEST = 100_000


def add_row(record: Record, table: bytes, path: str) -> Record:
    """Add what a post's row claims; a table without one adds nothing.

    Args:
        record: of the post.
        table: the bytes of the file.
        path: of the post, `…/NUMBER.SLUG.html`.

    Raises:
        NotAnArticleError: the post is not published.
    """
    name = path.rpartition("/")[2].rpartition(".")[0]
    row = _find_row(table, name)
    if row.get("is_published", "true").lower() != "true":
        raise NotAnArticleError("a draft")
    title, date = unescape(row.get("title", "")), row.get("post_date", "")
    return record._replace(
        titles=(*record.titles, *([(title, ORIGIN)] if title else [])),
        strong_dates=(*record.strong_dates, *([(date, ORIGIN)] if date else [])),
        values={**record.values, "slug": name.partition(".")[2]},
    )


def _find_row(table: bytes, name: str) -> dict[str, str]:
    """Return a post's row by the names of its columns."""
    try:
        text = decode(table)
    except SnapshotError:
        return {}
    at = re.search(rf'^"?{re.escape(name)}"?,', text, re.MULTILINE)
    if at is None:
        return {}
    columns = next(csv.reader([text.partition("\n")[0]]), [])
    # A field may have line ends, but not as many.
    row = next(csv.reader(text[at.start() :][:_LONGEST].splitlines(keepends=True)), [])
    return dict(zip(columns, row, strict=False))
