"""Index to feeds: what has changed is written, checked and put in place; what is no more goes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import blake2b
from itertools import islice
from typing import TYPE_CHECKING

from refeed import selection, work
from refeed.config import publishing_fingerprint
from refeed.errors import FeedError
from refeed.identity import entry_id
from refeed.model import Entry, Feed
from refeed.publishing import FORMATS, opml, stream
from refeed.publishing.summary import FeedSummary
from refeed.publishing.verification import verify_stream
from refeed.rulebook import rulebook

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

INDEX = "index.html"

_HELD = 200
"""How many entries are held at a time, with their HTML."""


@dataclass(frozen=True, slots=True)
class Publication:
    """What became of the feeds.

    Attributes:
        changed: the names of the feeds that came out different, in order.
        unchanged: how many did not.
        removed: files that were taken away, since their feed or format is no more.
        failures: feeds that came out in a form that can't be published; their last good form stays.
        outdated: snapshot files that have changed since they were read.
    """

    changed: tuple[str, ...]
    unchanged: int
    removed: tuple[str, ...]
    failures: tuple[FeedError, ...]
    outdated: tuple[Path, ...]

    def followed_by(self, later: Publication) -> Publication:
        """Return the two as one."""
        changed = tuple(sorted({*self.changed, *later.changed}))
        total = max(len(self.changed) + self.unchanged, len(later.changed) + later.unchanged)
        return replace(
            later,
            changed=changed,
            unchanged=total - len(changed),
            removed=self.removed + later.removed,
        )


@dataclass(frozen=True, slots=True)
class _Press:
    """What publishing works with."""

    config: Config
    store: Store
    output: OutputFolder
    workers: Workers
    observer: Observer
    book: Rulebook

    def title(self, name: str) -> str:
        return selection.title_of(name, title=self.config.title, feeds=self.config.feeds)

    def feed(self, name: str, entries: tuple[Entry, ...] = ()) -> Feed:
        config = self.config
        return Feed(name, self.title(name), config.base_url, config.language, entries)

    def fingerprint(self, name: str, rows: Sequence[EntryRow]) -> bytes:
        """Digest everything that the bytes of a feed depend on."""
        digest = blake2b(digest_size=16)
        digest.update(repr((publishing_fingerprint(self.config), self.title(name))).encode())
        for row in rows:
            facts = (row.published, row.updated, row.url, row.title, row.authors, row.tags)
            content = self.content_fingerprint(row)
            digest.update(repr((row.key, facts, content)).encode("utf-8", "surrogatepass"))
        return digest.digest()

    def content_fingerprint(self, row: EntryRow) -> bytes:
        """Digest everything that the cleaned content of an entry depends on."""
        return self.book.content_fingerprint(row.key, row.url, row.digest, row.record)


def publish(  # noqa: PLR0913 - the parts that a sync joins
    config: Config,
    store: Store,
    output: OutputFolder,
    workers: Workers,
    observer: Observer,
    *,
    whole: bool,
) -> Publication:
    """Publish the feeds that have changed.

    Args:
        config: what to do.
        store: the index; it says which feeds may have changed.
        output: where to.
        workers: who cleans.
        observer: told of the progress.
        whole: whether to look also after files that someone else has changed or removed.
    """
    press = _Press(config, store, output, workers, observer, rulebook(config))
    names = list(store.feed_counts())
    files = _files_of(config, names)
    output.register(files)
    if whole:
        _look_after(store, output)
    changes = _changes(press)
    outdated = _clean(press, [row for rows, _ in changes.values() for row in rows])
    changed, failures = [], []
    for number, (name, (rows, fingerprint)) in enumerate(changes.items(), 1):
        try:
            if _publish_feed(press, name, rows):
                changed.append(name)
            if not any(row.entry in outdated for row in rows):
                store.put_published(name, fingerprint)
        except FeedError as error:
            failures.append(error)
        observer("publishing", number, len(changes))
    _publish_overview(press, names)
    removed = tuple(sorted(output.published() - set(files)))
    output.remove(removed)
    output.settle()
    store.commit()
    unchanged = len(names) - len(changed)
    return Publication(
        tuple(changed), unchanged, removed, tuple(failures), tuple(outdated.values())
    )


def _files_of(config: Config, names: Sequence[str]) -> list[str]:
    files = [f"{name}/{FORMATS[each].file}" for name in names for each in config.formats]
    if "html" in config.formats:
        files.append(INDEX)
    return [*files, opml.FILE]


def _look_after(store: Store, output: OutputFolder) -> None:
    """Have the feeds published again whose files are not as they were left."""
    output.sweep()
    for path, (feed, size, mtime_ns) in store.outputs().items():
        if output.status(path) != (size, mtime_ns):
            store.mark_dirty(feed)
            store.drop_output(path)


def _changes(press: _Press) -> dict[str, tuple[list[EntryRow], bytes]]:
    """Return the feeds that are to be written, each with its entries and the fingerprint of it."""
    changes = {}
    for name, fingerprint in press.store.dirty_feeds().items():
        rows = press.store.entries_of(name, press.config.limit)
        now = press.fingerprint(name, rows)
        if now == fingerprint:
            press.store.put_published(name, now)
        else:
            changes[name] = (rows, now)
    return changes


def _clean(press: _Press, rows: Sequence[EntryRow]) -> dict[int, Path]:
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


def _publish_feed(press: _Press, name: str, rows: Sequence[EntryRow]) -> bool:
    """Write a feed in all formats, read each back, put it in place; return whether any changed."""
    cleaned = press.store.content_fingerprints(row.entry for row in rows)
    rows = [row for row in rows if row.entry in cleaned]
    entries = _Entries(press, rows)
    feed = press.feed(name)
    updated = max((row.updated for row in rows), default=None)
    staged: list[Staged] = []
    try:
        for each in press.config.formats:
            shown = entries.first(PAGE_ENTRIES) if each == "html" else entries
            pieces = stream(each, feed, shown, updated, press.config.formats)
            written = press.output.stage(f"{name}/{FORMATS[each].file}", pieces)
            staged.append(written)
            verify_stream(each, written.pieces(), name, shown)
    except FeedError:
        for written in staged:
            press.output.discard(written)
        raise
    changed = [press.output.put(written) for written in staged]
    for written in staged:
        press.store.put_output(written.path, name, *press.output.status(written.path))
    return any(changed)


class _Entries:
    """The entries of a feed, as often as they are asked for; few of them are held at a time."""

    def __init__(self, press: _Press, rows: Sequence[EntryRow]) -> None:
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


def _publish_overview(press: _Press, names: Sequence[str]) -> None:
    """Write the list of feeds, for readers and for people."""
    config, feeds = press.config, [press.feed(name) for name in names]
    outlines = [opml.outline(feed, config.formats) for feed in feeds]
    press.output.write(opml.FILE, opml.opml(config.title, outlines))
    if "html" in config.formats:
        from refeed.publishing.pages import index_page  # noqa: PLC0415 - slow to import

        counts = press.store.feed_counts()
        summaries = [_summary(press, feed, counts[feed.name]) for feed in feeds]
        page = index_page(config.title, config.base_url, config.language, summaries, config.formats)
        press.output.write(INDEX, page)


def _summary(press: _Press, feed: Feed, entries: int) -> FeedSummary:
    newest = press.store.newest(feed.name)
    if newest is None:
        return FeedSummary(feed.name, feed.title, entries)
    link = press.book.shown_link(newest.url)
    return FeedSummary(feed.name, feed.title, entries, newest.title, link, newest.published)
