"""Documents are made: their entries written by the workers, put together as these arrive.

An entry is in several documents: of all, of its source. They are made at the same time, so that it
is written once, and nothing has to hold it until its next document comes.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Final, NamedTuple, Self

from refeed.errors import FeedError
from refeed.publish.document import Edition, formats_of
from refeed.publish.press import Outcome
from refeed.publish.rendered import Wanted, printed
from refeed.workers.pool import batches

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from refeed.publish.press import Document, Press
    from refeed.publish.rendered import Printed

_MOST_FILES: Final = 128
"""How many files are written at a time: half of what the server leaves for all else."""


class _Shown(NamedTuple):
    """An entry, and the documents that show it, by number."""

    wanted: Wanted
    documents: list[int]


def publish_documents(press: Press, documents: Sequence[Document]) -> Iterator[Outcome]:
    """Write documents in all formats, check them, put them in place; yield each one's outcome.

    Args:
        press: what publishing works with.
        documents: each with its rows newest first, those of one instant by number.
    """
    sizes = [len(document.rows) for document in documents]
    if total := sum(sizes):
        press.observer("publishing", 0, total)
    done = 0
    outcomes: dict[int, Outcome] = {}
    # The largest first: they share most.
    largest_first = sorted(range(len(documents)), key=lambda number: -sizes[number])
    for together in batches(largest_first, max(1, _MOST_FILES // len(press.config.formats))):
        some = _published(press, [documents[number] for number in together], done, total)
        outcomes.update(zip(together, some, strict=True))
        done += sum(sizes[number] for number in together)
    yield from (outcomes[number] for number in range(len(documents)))


def _published(press: Press, documents: Sequence[Document], done: int, total: int) -> list[Outcome]:
    shown = _shown(press, documents)
    with ExitStack() as stack:
        editions = [stack.enter_context(_Printing(press, document)) for document in documents]
        entries = printed(press, (each.wanted for each in shown))
        for (_, numbers), entry in zip(shown, entries, strict=True):
            for number in numbers:
                editions[number].add(entry)
            done += len(numbers)
            press.observer("publishing", done, total)
        return [edition.finished() for edition in editions]


def _shown(press: Press, documents: Sequence[Document]) -> list[_Shown]:
    """Return the entries of documents in the order in which each of these shows its own."""
    found: dict[int, _Shown] = {}
    for number, (feed, rows) in enumerate(documents):
        for position, row in enumerate(rows):
            formats = formats_of(press.config.formats, feed, position)
            known, numbers = found.get(row.entry) or _Shown(Wanted(row, formats), [])
            wanted = Wanted(row, max(known.formats, formats, key=len))
            found[row.entry] = _Shown(wanted, [*numbers, number])
    return sorted(found.values(), key=_newest_first)


def _newest_first(shown: _Shown) -> tuple[int, int]:
    row = shown.wanted.row
    return -row.published, row.entry


class _Printing:
    """A document being made, until it is put in place or fails."""

    def __init__(self, press: Press, document: Document) -> None:
        updated = max((row.updated for row in document.rows), default=None)
        self._edition = Edition(press, document.feed, updated)
        self._seeds = press.config.seeds
        self._outdated: list[Path] = []
        self._failure: FeedError | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._edition.abandon()

    def add(self, entry: Printed) -> None:
        """Write the next entry, if what came before was of use."""
        if entry.outdated:
            self._outdated.append(self._seeds[entry.row.seed] / entry.row.path)
        if self._failure is None:
            try:
                self._edition.add(entry)
            except FeedError as error:
                self._failure = error

    def finished(self) -> Outcome:
        """Put it in place."""
        changed: list[str] = []
        if self._failure is None:
            try:
                changed = self._edition.put()
            except FeedError as error:
                self._failure = error
        return Outcome(changed, tuple(self._outdated), self._failure)
