"""Files to index: what is read is merged, and each entry finds its feeds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from refeed import __version__, identity, selection, work
from refeed.config import publishing_fingerprint, reading_fingerprint, selection_fingerprint
from refeed.merging import merge
from refeed.rulebook import rulebook
from refeed.store import FileRow, entry_number
from refeed.workers import batches

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
    again. The feeds that entries are in are decided anew when their definitions have changed, and
    what is in them is looked at when they are written or cleaned by other rules.
    """
    reading = _reading(config)
    if store.setting("reading") != reading:
        store.forget_everything()
        store.remember("reading", reading)
        store.remember("selection", "")
    publishing = "\n".join([publishing_fingerprint(config), rulebook(config).fingerprint()])
    if store.setting("publishing") != publishing:
        store.mark_all_dirty()
        store.remember("publishing", publishing)


def is_complete(config: Config, store: Store) -> bool:
    """Tell whether the index knows these seeds folders, all of them, as today's rules have them."""
    return store.setting("reading") == _reading(config)


def _reading(config: Config) -> str:
    # Names of folders need not be text, and may hold line breaks.
    folders = (ascii(str(folder)) for folder in config.seeds)
    return "\n".join([__version__, reading_fingerprint(config), *folders])


def index(
    config: Config, store: Store, workers: Workers, changes: Changes, observer: Observer
) -> int:
    """Bring the index in line with the files; return how many were read."""
    touched: set[int] = set()
    for seed, path in changes.gone:
        touched |= store.drop_file(seed, path)
    read = 0
    if changes.read:
        observer("reading", 0, len(changes.read))
    visit = work.read_and_clean if _all_is_shown(config, changes) else work.read_files
    for found in batches(workers.run(visit, changes.read)):
        touched |= _taken_in(store, found)
        read += len(found)
        observer("reading", read, len(changes.read))
    for seed, path, reason in changes.folders:
        row = FileRow(seed, path + "/", 0, 0, b"", f"the folder can't be listed: {reason}")
        store.put_files([(row, ())])
    wanted = selection_fingerprint(config)
    if store.setting("selection") != wanted:
        touched |= set(store.all_entries())
        store.remember("selection", wanted)
    _merge(config, store, workers, sorted(touched))
    _settle_feeds(config, store)
    store.commit()
    return read


def _all_is_shown(config: Config, changes: Changes) -> bool:
    """Tell whether it is as good as certain that some feed shows whatever is read."""
    return config.limit == 0 or len(changes.read) <= config.limit


def _taken_in(
    store: Store, files: Iterable[tuple[tuple[int, str], work.FileRead | None]]
) -> set[int]:
    """Put what was read of files into the index; return the entries that this touches."""
    touched: set[int] = set()
    new: list[work.FileRead] = []
    for (seed, path), found in files:
        if found is None:
            touched |= store.drop_file(seed, path)
            continue
        known = store.file(seed, path)
        if known is not None and _is_the_same(known, found.row):
            store.touch_file(seed, path, found.row.size, found.row.stamp)
        else:
            new.append(found)
    touched |= store.put_files((found.row, found.snapshots) for found in new)
    for found in new:
        for key, fingerprint, content in found.cleaned:
            store.put_content(entry_number(key), fingerprint, content)
    return touched


def _is_the_same(known: FileRow, now: FileRow) -> bool:
    return known.digest != b"" and known.digest == now.digest and not now.dated_by_file


def _merge(config: Config, store: Store, workers: Workers, entries: Sequence[int]) -> None:
    """Decide for each entry which snapshot wins, and which feeds it is in."""
    several: list[int] = []
    for batch in batches(entries):
        # Nothing competes with a lone snapshot, so nothing of it is compared.
        lone = store.lone_versions(batch)
        store.put_entries((entry, snapshot, at, at) for entry, snapshot, at in lone)
        several += set(batch).difference(entry for entry, _, _ in lone)
    gone = _merge_several(store, workers, several)
    for batch in batches(entry for entry in entries if entry not in gone):
        store.put_members(
            [
                (
                    entry,
                    published,
                    selection.feeds_of(candidate, config.feeds, by_source=config.by_source),
                )
                for candidate, entry, published in _candidates(config, store, workers, batch)
            ]
        )


def _merge_several(store: Store, workers: Workers, entries: Sequence[int]) -> set[int]:
    """Merge entries with any number of snapshots; return those that have none and are gone."""
    unseen = [v for entry in entries for v, seen in store.versions(entry) if not seen]
    _look_at_texts(store, workers, unseen)
    gone = set()
    for entry in entries:
        known = [version for version, _ in store.versions(entry)]
        if known:
            merged = merge(known)
            row = (entry, merged.winner.snapshot, merged.published, merged.updated)
            store.put_entries([row])
        else:
            gone.add(entry)
            store.put_members([(entry, 0, ())])
            store.drop_entry(entry)
    return gone


def _look_at_texts(store: Store, workers: Workers, unseen: Sequence[Version]) -> None:
    """Note length and digest of the texts that merging compares and nobody has looked at."""
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
    rows = list(store.entries(entries))
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
