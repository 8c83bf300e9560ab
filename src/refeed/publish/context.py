"""The context of publishing, and the values that its steps exchange."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Final, NamedTuple

from refeed import rules, selection
from refeed.config import has_all_pages, publishing_fingerprint
from refeed.identity import entry_id
from refeed.model import Feed, Link
from refeed.progress import UNWATCHED
from refeed.publish.output_folder import OutputFolder
from refeed.render import FORMATS, templates
from refeed.render.formats import HTML, name_article_folder
from refeed.render.list_item import TEMPLATES
from refeed.rules.rulebook import rulebook
from refeed.store.page_tables import ARCHIVE, LIST, name_page
from refeed.workers.pool import split_batches

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from refeed.config import Config
    from refeed.errors import FeedError
    from refeed.learning.minimums import Minimums
    from refeed.progress import Monitor
    from refeed.publish.entry_pictures import EntryPictures
    from refeed.rules.rulebook import Rulebook
    from refeed.store import Content, EntryRow, Store
    from refeed.workers.pool import Workers

_CONTENTS: Final = 10
"""How many contents are in memory beside those that workers have."""


class FeedDocument(NamedTuple):
    """A document to write, in one format or several.

    Attributes:
        feed: the feed, or the archive page of it, without entries.
        rows: its entries, newest first, those of one instant by number.
        fingerprint: of all that its bytes depend on.
        least: so many of them are written, however large the document becomes: no other has them.
        formats: in which it is written.
    """

    feed: Feed
    rows: Sequence[EntryRow]
    fingerprint: bytes
    least: int
    formats: Sequence[str]

    @property
    def key(self) -> str:
        """What names the document among those of its feed: "" is the feed itself."""
        if HTML.name in self.formats:
            return name_page(LIST, self.feed.page)
        return name_page(ARCHIVE, self.feed.page) if self.feed.page else ""


class DocumentOutcome(NamedTuple):
    """The result of writing a document.

    Attributes:
        document: the document.
        changed: the files whose bytes changed.
        outdated: snapshot files that have changed since they were indexed. The document shows what
            was cleaned of them before, if anything was.
        failure: why it can't be published; the last good files stay then.
        left_out: how many of its entries it has no room for.
    """

    document: FeedDocument
    changed: list[str]
    outdated: list[Path]
    failure: FeedError | None
    left_out: int


@dataclass(slots=True)
class WrittenPages:
    """The result of writing pages of a feed.

    Attributes:
        is_changed: whether the files of any page changed.
        has_dropped: whether there were pages before that are gone.
        failures: pages that can't be published.
        outdated: snapshot files that have changed since they were indexed.
    """

    is_changed: bool = False
    has_dropped: bool = False
    failures: list[FeedError] = field(default_factory=list)
    outdated: set[Path] = field(default_factory=set)

    @property
    def is_complete(self) -> bool:
        """Whether all is published as it should be."""
        return not self.failures and not self.outdated


@dataclass(frozen=True, slots=True)
class Archive:
    """The result of publishing a feed's archive.

    Attributes:
        entries: how many of the newest entries are on no archive page.
        previous: the newest archive page, or "".
        pages: what came of its pages.
    """

    entries: int
    previous: str
    pages: WrittenPages


class PagesOfFeeds(NamedTuple):
    """What came of the archives and lists of feeds, by the names of those that may have changed."""

    archives: Mapping[str, Archive]
    lists: Mapping[str, WrittenPages]


NO_PAGES: Final = WrittenPages()
NO_ARCHIVE: Final = Archive(0, "", NO_PAGES)


@dataclass(frozen=True, slots=True)
class PublishContext:
    """The parts that publishing works with.

    Attributes:
        pictures: what entries show of the picture store; None if they show the web's own.
        rejected: the files whose articles take too long to clean, by seeds folder and path, with
            the reasons.
    """

    config: Config
    store: Store
    output: OutputFolder
    workers: Workers
    monitor: Monitor
    book: Rulebook
    minimums: Minimums
    pictures: EntryPictures | None = None
    rejected: dict[tuple[int, str], str] = field(default_factory=dict)

    def build_feed(self, name: str) -> Feed:
        """Return a feed without entries."""
        config = self.config
        title = selection.title_of(name, title=config.title, feeds=config.feeds)
        hub = config.websub.hub
        links = (Link("hub", hub),) if hub else ()
        return Feed(
            name,
            title,
            config.base_url,
            config.language,
            (),
            links,
            timezone=config.timezone,
        )

    @property
    def feed_formats(self) -> tuple[str, ...]:
        """The formats for programs: all but that for people."""
        return tuple(each for each in self.config.formats if each != HTML.name)

    def list_archive_files(self, name: str, page: str) -> list[str]:
        """List the files of an archive page, relative to the output folder; none for the feed."""
        formats = self.feed_formats if page else ()
        return [f"{name}/{FORMATS[each].file_name(page)}" for each in formats]

    def build_document(
        self, feed: Feed, rows: Sequence[EntryRow], formats: Sequence[str], least: int
    ) -> FeedDocument:
        """Return a document with its fingerprint.

        Args:
            feed: the feed, or a page of it, without entries.
            rows: the entries, newest first, those of one instant by number.
            formats: in which it is written.
            least: how many are written, however large the document becomes.
        """
        if self.pictures is not None:
            rows = self.pictures.find(rows)
        fingerprint = blake2b(digest_size=16)
        pages = templates.fingerprint(*TEMPLATES) if HTML.name in formats else ""
        place = feed.page, feed.previous, feed.next
        about = (publishing_fingerprint(self.config), pages, feed.title, place, least)
        fingerprint.update(repr(about).encode())
        for row in rows:
            fingerprint.update(self.entry_fingerprint(row, self.find_page(feed, row)))
        return FeedDocument(feed, rows, fingerprint.digest(), least, formats)

    def find_page(self, feed: Feed, row: EntryRow) -> str:
        """Return the address of the page of an entry that a document shows, or "".

        Args:
            feed: the document. If only what feeds show has pages, that of an archive leads to none:
                it would change when a feed reaches further.
            row: the entry.
        """
        config = self.config
        if HTML.name not in config.formats or (feed.page and not has_all_pages(config)):
            return ""
        return f"{config.base_url}{name_article_folder(entry_id(row.key))}/"

    def entry_fingerprint(self, row: EntryRow, page: str = "") -> bytes:
        """Digest everything that an entry depends on as documents show it.

        Args:
            row: the entry.
            page: the address of its own page, if it is named.
        """
        config = self.config
        settings = config.language, config.timezone, config.base_url
        return _digest_entry(self.book, settings, row, page)

    def content_fingerprint(self, row: EntryRow) -> bytes:
        """Digest everything that the cleaned content of an entry depends on."""
        return self.book.content_fingerprint(row.key, row.url, row.path, row.digest, row.record)

    def find_contents(
        self, rows: Iterable[EntryRow]
    ) -> Iterator[tuple[EntryRow, Content | None, bool]]:
        """Yield entries, each with its cached content, and whether cleaning would give the same."""
        for some in split_batches(rows, _CONTENTS):
            contents = self.store.contents(row.entry for row in some)
            for row in some:
                fingerprint, content = contents.get(row.entry, (b"", None))
                yield row, content, fingerprint == self.content_fingerprint(row)

    def put_content(self, row: EntryRow, content: Content) -> None:
        """Cache the content of an entry that was just cleaned."""
        self.store.put_content(row.entry, self.content_fingerprint(row), content)

    def reject(self, row: EntryRow, reason: str) -> None:
        """Note that the file of an entry takes too long to clean."""
        self.rejected[row.seed, row.path] = f"it can't be cleaned: {reason}"


def build_dry_context(config: Config, store: Store, workers: Workers) -> PublishContext:
    """Return a context in which nothing is published, for a command that only looks."""
    output = OutputFolder(config.output, dry_run=True)
    book = rulebook(config)
    return PublishContext(config, store, output, workers, UNWATCHED, book, rules.minimums())


@lru_cache(maxsize=1024)  # The next sync asks for most of them again.
def _digest_entry(
    book: Rulebook, settings: tuple[str, str, str], row: EntryRow, page: str
) -> bytes:
    content = book.content_fingerprint(row.key, row.url, row.path, row.digest, row.record)
    facts = (row.key, row.published, row.updated, row.url, row.title, row.authors, row.tags)
    return digest(settings, facts, content, row.verdicts, row.pictures, page)


def digest(*values: object) -> bytes:
    """Digest values by their representation."""
    return blake2b(repr(values).encode("utf-8", "surrogatepass"), digest_size=16).digest()
