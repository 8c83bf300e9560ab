"""Index to feeds: what has changed is written, checked and put in place; what is no more goes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import TYPE_CHECKING

from refeed import selection, work
from refeed.config import publishing_fingerprint
from refeed.errors import FeedError
from refeed.identity import entry_id, source_of
from refeed.model import Entry, Feed
from refeed.publishing import FORMATS, opml, render
from refeed.publishing.summary import FeedSummary
from refeed.publishing.verification import verify
from refeed.rulebook import Rulebook, rulebook

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from refeed.config import Config
    from refeed.files import OutputFolder
    from refeed.pipeline import Observer
    from refeed.store import Content, EntryRow, Store
    from refeed.workers import Workers

PAGE_ENTRIES = 100
"""How many entries a page for people shows at most, however long the feed is."""

INDEX = "index.html"


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
    names = list(store.feed_counts())
    output.register(_files_of(config, names))
    if whole:
        _look_after(store, output)
    book = rulebook(config)
    dirty = {}
    for name, fingerprint in store.dirty_feeds().items():
        rows = store.entries_of(name, config.limit)
        now = _fingerprint(config, book, name, rows)
        if now == fingerprint:
            store.put_published(name, now)
        else:
            dirty[name] = (rows, now)
    outdated = _clean(config, store, workers, book, [r for rows, _ in dirty.values() for r in rows], observer)
    changed, failures = [], []
    for number, (name, (rows, fingerprint)) in enumerate(dirty.items(), 1):
        try:
            if _publish_feed(config, store, output, book, name, rows):
                changed.append(name)
            if not any(row.entry in outdated for row in rows):
                store.put_published(name, fingerprint)
        except FeedError as error:
            failures.append(error)
        observer("publishing", number, len(dirty))
    _publish_overview(config, store, output, names)
    removed = sorted(output.published() - set(_files_of(config, names)))
    output.remove(removed)
    output.settle()
    store.commit()
    return Publication(
        tuple(changed),
        len(names) - len(changed),
        tuple(removed),
        tuple(failures),
        tuple(outdated.values()),
    )


def _files_of(config: Config, names: Sequence[str]) -> list[str]:
    files = [f"{name}/{FORMATS[each].file}" for name in names for each in config.formats]
    if "html" in config.formats:
        files.append(INDEX)
    return [*files, opml.FILE]


def _look_after(store: Store, output: OutputFolder) -> None:
    """Have the feeds published again whose files are not as they were left."""
    for path, (feed, size, mtime_ns) in store.outputs().items():
        if output.status(path) != (size, mtime_ns):
            store.mark_dirty(feed)
            store.drop_output(path)


def _fingerprint(config: Config, book: Rulebook, name: str, rows: Sequence[EntryRow]) -> bytes:
    """Digest everything that the bytes of a feed depend on."""
    digest = blake2b(digest_size=16)
    digest.update(repr((publishing_fingerprint(config), _title(config, name))).encode())
    for row in rows:
        facts = (row.published, row.updated, row.url, row.title, row.authors, row.tags)
        content = _content_fingerprint(book, row)
        digest.update(repr((row.key, facts, content)).encode("utf-8", "surrogatepass"))
    return digest.digest()


def _content_fingerprint(book: Rulebook, row: EntryRow) -> bytes:
    parts = (row.digest, row.record, row.url, book.fingerprint_for(source_of(row.key)))
    return blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _clean(  # noqa: PLR0913 - the parts that it joins
    config: Config,
    store: Store,
    workers: Workers,
    book: Rulebook,
    rows: Sequence[EntryRow],
    observer: Observer,
) -> dict[int, Path]:
    """Clean the entries whose content isn't in the store; return those whose file has changed."""
    wanted = {row.entry: row for row in rows}
    cached = store.content_fingerprints(wanted)
    missing = [
        row for entry, row in wanted.items() if cached.get(entry) != _content_fingerprint(book, row)
    ]
    places = [work.Place(row.seed, row.path, row.record, row.digest) for row in missing]
    outdated: dict[int, Path] = {}
    done = zip(missing, workers.run(work.contents, places), strict=True)
    for number, (row, (_, content)) in enumerate(done, 1):
        if content is None:
            outdated[row.entry] = config.seeds[row.seed] / row.path
        else:
            store.put_content(row.entry, _content_fingerprint(book, row), content)
        observer("cleaning", number, len(missing))
    return outdated


def _publish_feed(  # noqa: PLR0913 - the parts that it joins
    config: Config,
    store: Store,
    output: OutputFolder,
    book: Rulebook,
    name: str,
    rows: Sequence[EntryRow],
) -> bool:
    """Write a feed in all its formats, read each back, and put it in place; return whether any changed."""
    contents = store.contents(row.entry for row in rows)
    entries = tuple(
        _entry(book, row, contents[row.entry]) for row in rows if row.entry in contents
    )
    feed = Feed(name, _title(config, name), config.base_url, config.language, entries)
    written = []
    for each in config.formats:
        shown = replace(feed, entries=entries[:PAGE_ENTRIES]) if each == "html" else feed
        data = render(each, shown, config.formats)
        verify(each, data, shown)
        written.append((f"{name}/{FORMATS[each].file}", data))
    changed = [output.write(path, data) for path, data in written]
    for path, _ in written:
        store.put_output(path, name, *output.status(path))
    return any(changed)


def _entry(book: Rulebook, row: EntryRow, content: Content) -> Entry:
    url = row.url
    if book.links is not None:
        url = book.links.tracking.strip(url).url
    return Entry(
        id=entry_id(row.key),
        url=url,
        title=row.title,
        html=content.html,
        summary=content.summary,
        image=content.image,
        published=row.published,
        updated=row.updated,
        authors=row.authors,
        tags=row.tags,
    )


def _title(config: Config, name: str) -> str:
    return selection.title_of(name, title=config.title, feeds=config.feeds)


def _publish_overview(
    config: Config, store: Store, output: OutputFolder, names: Sequence[str]
) -> None:
    """Write the list of feeds, for readers and for people."""
    feeds = [Feed(name, _title(config, name), config.base_url, config.language, ()) for name in names]
    outlines = [opml.outline(feed, config.formats) for feed in feeds]
    output.write(opml.FILE, opml.opml(config.title, outlines))
    if "html" in config.formats:
        from refeed.publishing.pages import index_page  # noqa: PLC0415 - slow to import

        counts = store.feed_counts()
        summaries = [_summary(store, feed, counts[feed.name]) for feed in feeds]
        page = index_page(config.title, config.base_url, config.language, summaries, config.formats)
        output.write(INDEX, page)


def _summary(store: Store, feed: Feed, entries: int) -> FeedSummary:
    newest = store.newest(feed.name)
    if newest is None:
        return FeedSummary(feed.name, feed.title, entries)
    return FeedSummary(
        feed.name, feed.title, entries, newest.title, newest.url, newest.published
    )
