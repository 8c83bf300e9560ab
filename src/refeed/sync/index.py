"""Files to index: what is read is merged, and each entry finds its feeds."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain, islice
from typing import TYPE_CHECKING, TypeAlias

from refeed import __version__, identity, selection
from refeed.config import (
    is_archived,
    publishing_fingerprint,
    reading_fingerprint,
    selection_fingerprint,
)
from refeed.merge import merge
from refeed.render import templates
from refeed.rules.rulebook import rulebook
from refeed.seeds.scan import Gone, Unchanged, Unlisted, Unread
from refeed.store import FileRow, entry_number
from refeed.workers.pool import batches

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from refeed.config import Config
    from refeed.merge import Version
    from refeed.progress import Observer
    from refeed.seeds.scan import Finding
    from refeed.store import Store
    from refeed.workers import jobs
    from refeed.workers.pool import Workers

    _Member: TypeAlias = tuple[int, int, tuple[str, ...]]
    """An entry, when it was published, and the names of its feeds."""


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
    rules = rulebook(config).fingerprint()
    publishing = "\n".join([publishing_fingerprint(config), rules, templates.fingerprint()])
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
    config: Config,
    store: Store,
    workers: Workers,
    findings: Iterable[Finding],
    observer: Observer,
) -> int:
    """Bring the index in line with the files; return how many were read.

    Raises:
        FolderError: a seeds folder has vanished meanwhile. The index must be rolled back.
    """
    store.concern_none()
    noted = _Noted()
    read = _read(config, store, workers, _unread(store, findings, noted), observer)
    for each in noted.unlisted:
        problem = f"the folder can't be listed: {each.reason}"
        row = FileRow(each.seed, each.folder + "/", 0, 0, b"", problem)
        store.put_files([(row, ())])
    store.put_listings((each.seed, each.folder, each.fingerprint) for each in noted.unchanged)
    if noted.emptied:
        store.drop_if_empty(noted.emptied)
    wanted = selection_fingerprint(config)
    if store.setting("selection") != wanted:
        store.concern_all()
        store.remember("selection", wanted)
    _merge(store, workers)
    _assign(config, store, workers)
    _settle_feeds(config, store)
    store.commit()
    return read


@dataclass(slots=True)
class _Noted:
    """What was found besides files to read, for when those have been read."""

    unlisted: list[Unlisted] = field(default_factory=list)
    unchanged: list[Unchanged] = field(default_factory=list)
    emptied: set[tuple[int, str]] = field(default_factory=set)


def _unread(store: Store, findings: Iterable[Finding], noted: _Noted) -> Iterator[tuple[int, str]]:
    """Yield the files to read; forget those that are gone, and note the rest."""
    for finding in findings:
        match finding:
            case Unread():
                # A plain tuple, since it is sent to other processes.
                yield finding.seed, finding.path
            case Gone():
                store.drop_file(finding.seed, finding.path)
                noted.emptied.add((finding.seed, finding.path.rpartition("/")[0]))
            case Unlisted():
                noted.unlisted.append(finding)
            case Unchanged():
                noted.unchanged.append(finding)


def _read(
    config: Config,
    store: Store,
    workers: Workers,
    files: Iterator[tuple[int, str]],
    observer: Observer,
) -> int:
    """Read files and put them into the index; return how many there were."""
    first = list(islice(files, config.limit + 1))
    if not first:
        return 0
    from refeed.workers import jobs  # noqa: PLC0415 - slow to import, and often there is no need

    observer("reading", 0, None)
    read = 0
    visit = jobs.read_and_clean if _all_is_shown(config, len(first)) else jobs.read_files
    with store.filling("file", "snapshot") as new:
        for found in batches(workers.run(visit, chain(first, files))):
            _take_in(store, found, new=new)
            read += len(found)
            observer("reading", read, None)
    if new:
        store.concern_all()
    observer("reading", read, read)
    return read


def _all_is_shown(config: Config, files: int) -> bool:
    """Tell whether it is as good as certain that some feed shows whatever is read."""
    return config.limit == 0 or is_archived(config, selection.ALL) or files <= config.limit


def _take_in(
    store: Store, files: Iterable[tuple[tuple[int, str], jobs.FileRead | None]], *, new: bool
) -> None:
    """Put what was read of files into the index."""
    changed: list[jobs.FileRead] = []
    for (seed, path), found in files:
        known = None if new else store.file(seed, path)
        if found is None:
            store.drop_file(seed, path)
        elif known and _is_the_same(known, found.row):
            store.touch_file(seed, path, found.row.size, found.row.stamp)
        else:
            changed.append(found)
    store.put_files([(found.row, found.snapshots) for found in changed], new=new)
    for found in changed:
        for key, fingerprint, content in found.cleaned:
            store.put_content(entry_number(key), fingerprint, content)


def _is_the_same(known: FileRow, now: FileRow) -> bool:
    return known.digest != b"" and known.digest == now.digest and not now.dated_by_file


def _merge(store: Store, workers: Workers) -> None:
    """Decide for each of the concerned entries which snapshot wins."""
    # Nothing competes with a lone snapshot, so nothing of it is compared.
    several = store.merge_lone()
    if not several:
        return
    from refeed.workers import jobs  # noqa: PLC0415 - slow to import, and often there is no need

    competing = (pair for batch in batches(several) for pair in store.versions(batch).items())
    for batch in batches(workers.run(jobs.texts_of_competing, competing)):
        store.put_texts((number, *text) for _, texts in batch for number, text in texts.items())
        merged = []
        for (entry, versions), texts in batch:
            found = merge([_with_text(each.version, texts) for each in versions])
            merged.append((entry, found.winner.snapshot, found.published, found.updated))
        store.put_entries(merged)


def _with_text(version: Version, texts: Mapping[int, tuple[int, bytes]]) -> Version:
    if version.snapshot not in texts:
        return version
    length, digest = texts[version.snapshot]
    return replace(version, text_length=length, text_digest=digest)


def _assign(config: Config, store: Store, workers: Workers) -> None:
    """Decide which feeds the concerned entries are in."""
    with store.assigning():
        if config.feeds:
            for batch in batches(store.concerned()):
                store.put_members(_matched(config, store, workers, batch))
        else:
            # Nothing but the source decides.
            feeds_of = partial(selection.general_feeds, by_source=config.by_source)
            store.put_members_by_source(feeds_of)


def _matched(
    config: Config, store: Store, workers: Workers, entries: Sequence[int]
) -> Iterator[_Member]:
    """Find the feeds of entries by what the operator defined."""
    rows = list(store.entries(entries))
    texts: Iterator[str | None] = iter(())
    if selection.needs_text(config.feeds):
        from refeed.workers import jobs  # noqa: PLC0415 - slow to import, and often there is no need

        places = [jobs.Place(row.seed, row.path, row.record, row.digest) for row in rows]
        texts = (text or "" for _, text in workers.run(jobs.texts, places))
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


def _settle_feeds(config: Config, store: Store) -> None:
    """Make the feeds that are there whatever is in them; forget those that are no longer wanted."""
    always = {selection.ALL, *(feed.name for feed in config.feeds)}
    for name in sorted(always):
        store.put_feed(name)
    for name, entries in store.feed_counts().items():
        if name not in always and not entries:
            store.drop_feed(name)
