"""Finds what a post in reStructuredText claims. Its body is rendered when it is asked for."""

from __future__ import annotations

import re
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING

from refeed.errors import NotAnArticleError
from refeed.reading.front_matter import list_plain_values
from refeed.reading.front_matter_values import normalize_key
from refeed.reading.markdown.drafts import check_that_it_is_no_draft
from refeed.reading.markdown.reading_notes import add_properties

if TYPE_CHECKING:
    from refeed.reading.claims import Record
    from refeed.reading.front_matter_values import Values

# Nikola's: comments at the head.
_COMMENT = re.compile(r"\.\. (\w[\w-]{0,40}): ?([^\n]*)\n")
# A title between lines or above one, of one character that is repeated.
_TITLE = re.compile(
    r"\s*(?:([^\w\s])\1{2,}\n[ \t]*(\S[^\n]*)\n\1{3,}|(\S[^\n]*)\n([^\w\s])\4{2,})[ \t]*(?:\n|\Z)"
)
# Pelican's: a list of fields below the title.
_FIELD = re.compile(r"[ \t]*(?:\n[ \t]*)*:(\w[\w -]{0,40}):(?:[ \t]+([^\n]*))?(?:\n|\Z)")
_MOST_FIELDS = 60


def read_post(record: Record, values: Values, path: str) -> Record:
    """Return the record of a file in reStructuredText.

    Args:
        record: what front matter claims, with the body as its `html`.
        values: of the front matter.
        path: of the file.

    Raises:
        NotAnArticleError: it is a draft, or docutils is not installed.
    """
    if find_spec("docutils") is None:
        raise NotAnArticleError("reStructuredText, which needs the extra refeed[rst]")
    body = record.html.lstrip("\n")
    found: dict[str, str] = {}
    at = _read_fields(body, 0, _COMMENT, found)
    title = _TITLE.match(body, at)
    if title:
        at = title.end()
        heading = (title[2] or title[3]).strip()
        record = record._replace(titles=(*record.titles, (heading, "first heading")))
    at = _read_fields(body, at, _FIELD, found)
    plain = {**list_plain_values(found), **list_plain_values(values)}
    record = add_properties(record, found)
    check_that_it_is_no_draft(plain, path, has_address=bool(record.urls))
    return record._replace(
        html="", find_body=partial(_render, body[at:]), format="reStructuredText", values=plain
    )


def _read_fields(body: str, at: int, pattern: re.Pattern[str], found: dict[str, str]) -> int:
    """Add the fields at a place to those found; return where they end."""
    for _ in range(_MOST_FIELDS):
        field = pattern.match(body, at)
        if not field:
            break
        at = field.end()
        if field[2]:
            found.setdefault(normalize_key(field[1]), field[2].strip())
    return at


def _render(body: str) -> str:
    from refeed.reading.restructured.rendering import render

    return render(body)
