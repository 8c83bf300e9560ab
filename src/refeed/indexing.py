"""Files to index: what is read is merged, and each entry finds its feeds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from refeed import __version__, identity, selection, work
from refeed.config import publishing_fingerprint, reading_fingerprint, selection_fingerprint
from refeed.merging import merge
from refeed.store import FileRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from refeed.config import Config
    from refeed.merging import Version
    from refeed.progress import Observer
    from refeed.scanning import Changes
    from refeed.store import Store
    from refeed.workers import Workers


def prepare(config: Config, store: Store) -> None:
    """Forget of the index what was made by other rules than today's, before anything is compared.

    What was read by another version of refeed, from other folders or with other time zones is read
    again. The feeds that entries are in are decided anew when their definitions have changed.
    """
    reading = "\n".join([__version__, reading_fingerprint(config), *map(str, config.seeds)])
    if store.setting("reading") != reading:
        store.forget_everything()
        store.remember("reading", reading)
        store.remember("selection", "")
    publishing = publishing_fingerprint(config)
    if store.setting("publishing") != publishing:
        store.mark_all_dirty()
        store.remember("publishing", publishing)


def index(
    config: Config, store: Store, workers: Workers, changes: Changes, observer: Observer
) -> int:
    """Bring the index in line with the files; return how many were read."""
    touched: set[int] = set()
    for seed, path in changes.gone:
        touched |= store.drop_file(seed, path)
    read = 0
    for (seed, path), found in workers.run(work.read_files, changes.read):
        touched |= _taken_in(store, seed, path, found)
        read += 1
        observer("reading", read, len(changes.read))
    for seed, path, reason in changes.folders:
        row = FileRow(seed, path + "/", 0, 0, b"", f"the folder can't be listed: {reason}")
        store.put_file(row, ())
    wanted = selection_fingerprint(config)
    if store.setting("selection") != wanted:
        touched |= set(store.all_entries())
        store.remember("selection", wanted)
    _merge(config, store, workers, sorted(touched))
    _settle_feeds(config, store)
    store.commit()
    return read


def _taken_in(store: Store, seed: int, path: str, found: work.FileRead | None) -> set[int]:
    if found is None:
        return store.drop_file(seed, path)
    known = store.file(seed, path)
    if (
        known is not None
        and known.digest
        and known.digest == found.row.digest
        and not found.row.dated_by_file
    ):
        store.touch_file(seed, path, found.row.size, found.row.mtime_ns)
        return set()
    return store.put_file(found.row, found.snapshots)


def _merge(config: Config, store: Store, workers: Workers, entries: Sequence[int]) -> None:
    """Decide for each entry which snapshot wins, and which feeds it is in."""
    versions = {entry: store.versions(entry) for entry in entries}
    _look_at_texts(
        store, workers, [v for found in versions.values() if len(found) > 1 for v in found]
    )
    for entry, found in versions.items():
        if not found:
            store.put_members(entry, 0, ())
            store.drop_entry(entry)
            continue
        known = store.versions(entry) if len(found) > 1 else found
        merged = merge([version for version, _ in known])
        store.put_entry(entry, merged.winner.snapshot, merged.published, merged.updated)
    left = [entry for entry, found in versions.items() if found]
    for candidate, entry, published in _candidates(config, store, workers, left):
        feeds = selection.feeds_of(candidate, config.feeds, by_source=config.by_source)
        store.put_members(entry, published, feeds)


def _look_at_texts(
    store: Store, workers: Workers, versions: Iterable[tuple[Version, bool]]
) -> None:
    """Note length and digest of the texts that merging compares and nobody has looked at."""
    unseen = [version for version, seen in versions if not seen]
    places = [_place(store, version) for version in unseen]
    for version, (_, found) in zip(unseen, workers.run(work.fingerprints, places), strict=True):
        # A snapshot that has gone meanwhile counts as without text until the next sync.
        length, digest = found or (0, b"")
        if found:
            store.put_text(version.snapshot, length, digest)


def _place(store: Store, version: Version) -> work.Place:
    row = store.file(version.seed, version.path)
    digest = row.digest if row else b""
    return work.Place(version.seed, version.path, version.record, digest)


def _candidates(
    config: Config, store: Store, workers: Workers, entries: Sequence[int]
) -> Iterator[tuple[selection.Candidate, int, int]]:
    rows = [row for entry in entries if (row := store.entry(entry)) is not None]
    texts: Iterator[str | None] = iter(())
    if selection.needs_text(config.feeds):
        places = [work.Place(row.seed, row.path, row.record, row.digest) for row in rows]
        texts = (text or "" for _, text in workers.run(work.texts, places))
    for row in rows:
        candidate = selection.Candidate(
            source=identity.source_of(row.key),
            path=row.path,
            title=row.title,
            tags=row.tags,
            authors=row.authors,
            text=next(texts, None),
        )
        yield candidate, row.entry, row.published


def _settle_feeds(config: Config, store: Store) -> None:
    """Make the feeds that are there whatever is in them; forget those that are no longer wanted."""
    always = {selection.ALL, *(feed.name for feed in config.feeds)}
    for name in sorted(always):
        store.put_feed(name)
    for name, entries in store.feed_counts().items():
        if name not in always and not entries:
            store.drop_feed(name)
