"""The native format: `<!--EPOCH-->`, `[TITLE](URL)`, a rule, then HTML.

RSS-to-file archivers write it. The comment may be missing or invalid, there may be blank lines
between the lines, and the rule may be missing if the comment is there. Front matter may come first.
A file may have several such records.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from refeed.errors import SnapshotError
from refeed.reading.front_matter import build_record, split_front_matter
from refeed.reading.publication_date import HEADER

if TYPE_CHECKING:
    from refeed.reading.claims import Record
    from refeed.reading.front_matter_values import Values

_COMMENT = re.compile(r"\s*<!--[ \t]*([^\n>]{0,40}?)[ \t]*-->[ \t]*(?:\n\s*|\Z)")
_BLANK = re.compile(r"\s*")
_RULE = re.compile(r"\s*-{3,}[ \t]*(?:\n|\Z)")
_UNFINISHED_RULE = re.compile(r"[- \t\n]*+\Z")
_NEXT = re.compile(
    r"<!--[ \t]*(?:-?[0-9]{1,25}|(?i:NaN|null|undefined|Invalid Date))[ \t]*-->[ \t]*\n\s*\["
)
_MATTER_BEFORE = re.compile(r"\n---[ \t]*\n(?=[A-Za-z_][\w-]*[ \t]*:)")
_TITLE_LINES = 5
_OPEN_COMMENT = re.compile(r"\s*<(?:!(?:-(?:-[^\n>]{0,40})?)?)?\Z")
_MATTER_WITHIN = 10_000


class _Header(NamedTuple):
    """The header of a record, and where it ends."""

    end: int
    epoch: str
    title: str
    url: str
    ruled: bool


def read_records(text: str, start: int, values: Values) -> tuple[Record | SnapshotError, ...]:
    """Read all records of a file.

    Args:
        text: the file's text.
        start: where its front matter ends.
        values: of that front matter; it belongs to the first record.

    Returns:
        A record or the reason why there is none, in the file's order. Nothing where the file isn't
        in this format.
    """
    first = _try_header(text, start)
    if first is None:
        return ()
    end = first.end if isinstance(first, _Header) else start + 1
    # Most bodies have no comment, and `find` is fast.
    later = _find_later_headers(text, end) if text.find("<!--", end) >= 0 else []
    if not later and isinstance(first, _Header):
        return (_build_record(first, text[first.end :].strip(), values),)
    return _read_several(text, [(start, first), *later], values)


def read_without_header(text: str, start: int, values: Values) -> Record:
    """Read a file that has front matter and a body but no header."""
    comment = _COMMENT.match(text, start)
    epoch = (comment[1], HEADER) if comment else None
    return build_record(values, html=text[start:].strip(), epoch=epoch)


def _find_later_headers(text: str, end: int) -> list[tuple[int, _Header | SnapshotError]]:
    """Return the headers after the first one's end, and where each begins."""
    headers: list[tuple[int, _Header | SnapshotError]] = []
    for comment in _NEXT.finditer(text, end):
        at = comment.start()
        header = _try_header(text, at)
        if isinstance(header, _Header) and not header.ruled and text[at - 1] != "\n":
            continue
        if header:
            headers.append((at, header))
    return headers


def _read_several(
    text: str, headers: list[tuple[int, _Header | SnapshotError]], values: Values
) -> tuple[Record | SnapshotError, ...]:
    found: list[Record | SnapshotError] = []
    ends = [*(start for start, _ in headers[1:]), len(text)]
    for (_, header), end in zip(headers, ends, strict=True):
        if isinstance(header, SnapshotError):
            found.append(header)
            continue
        body, following = _split_matter_at_end(text[header.end : end])
        found.append(_build_record(header, body.strip(), values))
        values = following
    return tuple(found)


def _split_matter_at_end(body: str) -> tuple[str, Values]:
    """Split the next record's front matter off the end of this one's body."""
    if not body.rstrip().endswith("\n---"):
        return body, {}
    for opening in _MATTER_BEFORE.finditer(body, max(0, len(body) - _MATTER_WITHIN)):
        found = split_front_matter(body, opening.start() + 1)
        if found.values and not body[found.end :].strip():
            return body[: opening.start()], found.values
    return body, {}


def _build_record(header: _Header, body: str, values: Values) -> Record:
    link = (header.url, "header link"), (header.title, "header link")
    return build_record(values, html=body, epoch=(header.epoch, HEADER), link=link)


def _try_header(text: str, start: int) -> _Header | SnapshotError | None:
    try:
        return _read_header(text, start)
    except SnapshotError as error:
        return error


def _read_header(text: str, start: int) -> _Header | None:
    """Read the header at `start`; None where there is none.

    Raises:
        SnapshotError: the text ends within it.
    """
    comment = _COMMENT.match(text, start)
    if comment:
        epoch, at = comment[1], comment.end()
    else:
        blank = _BLANK.match(text, start)
        epoch, at = "", blank.end() if blank else start
        if _OPEN_COMMENT.match(text, start):
            raise _build_error("in its first comment")
    if comment and at == len(text) and epoch[:1].isdigit():
        raise _build_error("after the first comment")
    if not text.startswith("[", at):
        return None
    end = _find_link_end(text, at)
    if end < 0:
        if text.find("\n", at) < 0:
            raise _build_error("in the link line")
        return None
    rule = _RULE.match(text, end)
    if not rule and _UNFINISHED_RULE.match(text, end):
        raise _build_error("after the link line")
    if not rule and not comment:
        return None
    title, url = _split_link(text[at:end].rstrip())
    return _Header(rule.end() if rule else end, epoch, title, url, rule is not None)


def _find_link_end(text: str, at: int) -> int:
    """Return the end of the line on which the link closes; -1 if it doesn't.

    A title may have line ends in it, but then a rule has to follow.
    """
    end = at
    for number in range(_TITLE_LINES):
        line_end = text.find("\n", end)
        if line_end < 0:
            # Without a line end the address may be incomplete.
            return -1
        line = text[at:line_end].rstrip()
        closes = line.endswith(")") and "](" in line
        if closes and (number == 0 or _RULE.match(text, line_end)):
            return line_end
        end = line_end + 1
    return -1


def _split_link(line: str) -> tuple[str, str]:
    """Split `[TITLE](URL)`. Either may have brackets and parentheses."""
    inner = line[1:-1]
    at = inner.rfind("](http")
    if at < 0:
        at = inner.lower().rfind("](http")
    if at < 0:
        at = inner.find("](")
    return inner[:at], inner[at + 2 :]


def _build_error(where: str) -> SnapshotError:
    return SnapshotError(f"the header is cut off {where}: the file may still be being written")
