"""Reads the header that mail programs put into the text of a forwarded mail."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from refeed.reading.mail.rules import load
from refeed.text.visible_text import visible_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from refeed.reading.mail.blocks import Block

_FIELD = re.compile(r"[\s*_>]*([^\W\d_][\w\s'’.-]{0,24}?)[*_\s]*[:：][*_\s]*(.*)", re.DOTALL)
_MARK = re.compile(r"-{3,}")
_SEARCHED = 60
_LONGEST = 600
_LEAST_FIELDS = 3
_EDGE = "-_=* >\u00a0"


class Forwarded(NamedTuple):
    """The header of a forwarded mail.

    Attributes:
        subject: or "".
        sender: as its From field.
        date: as written.
    """

    subject: str
    sender: str
    date: str


def find_forwarded_header(lines: Sequence[str]) -> Forwarded | None:
    """Return the header among the first lines of a text, or None.

    It has a From field and at least two others on lines in a row.
    """
    fields: dict[str, str] = {}
    count = 0
    for line in _split_lines(lines[:_SEARCHED]):
        label, value = _read_line(line)
        if label:
            count += 1
            if value:
                fields.setdefault(label, value)
        elif line.strip(_EDGE) and count:
            if count >= _LEAST_FIELDS and "from" in fields:
                break
            # A long field may go on on a line of its own.
            if count < _LEAST_FIELDS - 1 or "from" not in fields:
                fields, count = {}, 0
    if count < _LEAST_FIELDS or "from" not in fields:
        return None
    return Forwarded(fields.get("subject", ""), fields["from"], fields.get("date", ""))


def _split_lines(lines: Sequence[str]) -> Iterator[str]:
    """Yield lines; of a header that stands on one line, as Yahoo's does, its fields."""
    for line in lines:
        if len(line) <= _LONGEST and _MARK.search(line) and _is_mark(_MARK.split(line)[1]):
            yield from _build_label_pattern().split(_MARK.split(line, maxsplit=2)[-1])
        else:
            yield line


@cache
def _build_label_pattern() -> re.Pattern[str]:
    labels = sorted(load().forward_labels, key=len, reverse=True)
    return re.compile(rf"(?<=\S)(?=(?:{'|'.join(map(re.escape, labels))})\s?:\s)", re.IGNORECASE)


def drop_forwarded_header(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks of a forwarded mail without the header at their beginning."""
    kept: list[Block] = []
    for index, block in enumerate(blocks):
        is_header = (
            index < _SEARCHED
            and not block.is_mark
            and len(block.text) <= _LONGEST
            and _is_header(block)
        )
        if not is_header:
            kept.append(block)
    return kept


def _is_header(block: Block) -> bool:
    lines = [line for line in visible_lines(block.html.replace("<br>", "<br><p>")) if line.strip()]
    if not lines:
        return False
    known = [line for line in lines if _read_line(line)[0] or _is_mark(line)]
    return len(known) == len(lines)


def _is_mark(line: str) -> bool:
    text = line.strip(_EDGE + ":").casefold()
    return len(text) < 60 and any(mark in text for mark in load().forward_marks)  # noqa: PLR2004


def _read_line(line: str) -> tuple[str, str]:
    """Return which field a line is and its value; "" if it is none."""
    match = _FIELD.match(line) if len(line) <= _LONGEST else None
    if match is None:
        return "", ""
    label = load().forward_labels.get(match[1].strip().casefold(), "")
    return label, match[2].strip(" *_") if label else ""
