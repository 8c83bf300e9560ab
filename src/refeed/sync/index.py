"""Indexes changed snapshot files: reads and merges them, and assigns entries to feeds."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from refeed import __version__, identity, selection
from refeed.config import (
    has_all_pages,
    is_archived,
    publishing_fingerprint,
    reading_fingerprint,
    selection_fingerprint,
)
from refeed.merge import merge
from refeed.model import ALL
from refeed.render import templates
from refeed.rules.rulebook import rulebook
from refeed.seeds.added_readers import load_added_readers
from refeed.seeds.mounts import record_devices
from refeed.store import entry_number
from refeed.sync.first_seen import FILE_TIMES
from refeed.workers.pool import BATCH, split_batches
from refeed.workers.portions import cut

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from refeed.config import Config
    from refeed.merge import Version
    from refeed.progress import Monitor
    from refeed.seeds.changes import Changes
    from refeed.store import FileRow, Store
    from refeed.sync.first_seen import FirstSeen
    from refeed.workers import jobs
    from refeed.workers.pool import Workers

    _Member: TypeAlias = tuple[int, int, tuple[str, ...]]
    """An entry, when it was published, and the names of its feeds."""


@dataclass(slots=True)
class Indexed:
    """What indexing did.

    Attributes:
        read: how many files were read.
        unsettled: absolute paths of files that are left for later since they are being written.
        ignored: how many files have another name than snapshots and pictures, by suffix.
    """

    read: int = 0
    unsettled: list[str] = field(default_factory=list)
    ignored: Counter[str] = field(default_factory=Counter)


def prepare(config: Config, store: Store, dates: FirstSeen = FILE_TIMES) -> None:
    """Discard what is outdated in the index since refeed or the configuration changed.

    All files are read again after a change of version, seeds folders, settings for reading or
    readers of other packages. Feeds are checked again after a change of rules or of settings for
    publishing. After a change of rules nothing that was learned is left.
    """
    reading = _reading_fingerprint(config)
    if store.get_setting("reading") != reading:
        store.clear()
        store.set_setting("reading", reading)
        store.set_setting("selection", "")
    dates.prepare(store)
    rules = rulebook(config).fingerprint()
    if store.get_setting("rules") != rules:
        store.clear_learning()
        store.set_setting("rules", rules)
    publishing = "\n".join([publishing_fingerprint(config), rules, templates.fingerprint()])
    if store.get_setting("publishing") != publishing:
        store.mark_all_dirty()
        store.mark_all_pages_unchecked()
        store.retry_timed_out()
        store.set_setting("publishing", publishing)


def is_complete(config: Config, store: Store) -> bool:
    """Tell whether the index has these seeds folders, read by the current settings."""
    return store.get_setting("reading") == _reading_fingerprint(config)


def _reading_fingerprint(config: Config) -> str:
    # Names of folders need not be text, and can hold line breaks.
    folders = (ascii(str(folder)) for folder in config.seeds)
    readers = load_added_readers().origins
    return "\n".join([__version__, reading_fingerprint(config), *folders, *map(ascii, readers)])


def index(  # noqa: PLR0913 - the parts that indexing joins
    config: Config,
    store: Store,
    workers: Workers,
    batches_of_changes: Iterable[Changes],
    monitor: Monitor,
    *,
    is_complete: bool = False,
    dates: FirstSeen = FILE_TIMES,
    is_dry_run: bool = False,
) -> Indexed:
    """Apply changes of files to the index, merge what they affect, and assign it to feeds.

    Args:
        config: what to do.
        store: the index.
        workers: read the files.
        batches_of_changes: of `refeed.seeds.changes.find_changes`.
        monitor: told of the progress.
        is_complete: whether the changes are of everything in the seeds folders.
        dates: of snapshots that have none.
        is_dry_run: whether new dates are kept from the file of first sight.

    Raises:
        FolderError: a seeds folder vanished meanwhile. The caller must roll the index back.
    """
    store.clear_affected()
    found = _apply(
        config, store, workers, batches_of_changes, monitor, dates=dates, is_complete=is_complete
    )
    wanted = selection_fingerprint(config)
    if store.get_setting("selection") != wanted:
        store.mark_all_affected()
        store.set_setting("selection", wanted)
    _mark_around_affected(store)
    _merge(store, workers)
    _mark_around_affected(store)
    _assign(config, store, workers)
    _update_feeds(config, store)
    dates.save(store, is_dry_run=is_dry_run)
    store.commit()
    return found


def _mark_around_affected(store: Store) -> None:
    """Mark what depends on the affected entries where they are, before they are merged or after."""
    store.mark_periods_stale()
    store.mark_affected_pages()


def _apply(  # noqa: PLR0913 - as above
    config: Config,
    store: Store,
    workers: Workers,
    batches_of_changes: Iterable[Changes],
    monitor: Monitor,
    *,
    dates: FirstSeen,
    is_complete: bool,
) -> Indexed:
    """Apply each batch of changes: delete, read, and record what can't be read."""
    found = Indexed()
    unreadable: list[tuple[int, str, str]] = []
    devices: dict[int, dict[str, int]] = {}
    with store.bulk_load("file", "snapshot") as is_new:
        for changes in batches_of_changes:
            found.unsettled += changes.unsettled
            found.ignored.update(changes.ignored)
            for (seed, folder), device in changes.devices.items():
                devices.setdefault(seed, {})[folder] = device
            _delete(store, changes.deleted)
            for seed, path, reason in changes.rejected:
                store.reject(seed, path, reason)
            for read in _read(config, workers, changes.unread):
                _put(config, store, read, dates, is_new=is_new)
                found.read += len(read)
                monitor.update("reading", found.read, None)
            unreadable += changes.unreadable
            store.put_listings(changes.unchanged)
    for read in _read(config, workers, dates.outdated):
        _put(config, store, read, dates, is_new=False)
    if found.read:
        monitor.update("reading", found.read, found.read)
    if is_new:
        store.mark_all_affected()
    for seed, path, reason in unreadable:
        store.mark_unreadable(seed, path, reason)
    for seed, of_seed in devices.items():
        record_devices(store, seed, config.seeds[seed], of_seed, is_complete=is_complete)
    return found


def _delete(store: Store, files: Sequence[tuple[int, str]]) -> None:
    for seed, path in files:
        store.drop_file(seed, path)
    if files:
        store.drop_empty_folders({(seed, path.rpartition("/")[0]) for seed, path in files})


def _read(
    config: Config, workers: Workers, files: Sequence[tuple[int, str]]
) -> Iterator[list[tuple[tuple[int, str], jobs.FileRows | None]]]:
    """Read files; yield some hundreds at a time, each with its place."""
    if files:
        from refeed.workers import jobs

        read = jobs.read_and_clean_files if _shows_all(config, len(files)) else jobs.read_files

        def reject(file: tuple[int, str], reason: str) -> jobs.FileRows | None:
            return jobs.reject_file(config, *file, reason)

        results = workers.map(read, files, fallback=reject, files=lambda file: (file,))
        yield from cut(results, BATCH, lambda result: jobs.measure_file(result[1]))


def _shows_all(config: Config, files: int) -> bool:
    """Tell whether all files are almost certainly shown, by some feed or on their own pages."""
    return (
        config.limit == 0
        or has_all_pages(config)
        or is_archived(config, ALL)
        or files <= config.limit
    )


def _put(
    config: Config,
    store: Store,
    files: Iterable[tuple[tuple[int, str], jobs.FileRows | None]],
    dates: FirstSeen,
    *,
    is_new: bool,
) -> None:
    """Put read files into the index."""
    changed: list[jobs.FileRows] = []
    for (seed, path), read in files:
        known = None if is_new else store.file(seed, path)
        if read is None:
            store.drop_file(seed, path)
        elif known and read.row.unreadable:
            store.mark_unreadable(seed, path, read.row.problem)
        elif known and _is_same(known, read.row):
            store.update_file_stat(read.row)
        else:
            changed.append(dates.apply(read))
    store.put_files([(read.row, read.snapshots) for read in changed], new=is_new)
    for read in changed:
        for key, fingerprint, content, features in read.cleaned:
            store.put_content(entry_number(key), fingerprint, content)
            if config.cleaning.learn:
                store.put_features(entry_number(key), features)


def _is_same(known: FileRow, now: FileRow) -> bool:
    if known.timed_out or now.dated_by_file:
        return False
    return known.digest != b"" and known.digest == now.digest


def _merge(store: Store, workers: Workers) -> None:
    """Decide for each affected entry which snapshot wins."""
    # A single snapshot has nothing to be compared with.
    several = store.merge_single_snapshots()
    if not several:
        return
    # Those that are known may be of another snapshot than the one that wins.
    store.drop_features(several)
    from refeed.workers import jobs

    competing = (pair for batch in split_batches(several) for pair in store.versions(batch).items())
    digests = workers.map(
        jobs.digest_texts,
        competing,
        fallback=lambda *_: {},
        files=lambda pair: [(version.seed, version.path) for version, _, _ in pair[1]],
    )
    for batch in split_batches(digests):
        store.put_text_digests(
            (number, *text) for _, texts in batch for number, text in texts.items()
        )
        merged = []
        for (entry, versions), texts in batch:
            result = merge([_add_text(each.version, texts) for each in versions])
            merged.append((entry, result.winner.snapshot, result.published, result.updated))
        store.put_entries(merged)


def _add_text(version: Version, texts: Mapping[int, tuple[int, bytes]]) -> Version:
    if version.snapshot not in texts:
        return version
    length, digest = texts[version.snapshot]
    return replace(version, text_length=length, text_digest=digest)


def _assign(config: Config, store: Store, workers: Workers) -> None:
    """Assign the affected entries to feeds."""
    with store.reassign():
        if config.feeds:
            for batch in split_batches(store.affected_entries()):
                store.put_members(_match(config, store, workers, batch))
        else:
            # The feeds of an entry depend on its source alone.
            feeds_of = partial(selection.general_feeds, by_source=config.by_source)
            store.put_members_by_source(feeds_of)


def _match(
    config: Config, store: Store, workers: Workers, entries: Sequence[int]
) -> Iterator[_Member]:
    """Yield entries with the feeds that match them."""
    rows = list(store.entries(entries))
    texts: Iterator[str | None] = iter(())
    if selection.needs_text(config.feeds):
        from refeed.workers import jobs

        extracted = workers.map(
            jobs.extract_texts,
            rows,
            fallback=lambda *_: "",
            files=lambda row: ((row.seed, row.path),),
        )
        texts = (text or "" for _, text in extracted)
    for row in rows:
        candidate = selection.Candidate(
            source=identity.source_of(row.key),
            path=row.path,
            title=row.title,
            tags=row.tags,
            authors=row.authors,
            text=next(texts, None),
        )
        feeds = selection.feeds_of(candidate, config.feeds, by_source=config.by_source)
        yield row.entry, row.published, feeds


def _update_feeds(config: Config, store: Store) -> None:
    """Add the feeds that exist even without entries; delete others that have none."""
    always = {ALL, *(feed.name for feed in config.feeds)}
    for name in sorted(always):
        store.put_feed(name)
    for name, entries in store.feed_counts().items():
        if name not in always and not entries:
            store.drop_feed(name)
