"""The order of the whole, written once: files to index, index to feeds.

`rebuild` and the daemon call `sync`, the one with everything, the other with what changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from refeed.errors import FolderError
from refeed.progress import silent
from refeed.publish.feeds import publish
from refeed.seeds.scan import changed_files, settled
from refeed.sync.index import index, is_complete, prepare

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from refeed.config import Config
    from refeed.progress import Observer
    from refeed.publish.feeds import Publication
    from refeed.publish.output_folder import OutputFolder
    from refeed.store import FileRow, Store
    from refeed.workers.pool import Workers

_MOST_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Report:
    """What a sync found and did.

    Attributes:
        files: how many snapshot files there are.
        read: how many of them were read in this sync.
        snapshots: how many articles the files hold.
        entries: how many are left when duplicates are merged.
        rejected: the files that could not be read, or not whole, and why.
        publication: what became of the feeds.
    """

    files: int
    read: int
    snapshots: int
    entries: int
    rejected: tuple[FileRow, ...]
    publication: Publication

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
    is_settled: Callable[[str, int], bool] = settled,
    observer: Observer = silent,
) -> Report:
    """Bring index and feeds in line with the snapshot files.

    Args:
        config: what to do.
        store: the index.
        output: where feeds are published.
        workers: who reads and cleans.
        paths: absolute paths of files and folders that may have changed, in seeds folders; all of
            the seeds folders if None, or if the index was not made by this configuration.
        is_settled: which of the files that folders are found to hold may be read, see
            `refeed.seeds.scan.changed_files`.
        observer: told of the progress.

    Raises:
        FolderError: a seeds folder isn't there. Nothing was changed.
        OSError: the state or the output can't be written. What was published stays whole, and the
            next sync makes up for what was missed.
    """
    # What a few paths are compared with must be there.
    whole = paths is None or not is_complete(config, store)
    try:
        prepare(config, store)
        changes = changed_files(config, store, None if whole else paths, is_settled, observer)
        read = index(config, store, workers, changes, observer)
    except FolderError:
        store.rollback()
        raise
    publication = publish(config, store, output, workers, observer, whole=whole)
    for _ in range(_MOST_ROUNDS):
        # Files that changed between being read and being cleaned.
        outdated = [path for path in publication.outdated if _may_be_read(path, is_settled)]
        if not outdated:
            break
        again = changed_files(config, store, outdated)
        read += index(config, store, workers, again, observer)
        publication = publication.followed_by(
            publish(config, store, output, workers, observer, whole=False)
        )
    figures = store.figures()
    return Report(
        figures["files"],
        read,
        figures["snapshots"],
        figures["entries"],
        tuple(store.problems()),
        publication,
    )


def _may_be_read(path: Path, is_settled: Callable[[str, int], bool]) -> bool:
    try:
        mtime_ns = path.stat().st_mtime_ns
    except OSError:
        return True
    return is_settled(str(path), mtime_ns)
