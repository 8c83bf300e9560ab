"""Documents: what they are made of, and by what it is known whether one has changed.

`printing` makes them. It loads all that reads, cleans and writes, for which there is often no need.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

from refeed import selection
from refeed.config import publishing_fingerprint
from refeed.model import Feed, Link
from refeed.render import templates

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from refeed.config import Config
    from refeed.errors import FeedError
    from refeed.progress import Observer
    from refeed.publish.output_folder import OutputFolder
    from refeed.rules.rulebook import Rulebook
    from refeed.store import EntryRow, Store
    from refeed.workers.pool import Workers

__all__ = ["Document", "Outcome", "Press"]


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
        # A document of an archive has no page.
        pages = "" if feed.part else templates.fingerprint()
        about = (publishing_fingerprint(self.config), pages, feed.title, feed.part, feed.previous)
        digest.update(repr(about).encode())
        for row in rows:
            digest.update(self.entry_fingerprint(row))
        return digest.digest()

    def entry_fingerprint(self, row: EntryRow) -> bytes:
        """Digest everything that the pieces of an entry depend on."""
        content = self.content_fingerprint(row)
        facts = (row.key, row.published, row.updated, row.url, row.title, row.authors, row.tags)
        parts = repr((self.config.language, facts, content))
        return blake2b(parts.encode("utf-8", "surrogatepass"), digest_size=16).digest()

    def content_fingerprint(self, row: EntryRow) -> bytes:
        """Digest everything that the cleaned content of an entry depends on."""
        return self.book.content_fingerprint(row.key, row.url, row.digest, row.record)


class Document(NamedTuple):
    """What is to be published: a feed, or one of its archive documents, and its entries."""

    feed: Feed
    rows: Sequence[EntryRow]


class Outcome(NamedTuple):
    """What became of a document.

    Attributes:
        changed: the files that came out different.
        outdated: snapshot files that have changed since they were read. What was cleaned of them
            before is shown, if anything was.
        failure: why it can't be published; the last good one stays then.
    """

    changed: list[str]
    outdated: tuple[Path, ...]
    failure: FeedError | None = None
