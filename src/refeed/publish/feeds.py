"""Index to feeds: what has changed is written, checked and put in place; what is no more goes."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import TYPE_CHECKING

from refeed import __version__
from refeed.config import publishing_fingerprint
from refeed.publish.archive import NO_ARCHIVE, archive_files, publish_archives
from refeed.publish.press import Document, Press
from refeed.render import FORMATS, opml, templates
from refeed.render.feed_summary import FeedSummary
from refeed.render.formats import part_of
from refeed.render.websub_topics import is_topic
from refeed.rules.rulebook import rulebook

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from refeed.config import Config
    from refeed.errors import FeedError
    from refeed.model import Feed
    from refeed.progress import Observer
    from refeed.publish.archive import Archive
    from refeed.publish.output_folder import OutputFolder
    from refeed.publish.press import Outcome
    from refeed.store import EntryRow, Store
    from refeed.workers.pool import Workers

INDEX = "index.html"

_OVERVIEW = "the overview"
"""Whose files the list of feeds and the start page are: no feed can be called so."""


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
        workers: who cleans and writes.
        observer: told of the progress.
        whole: whether to look also after files that someone else has changed or removed.

    Raises:
        OSError: the output can't be written; it names a file or the folder.
    """
    press = Press(config, store, output, workers, observer, rulebook(config))
    with _leaving_nothing_half_written(output):
        return _published(press, whole=whole)


@contextmanager
def _leaving_nothing_half_written(output: OutputFolder) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        # Files that wait to be put in place would keep a full disk full.
        output.sweep()
        error.filename = error.filename or str(output.folder)
        raise


def _published(press: Press, *, whole: bool) -> Publication:
    store, output = press.store, press.output
    names = list(store.feed_counts())
    files = _files_of(press.config, names)
    output.register(files)
    documents = _look_after(store, output) if whole else []
    archives = publish_archives(press)
    changes = _changes(press, archives)
    changed = {name for name, archive in archives.items() if archive.changed}
    failures = [failure for archive in archives.values() for failure in archive.failures]
    outdated = {path for archive in archives.values() for path in archive.outdated}
    outcomes = _outcomes(press, [document for document, _ in changes])
    for (document, fingerprint), outcome in zip(changes, outcomes, strict=True):
        name = document.feed.name
        if outcome.changed:
            changed.add(name)
            documents += outcome.changed
        if outcome.failure:
            failures.append(outcome.failure)
        elif not outcome.outdated and archives.get(name, NO_ARCHIVE).is_complete:
            store.put_published(name, fingerprint)
        outdated.update(outcome.outdated)
    _publish_overview(press, names)
    superfluous = output.published() - {*files, *archive_files(press)}
    removed = tuple(sorted(path for path in superfluous if not _is_of(path, archives)))
    _note_owed(press, documents, removed)
    # What leads to a document goes before the document does.
    output.settle()
    output.remove(superfluous)
    store.commit()
    unchanged = len(names) - len(changed)
    return Publication(
        tuple(sorted(changed)), unchanged, removed, tuple(failures), tuple(sorted(outdated))
    )


def _is_of(path: str, archives: Iterable[str]) -> bool:
    """Tell whether a file is a document of an archive: those come and go as entries do."""
    return any(part_of(path.removeprefix(f"{name}/")) for name in archives)


def _outcomes(press: Press, documents: Sequence[Document]) -> Iterator[Outcome]:
    if documents:
        from refeed.publish.write import publish_documents  # noqa: PLC0415 - slow to import

        yield from publish_documents(press, documents)


def _files_of(config: Config, names: Sequence[str]) -> list[str]:
    files = [f"{name}/{FORMATS[each].file}" for name in names for each in config.formats]
    if "html" in config.formats:
        files.append(INDEX)
    return [*files, opml.FILE]


def _look_after(store: Store, output: OutputFolder) -> list[str]:
    """Have the feeds published again whose files are not as they were left; return those files."""
    output.sweep()
    found = []
    for path, (feed, size, mtime_ns) in store.outputs().items():
        if output.status(path) != (size, mtime_ns):
            if part := part_of(path.removeprefix(f"{feed}/")):
                store.spoil_archive(feed, part)
            else:
                store.mark_dirty(feed)
            store.drop_output(path)
            if feed == _OVERVIEW:
                store.set_setting(_OVERVIEW, "")
            found.append(path)
    return found


def _note_owed(press: Press, documents: Iterable[str], removed: Iterable[str]) -> None:
    """Note what the hub is to be told of.

    This is of the same transaction as what is known of the files. Whoever is killed after files
    were put in place and before the commit leaves files that are not as the index has them: they
    are among the documents of the next sync.

    Args:
        press: what publishing works with.
        documents: files that came out different, or were not as they were left.
        removed: files that are published no more.
    """
    if not press.config.websub.hub:
        press.store.clear_hub_queue()
        return
    press.store.drop_from_hub_queue(removed)
    changes = {path: press.output.status(path)[1] for path in documents if is_topic(path)}
    press.store.enqueue_for_hub({path: mtime for path, mtime in changes.items() if mtime})


def _changes(press: Press, archives: Mapping[str, Archive]) -> list[tuple[Document, bytes]]:
    """Return the feeds that are to be written, each with the fingerprint of it."""
    changes = []
    for name, fingerprint in press.store.dirty_feeds().items():
        archive = archives.get(name, NO_ARCHIVE)
        if archive.failures:
            # It could lead to a document that isn't there.
            continue
        limit = press.config.limit and max(press.config.limit, archive.entries)
        feed = replace(press.feed(name), previous=archive.previous)
        document = Document(feed, press.store.entries_of(name, limit))
        now = press.fingerprint(*document)
        if now != fingerprint:
            changes.append((document, now))
        elif archive.is_complete:
            press.store.put_published(name, now)
    return changes


def _publish_overview(press: Press, names: Sequence[str]) -> None:
    """Write the list of feeds, for readers and for people, if it is not as it was written last."""
    config, store = press.config, press.store
    feeds = [press.feed(name) for name in names]
    counts = store.feed_counts()
    newest = {name: store.newest(name) for name in names}
    titles = [feed.title for feed in feeds]
    rules = publishing_fingerprint(config), press.book.fingerprint(), templates.fingerprint()
    made_of = repr((__version__, rules, titles, counts, newest))
    now = blake2b(made_of.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    if store.get_setting(_OVERVIEW) == now:
        return
    outlines = [opml.outline(feed, config.formats) for feed in feeds]
    press.output.write(opml.FILE, opml.opml(config.title, outlines))
    store.put_output(opml.FILE, _OVERVIEW, *press.output.status(opml.FILE))
    if "html" in config.formats:
        from refeed.render.pages import index_page  # noqa: PLC0415 - slow to import

        summaries = [_summary(press, feed, counts[feed.name], newest[feed.name]) for feed in feeds]
        page = index_page(config.title, config.base_url, config.language, summaries, config.formats)
        press.output.write(INDEX, page)
        store.put_output(INDEX, _OVERVIEW, *press.output.status(INDEX))
    store.set_setting(_OVERVIEW, now)


def _summary(press: Press, feed: Feed, entries: int, newest: EntryRow | None) -> FeedSummary:
    if newest is None:
        return FeedSummary(feed.name, feed.title, entries)
    link = press.book.clean_address(newest.url).url
    return FeedSummary(feed.name, feed.title, entries, newest.title, link, newest.published)
