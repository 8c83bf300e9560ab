"""The order of the whole, written once: files to index, index to feeds.

`rebuild` and the daemon call `sync`, the one with everything, the other with what changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from refeed.indexing import index, prepare
from refeed.progress import silent
from refeed.publication import publish
from refeed.scanning import changed_files

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from refeed.config import Config
    from refeed.files import OutputFolder
    from refeed.progress import Observer
    from refeed.publication import Publication
    from refeed.store import FileRow, Store
    from refeed.workers import Workers

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
    observer: Observer = silent,
) -> Report:
    """Bring index and feeds in line with the snapshot files.

    Args:
        config: what to do.
        store: the index.
        output: where feeds are published.
        workers: who reads and cleans.
        paths: absolute paths of files and folders that may have changed, in seeds folders; all of
            the seeds folders if None.
        observer: told of the progress.

    Raises:
        FolderError: a seeds folder isn't there. Nothing was changed.
        OSError: the state or the output can't be written. What was published stays whole, and the
            next sync makes up for what was missed.
    """
    prepare(config, store)
    changes = changed_files(config, store, paths)
    read = index(config, store, workers, changes, observer)
    publication = publish(config, store, output, workers, observer, whole=paths is None)
    for _ in range(_MOST_ROUNDS):
        if not publication.outdated:
            break
        # Files that changed between being read and being cleaned.
        again = changed_files(config, store, publication.outdated)
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
