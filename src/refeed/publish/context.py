"""What publishing works with, and the values that its steps exchange."""

from __future__ import annotations

from dataclasses import dataclass, field
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
    from refeed.progress import Monitor
    from refeed.publish.output_folder import OutputFolder
    from refeed.rules.rulebook import Rulebook
    from refeed.store import EntryRow, Store
    from refeed.workers.pool import Workers


class Document(NamedTuple):
    """A document to write, in all formats.

    Attributes:
        feed: the feed, or the archive page of it, without entries.
        rows: its entries, newest first, those of one instant by number.
        fingerprint: of everything that its bytes depend on.
    """

    feed: Feed
    rows: Sequence[EntryRow]
    fingerprint: bytes


class Outcome(NamedTuple):
    """What became of a document.

    Attributes:
        document: the document.
        changed: the files whose bytes changed.
        outdated: snapshot files that have changed since they were indexed. The document shows what
            was cleaned of them before, if anything was.
        failure: why it can't be published; the last good files stay then.
    """

    document: Document
    changed: list[str]
    outdated: list[Path]
    failure: FeedError | None


@dataclass(frozen=True, slots=True)
class PublishContext:
    """What publishing works with.

    `rejected` collects the files whose articles take too long to clean, by seeds folder and path,
    with the reasons.
    """

    config: Config
    store: Store
    output: OutputFolder
    workers: Workers
    monitor: Monitor
    book: Rulebook
    rejected: dict[tuple[int, str], str] = field(default_factory=dict)

    def build_feed(self, name: str) -> Feed:
        """Return a feed without entries."""
        config = self.config
        title = selection.title_of(name, title=config.title, feeds=config.feeds)
        hub = config.websub.hub
        links = (Link("hub", hub),) if hub else ()
        return Feed(name, title, config.base_url, config.language, (), links)

    def build_document(self, feed: Feed, rows: Sequence[EntryRow]) -> Document:
        """Return a document with its fingerprint."""
        digest = blake2b(digest_size=16)
        # An archive page has no HTML.
        pages = "" if feed.page else templates.fingerprint()
        about = (publishing_fingerprint(self.config), pages, feed.title, feed.page, feed.previous)
        digest.update(repr(about).encode())
        for row in rows:
            digest.update(self.entry_fingerprint(row))
        return Document(feed, rows, digest.digest())

    def entry_fingerprint(self, row: EntryRow) -> bytes:
        """Digest everything that an entry depends on as documents show it."""
        content = self.content_fingerprint(row)
        facts = (row.key, row.published, row.updated, row.url, row.title, row.authors, row.tags)
        parts = repr((self.config.language, facts, content))
        return blake2b(parts.encode("utf-8", "surrogatepass"), digest_size=16).digest()

    def content_fingerprint(self, row: EntryRow) -> bytes:
        """Digest everything that the cleaned content of an entry depends on."""
        return self.book.content_fingerprint(row.key, row.url, row.digest, row.record)
