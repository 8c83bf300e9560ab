"""Entries as they are in documents: from memory, or written by those who do the work."""

from __future__ import annotations

from collections import deque
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from refeed.workers import render_entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from refeed.publish.press import Press
    from refeed.store import EntryRow

_BATCH = 100
_AT_ONCE = 25
_NONE: Mapping[str, str] = {}


class Wanted(NamedTuple):
    """An entry that some document shows, and in which formats."""

    row: EntryRow
    formats: tuple[str, ...]


class Printed(NamedTuple):
    """An entry as it is in documents.

    Attributes:
        row: the entry.
        pieces: by format; none if nothing can be shown of it.
        faults: formats that can't have it, and why.
        outdated: whether its snapshot file has changed since it was read. What is shown is what was
            cleaned before, if anything was.
    """

    row: EntryRow
    pieces: Mapping[str, str] = _NONE
    faults: Mapping[str, str] = _NONE
    outdated: bool = False


def printed(press: Press, wanted: Iterable[Wanted]) -> Iterator[Printed]:
    """Yield entries as they are in documents, in the order in which they are wanted.

    What has to be cleaned or written is, by the workers, while earlier ones are being taken. New
    contents are put into the store.
    """
    line: deque[Printed | None] = deque()
    orders = _orders(press, iter(wanted), line)
    for order, written in press.workers.run(render_entry.written, orders, at_once=_AT_ONCE):
        while (ready := line.popleft()) is not None:
            yield ready
        yield _finished(press, order, written)
    for ready in line:
        if ready is not None:
            yield ready


def _orders(
    press: Press, wanted: Iterator[Wanted], line: deque[Printed | None]
) -> Iterator[render_entry.Order]:
    """Yield what is not in memory; what is, is put in line, and None for what is not."""
    while batch := list(islice(wanted, _BATCH)):
        kept = [press.store.pieces.get(press.entry_fingerprint(row)) for row, _ in batch]
        missing = [
            row
            for (row, formats), pieces in zip(batch, kept, strict=True)
            if not pieces.keys() >= set(formats)
        ]
        contents = press.store.contents(row.entry for row in missing)
        for (row, formats), pieces in zip(batch, kept, strict=True):
            if pieces.keys() >= set(formats):
                line.append(Printed(row, pieces))
                continue
            line.append(None)
            made_of, content = contents.get(row.entry, (b"", None))
            current = content if made_of == press.content_fingerprint(row) else None
            yield render_entry.Order(row, current, formats)


def _finished(
    press: Press, order: render_entry.Order, written: render_entry.Written | None
) -> Printed:
    row, store = order.row, press.store
    if written is None:
        return _as_it_was(press, order)
    if order.content is None:
        store.put_content(row.entry, press.content_fingerprint(row), written.content)
    if not written.faults:
        store.pieces.put(press.entry_fingerprint(row), written.pieces)
    return Printed(row, written.pieces, written.faults)


def _as_it_was(press: Press, order: render_entry.Order) -> Printed:
    _, content = press.store.contents([order.row.entry]).get(order.row.entry, (b"", None))
    if content is None:
        return Printed(order.row, outdated=True)
    (written,) = render_entry.written(press.config, [order._replace(content=content)])
    if written is None:
        return Printed(order.row, outdated=True)
    return Printed(order.row, written.pieces, written.faults, outdated=True)
