"""Which snapshot files are new, changed or gone, by what the file system and the index say."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, TypeAlias

from refeed.progress import silent
from refeed.seeds.files import (
    is_behind_a_link,
    is_snapshot_name,
    missing_seeds,
    path_in,
    scan,
    stamp_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from refeed.config import Config
    from refeed.progress import Observer
    from refeed.seeds.files import Listing
    from refeed.store import Store


def settled(path: str, mtime_ns: int) -> bool:  # noqa: ARG001 - what the daemon decides by
    """Take every file as it is."""
    return True


@dataclass(frozen=True, slots=True)
class Unread:
    """A file that is new, or of another size or time than when it was last read."""

    seed: int
    path: str


@dataclass(frozen=True, slots=True)
class Gone:
    """A file that is no longer there."""

    seed: int
    path: str


@dataclass(frozen=True, slots=True)
class Unlisted:
    """A folder that could not be listed."""

    seed: int
    folder: str
    reason: str


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A folder whose files are all as the index has them.

    By the fingerprint of its listing that is known at a glance the next time.
    """

    seed: int
    folder: str
    fingerprint: bytes


Finding: TypeAlias = Unread | Gone | Unlisted | Unchanged
"""`seed` is the number of a seeds folder, `path` and `folder` are relative to it."""


def changed_files(
    config: Config,
    store: Store,
    paths: Iterable[Path] | None,
    is_settled: Callable[[str, int], bool] = settled,
    observer: Observer = silent,
) -> Iterator[Finding]:
    """Compare the seeds folders with the index.

    Args:
        config: says where the seeds folders are.
        store: the index. It is looked at folder by folder, and may be changed in between according
            to what was found.
        paths: files and folders to look at; everything if None.
        is_settled: told path and mtime_ns of a file that a folder was found to hold, says whether
            it may be read; else it counts as unchanged. Paths that are given are not asked about.
        observer: told of each folder; where nothing has changed nothing is found in it.

    Yields:
        What is found, each thing once, as the folders are looked through.

    Raises:
        FolderError: a seeds folder that is to be looked at isn't there.
    """
    wanted = None if paths is None else tuple(paths)
    for root in config.seeds:
        # Another folder that is gone does not matter to what is asked for.
        if wanted is None or any(path.is_relative_to(root) for path in wanted):
            _check_there(root)
    seeds = [
        _Seeds(store, seed, root, is_settled, observer) for seed, root in enumerate(config.seeds)
    ]
    if wanted is None:
        return chain.from_iterable(each.differences("") for each in seeds)
    return _each_once(
        finding
        for path in wanted
        for each in seeds
        if path.is_relative_to(each.root)
        for finding in each.differences_at(path)
    )


def _each_once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Leave out what was found before: paths may be given twice, or one below the other."""
    found: set[Finding] = set()
    for finding in findings:
        if finding not in found:
            found.add(finding)
            yield finding


class _Seeds:
    """A seeds folder beside what the index has of it."""

    def __init__(
        self,
        store: Store,
        seed: int,
        root: Path,
        is_settled: Callable[[str, int], bool],
        observer: Observer,
    ) -> None:
        self.root = root
        self._observer = observer
        self._store = store
        self._seed = seed
        self._is_settled = is_settled

    def differences_at(self, path: Path) -> Iterator[Finding]:
        """Compare what is at a path, a file or a folder, or nothing any more."""
        inside = os.fspath(path.relative_to(self.root))
        below = "" if inside == "." else inside
        status = _status(self.root, below)
        if status is not None and stat.S_ISDIR(status.st_mode):
            # A file may have been there, as a folder may have been where a file is now.
            if self._store.file(self._seed, below):
                yield Gone(self._seed, below)
            yield from self.differences(below)
            return
        if status is not None and not (
            is_snapshot_name(path.name) and stat.S_ISREG(status.st_mode)
        ):
            status = None
        for known_path in self._store.file_paths(self._seed, below):
            if status is None or known_path != below:
                yield Gone(self._seed, known_path)
        if status is not None:
            known = self._store.file(self._seed, below)
            if known is None or (known.size, known.stamp) != (status.st_size, stamp_of(status)):
                yield Unread(self._seed, below)

    def differences(self, below: str) -> Iterator[Finding]:
        """Compare a folder and those in it."""
        refused: list[tuple[str, OSError]] = []
        folders = self._store.folders(self._seed, below)
        for number, listing in enumerate(scan(self.root, below, problem=refused)):
            self._observer("scanning", number, None)
            yield from self._compared(listing, folders.pop(listing.folder, None))
        for folder in folders:
            for name in self._store.file_stats(self._seed, folder):
                yield Gone(self._seed, path_in(folder, name))
        for folder, error in refused:
            yield Unlisted(self._seed, folder, error.strerror or str(error))

    def _compared(self, listing: Listing, known_as: bytes | None) -> Iterator[Finding]:
        seed, folder = self._seed, listing.folder
        fingerprint = listing.fingerprint()
        if fingerprint == known_as:
            return
        known = {} if known_as is None else self._store.file_stats(seed, folder)
        same = True
        for name, size, mtime_ns, stamp in listing.files:
            if known.pop(name, None) != (size, stamp):
                same = False
                path = path_in(folder, name)
                if self._is_settled(f"{self.root}/{path}", mtime_ns):
                    yield Unread(seed, path)
        for name in known:
            yield Gone(seed, path_in(folder, name))
        if same and not known and known_as is not None:
            yield Unchanged(seed, folder, fingerprint)


def _check_there(root: Path) -> None:
    try:
        os.scandir(root).close()
    except OSError as error:
        raise missing_seeds(root, error) from error


def _status(root: Path, below: str) -> os.stat_result | None:
    """Return the status of what a scan would find at a path, None where it would find nothing."""
    if any(part.startswith(".") for part in below.split("/")):
        return None
    try:
        status = (root / below).stat()
        if is_behind_a_link(root, below, is_folder=stat.S_ISDIR(status.st_mode)):
            return None
    except OSError:
        return None
    return status
