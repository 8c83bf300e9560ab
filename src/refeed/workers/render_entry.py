"""Entries to pieces of documents, in this process or in others: cleaned, written, read back.

Like `refeed.workers.jobs`, whose other half it is, nothing here touches the store.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from refeed.identity import entry_id
from refeed.model import Entry
from refeed.render import piece
from refeed.render.publishable import publishable
from refeed.render.verify import verify_piece
from refeed.rules.rulebook import rulebook
from refeed.workers import jobs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from refeed.config import Config
    from refeed.rules.rulebook import Rulebook
    from refeed.store import Content, EntryRow


class Order(NamedTuple):
    """An entry that is to be written.

    Attributes:
        row: the entry.
        content: its cleaned content; None if it is to be cleaned first.
        formats: in which formats.
    """

    row: EntryRow
    content: Content | None
    formats: tuple[str, ...]


class Written(NamedTuple):
    """An entry as it is in documents.

    Attributes:
        content: what was written.
        pieces: by format; only those that say what they were to say.
        faults: of the others, what is wrong with them.
    """

    content: Content
    pieces: Mapping[str, str]
    faults: Mapping[str, str]


def written(config: Config, orders: Sequence[Order]) -> list[Written | None]:
    """Write entries, and read back each piece; None for one whose file is not as it was indexed."""
    book = rulebook(config)
    return [_written(config, book, order) for order in orders]


def bare_entry(book: Rulebook, row: EntryRow) -> Entry:
    """Return an entry as far as the index knows it: without content."""
    return Entry(
        id=entry_id(row.key),
        url=book.clean_address(row.url).url,
        title=row.title,
        html="",
        summary="",
        image="",
        published=row.published,
        updated=row.updated,
        authors=row.authors,
        tags=row.tags,
    )


def _written(config: Config, book: Rulebook, order: Order) -> Written | None:
    row, content = order.row, order.content
    if content is None:
        place = jobs.Place(row.seed, row.path, row.record, row.digest)
        (content,) = jobs.contents(config, [place])
        if content is None:
            return None
    bare = bare_entry(book, row)
    entry = publishable(
        replace(bare, html=content.html, summary=content.summary, image=content.image)
    )
    pieces, faults = {}, {}
    for name in order.formats:
        text = piece(name, entry, config.language)
        try:
            verify_piece(name, text, entry)
        except ValueError as error:
            faults[name] = f"{error}, in the entry of {row.url}"
        else:
            pieces[name] = text
    return Written(content, pieces, faults)
