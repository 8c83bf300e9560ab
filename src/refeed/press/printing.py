"""Documents are made: their entries written by the workers, put together as these arrive."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from refeed.errors import FeedError
from refeed.press import Outcome
from refeed.press.documents import formats_of, put_document
from refeed.press.pieces import Wanted, printed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from refeed.press import Document, Press
    from refeed.press.pieces import Printed


def publish_documents(press: Press, documents: Sequence[Document]) -> Iterator[Outcome]:
    """Write documents in all formats, check them, put them in place; yield each one's outcome."""
    total = sum(len(document.rows) for document in documents)
    if total:
        press.observer("publishing", 0, total)
    pieces = _observed(press, printed(press, _wanted(press, documents)), total)
    for document in documents:
        yield _published(press, document, islice(pieces, len(document.rows)))


def _wanted(press: Press, documents: Sequence[Document]) -> Iterator[Wanted]:
    for feed, rows in documents:
        for position, row in enumerate(rows):
            yield Wanted(row, formats_of(press.config.formats, feed, position))


def _observed(press: Press, pieces: Iterator[Printed], total: int) -> Iterator[Printed]:
    for number, each in enumerate(pieces, 1):
        yield each
        press.observer("publishing", number, total)


def _published(press: Press, document: Document, pieces: Iterator[Printed]) -> Outcome:
    outdated: list[Path] = []

    def noted() -> Iterator[Printed]:
        for each in pieces:
            if each.outdated:
                outdated.append(press.config.seeds[each.row.seed] / each.row.path)
            yield each

    entries = noted()
    updated = max((row.updated for row in document.rows), default=None)
    changed, failure = [], None
    try:
        changed = put_document(press, document.feed, updated, entries)
    except FeedError as error:
        failure = error
        for _ in entries:
            """What it would have shown is not for the next."""
    return Outcome(changed, tuple(outdated), failure)
