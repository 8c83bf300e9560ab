"""What feeds are written with: entries are cleaned, documents written, read back, put in place."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice
from typing import TYPE_CHECKING

from refeed import selection, work
from refeed.config import publishing_fingerprint
from refeed.errors import FeedError
from refeed.identity import entry_id
from refeed.model import Entry, Feed, Link
from refeed.publishing import FORMATS, stream
from refeed.publishing.verification import verify_stream

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from refeed.config import Config
    from refeed.files import OutputFolder, Staged
    from refeed.progress import Observer
    from refeed.rulebook import Rulebook
    from refeed.store import Content, EntryRow, Store
    from refeed.workers import Workers

PAGE_ENTRIES = 100
"""How many entries a page for people shows at most, however long the feed is."""

_HELD = 200
"""How many entries are held at a time, with their HTML."""


@dataclass(frozen=True, slots=True)
class Press:
    """What publishing works with."""

    config: Config
    store: Store
    output: OutputFolder
    workers: Workers
    observer: Observer
    book: Rulebook

    def feed(self, name: str) -> Feed:
        """Return a feed, without entries."""
        config = self.config
        title = selection.title_of(name, title=config.title, feeds=config.feeds)
        hub = config.websub.hub
        links = (Link("hub", hub),) if hub else ()
        return Feed(name, title, config.base_url, config.language, (), links)

    def fingerprint(self, feed: Feed, rows: Sequence[EntryRow]) -> bytes:
        """Digest everything that the bytes of a document depend on."""
        digest = blake2b(digest_size=16)
        about = (publishing_fingerprint(self.config), feed.title, feed.part, feed.previous)
        digest.update(repr(about).encode())
        for row in rows:
            facts = (row.published, row.updated, row.url, row.title, row.authors, row.tags)
            content = self.content_fingerprint(row)
            digest.update(repr((row.key, facts, content)).encode("utf-8", "surrogatepass"))
        return digest.digest()

    def content_fingerprint(self, row: EntryRow) -> bytes:
        """Digest everything that the cleaned content of an entry depends on."""
        return self.book.content_fingerprint(row.key, row.url, row.digest, row.record)


def clean(press: Press, rows: Sequence[EntryRow]) -> dict[int, Path]:
    """Clean entries whose content isn't in the store; return those whose file has changed."""
    wanted = {row.entry: (row, press.content_fingerprint(row)) for row in rows}
    cached = press.store.content_fingerprints(wanted)
    missing = [found for entry, found in wanted.items() if cached.get(entry) != found[1]]
    places = [work.Place(row.seed, row.path, row.record, row.digest) for row, _ in missing]
    outdated: dict[int, Path] = {}
    if missing:
        press.observer("cleaning", 0, len(missing))
    done = zip(missing, press.workers.run(work.contents, places), strict=True)
    for number, ((row, fingerprint), (_, content)) in enumerate(done, 1):
        if content is None:
            outdated[row.entry] = press.config.seeds[row.seed] / row.path
        else:
            press.store.put_content(row.entry, fingerprint, content)
        press.observer("cleaning", number, len(missing))
    return outdated


def publish_document(press: Press, feed: Feed, rows: Sequence[EntryRow]) -> list[str]:
    """Write a document in all formats, read each back, put it in place; return the changed files.

    Args:
        press: what publishing works with.
        feed: what the document says of itself.
        rows: its entries, newest first; those whose content isn't in the store are left out.

    Raises:
        FeedError: it came out in a form that can't be published; the last good one stays.
    """
    cleaned = press.store.content_fingerprints(row.entry for row in rows)
    rows = [row for row in rows if row.entry in cleaned]
    entries = _Entries(press, rows)
    updated = max((row.updated for row in rows), default=None)
    staged: list[Staged] = []
    try:
        for each in press.config.formats:
            if each == "html" and feed.part:
                continue
            shown = entries.first(PAGE_ENTRIES) if each == "html" else entries
            pieces = stream(each, feed, shown, updated, press.config.formats)
            file = FORMATS[each].file_of(feed.part)
            written = press.output.stage(f"{feed.name}/{file}", pieces)
            staged.append(written)
            verify_stream(each, written.pieces(), feed.name, shown)
    except FeedError:
        for written in staged:
            press.output.discard(written)
        raise
    changed = [written.path for written in staged if press.output.put(written)]
    for written in staged:
        press.store.put_output(written.path, feed.name, *press.output.status(written.path))
    return changed


class _Entries:
    """The entries of a feed, as often as they are asked for; few of them are held at a time."""

    def __init__(self, press: Press, rows: Sequence[EntryRow]) -> None:
        self._press = press
        self._rows = rows
        self._held: tuple[int, list[Entry]] = (-1, [])

    def __iter__(self) -> Iterator[Entry]:
        for start in range(0, len(self._rows), _HELD):
            yield from self._from(start)

    def first(self, most: int) -> list[Entry]:
        return list(islice(self, most))

    def _from(self, start: int) -> list[Entry]:
        if self._held[0] != start:
            rows = self._rows[start : start + _HELD]
            contents = self._press.store.contents(row.entry for row in rows)
            book = self._press.book
            self._held = (start, [_entry(book, row, contents[row.entry]) for row in rows])
        return self._held[1]


def _entry(book: Rulebook, row: EntryRow, content: Content) -> Entry:
    return Entry(
        id=entry_id(row.key),
        url=book.shown_link(row.url),
        title=row.title,
        html=content.html,
        summary=content.summary,
        image=content.image,
        published=row.published,
        updated=row.updated,
        authors=row.authors,
        tags=row.tags,
    )
