"""The order of a sync: snapshot files to index, index to feeds.

`rebuild` calls `sync` for everything, the daemon for the paths that changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from refeed.errors import FolderError
from refeed.progress import UNWATCHED
from refeed.publish.feeds import publish
from refeed.seeds.changes import Changes, always_settled, find_changes
from refeed.sync.first_seen import load_first_seen
from refeed.sync.index import index, is_complete, prepare

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from refeed.config import Config
    from refeed.learning.minimums import Minimums
    from refeed.progress import Monitor
    from refeed.publish.feeds import Publication
    from refeed.publish.output_folder import OutputFolder
    from refeed.store import FileRow, Store
    from refeed.workers.pool import Workers

_MAX_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Report:
    """What a sync found and did.

    Attributes:
        files: how many snapshot files there are.
        read: how many of them were read in this sync.
        snapshots: how many articles the files hold.
        entries: how many are left when duplicates are merged.
        rejected: the files that could not be read, or not whole, and why.
        no_article: how many files hold no article, with nothing wrong with them, by what they are.
        unsettled: absolute paths of files that were left for later since they are being written.
        ignored: how many files in the folders that were looked at have another name than snapshots,
            by suffix.
        publication: what was done to the feeds.
        date_problems: lines of the file of first sight that can't be read.
    """

    files: int
    read: int
    snapshots: int
    entries: int
    rejected: tuple[FileRow, ...]
    no_article: Mapping[str, int]
    unsettled: tuple[str, ...]
    ignored: Mapping[str, int]
    publication: Publication
    date_problems: tuple[str, ...] = ()

    @property
    def duplicates(self) -> int:
        """How many snapshots are of an article that another snapshot shows."""
        return self.snapshots - self.entries


def sync(  # noqa: PLR0913 - the parts that a sync joins
    config: Config,
    store: Store,
    output: OutputFolder,
    workers: Workers,
    *,
    paths: Iterable[Path] | None = None,
    is_settled: Callable[[str, int], bool] = always_settled,
    monitor: Monitor = UNWATCHED,
    minimums: Minimums | None = None,
) -> Report:
    """Update index and feeds from the snapshot files.

    Args:
        config: what to do.
        store: the index.
        output: where feeds are published.
        workers: read and clean.
        paths: absolute paths of files and folders that may have changed, in seeds folders; all of
            the seeds folders if None, or if the index was not made by this configuration.
        is_settled: which files in folders can be read by now, see `seeds.changes.find_changes`.
        monitor: told of the progress.
        minimums: how much must recur before it is learned; refeed's own if None.

    Raises:
        FolderError: a seeds folder isn't there, or the output folder has files of somebody else.
            Nothing was published.
        RefeedError: dates are to be git's, and it has no history of a seeds folder.
        OSError: the state or the output can't be written. What was published stays whole, and the
            next sync does what was missed.
    """
    dates = load_first_seen(config)
    indexing = partial(index, dates=dates, is_dry_run=output.is_dry_run)
    # An incomplete index has to be compared with all files.
    is_whole = paths is None or not is_complete(config, store)
    try:
        prepare(config, store, dates)
        changes = find_changes(config, store, None if is_whole else paths, is_settled, monitor)
        indexed = indexing(config, store, workers, changes, monitor, is_complete=is_whole)
    except FolderError:
        store.rollback()
        raise
    read, unsettled = indexed.read, set(indexed.unsettled)
    publication = publish(
        config, store, output, workers, monitor, whole=is_whole, minimums=minimums
    )
    for _ in range(_MAX_ROUNDS):
        # Files that changed between being read and being cleaned.
        outdated = [path for path in publication.outdated if _is_readable(path, is_settled)]
        unsettled.update(map(str, {*publication.outdated} - {*outdated}))
        if not outdated:
            break
        rejected = [(*place, reason) for place, reason in publication.rejected.items()]
        changes = chain([Changes(rejected=rejected)], find_changes(config, store, outdated))
        read += indexing(config, store, workers, changes, monitor).read
        publication = publication.combine(
            publish(config, store, output, workers, monitor, whole=False, minimums=minimums)
        )
    counts = store.counts()
    return Report(
        files=counts["files"],
        read=read,
        snapshots=counts["snapshots"],
        entries=counts["entries"],
        rejected=tuple(store.problems()),
        no_article=store.count_no_article(),
        unsettled=tuple(sorted(unsettled)),
        ignored=indexed.ignored,
        publication=publication,
        date_problems=dates.problems,
    )


def _is_readable(path: Path, is_settled: Callable[[str, int], bool]) -> bool:
    try:
        mtime_ns = path.stat().st_mtime_ns
    except OSError:
        return True
    return is_settled(str(path), mtime_ns)
