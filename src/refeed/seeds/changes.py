"""Compares the file system with the index: which snapshot files are new, changed or deleted."""

from __future__ import annotations

import os
import stat
from collections import Counter
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Final

from refeed.errors import reason_of
from refeed.progress import UNWATCHED
from refeed.seeds.files import (
    GONE,
    UnlistableFolder,
    is_below_link,
    path_in,
    stamp_at,
    stamp_beside,
    walk,
)
from refeed.seeds.folders import check_folders, find_missing, missing_seeds
from refeed.seeds.layouts import find_affected, is_left_out
from refeed.seeds.mounts import NOT_MOUNTED, find_unmounted
from refeed.seeds.names import is_snapshot_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from refeed.config import Config
    from refeed.progress import Monitor
    from refeed.seeds.files import Listing, Walked
    from refeed.store import Store

_BATCH: Final = 10_000


def always_settled(path: str, mtime_ns: int) -> bool:  # noqa: ARG001 - the daemon's function uses it
    """Take every file as it is."""
    return True


@dataclass(slots=True)
class Changes:
    """What differs between the seeds folders and the index.

    A file or folder is named by the number of its seeds folder and its path there.

    Attributes:
        unread: files that are new, or of another size or stamp than when they were read.
        deleted: files that are no longer there.
        unreadable: files, and folders with a slash at the end, that are there and can't be looked
            at now, and why. What the index has of them stays.
        unchanged: folders whose files all agree with the index, with the listing's fingerprint, so
            that the next scan need not compare the files.
        unsettled: absolute paths of files that are left for later since they are being written.
        ignored: how many files have another name than snapshots and pictures, by suffix.
        devices: of seeds folders and of mount points below them.
        rejected: files that took too long to clean, and why.
    """

    unread: list[tuple[int, str]] = field(default_factory=list)
    deleted: list[tuple[int, str]] = field(default_factory=list)
    unreadable: list[tuple[int, str, str]] = field(default_factory=list)
    unchanged: list[tuple[int, str, bytes]] = field(default_factory=list)
    unsettled: list[str] = field(default_factory=list)
    ignored: Counter[str] = field(default_factory=Counter)
    devices: dict[tuple[int, str], int] = field(default_factory=dict)
    rejected: list[tuple[int, str, str]] = field(default_factory=list)


def find_changes(
    config: Config,
    store: Store,
    paths: Iterable[Path] | None,
    is_settled: Callable[[str, int], bool] = always_settled,
    monitor: Monitor = UNWATCHED,
) -> Iterator[Changes]:
    """Compare the seeds folders with the index.

    Args:
        config: names the seeds folders.
        store: the index. It may be written to between two results.
        paths: files and folders to look at; everything if None.
        is_settled: tells from path and mtime_ns whether a file in a folder can be read by now; it
            is not asked about paths that are given.
        monitor: its heartbeat is called for each folder.

    Yields:
        Some ten thousand files' changes at a time, so that memory doesn't grow with the archive.

    Raises:
        FolderError: a seeds folder that is to be looked at isn't there, or its disk went away
            meanwhile.
    """
    wanted = None if paths is None else tuple(dict.fromkeys(paths))
    # A missing folder matters only if it is asked about.
    check_folders(
        [
            root
            for root in config.seeds
            if wanted is None or any(path.is_relative_to(root) for path in wanted)
        ]
    )
    changes = Changes()
    for seed, root in enumerate(config.seeds):
        comparison = _Comparison(store, seed, root, is_settled, changes)
        for below in [""] if wanted is None else _find_relative_paths(wanted, root):
            steps = comparison.compare(below), comparison.compare_beside(below)
            for _ in chain(*steps):
                monitor.beat()
                if len(changes.unread) + len(changes.deleted) >= _BATCH:
                    _check_that_deleted_files_were(config, store, changes)
                    yield changes
                    changes = comparison.changes = Changes()
    _check_that_deleted_files_were(config, store, changes)
    yield changes


def _check_that_deleted_files_were(config: Config, store: Store, changes: Changes) -> None:
    """Check that no seeds folder or disk went away as a whole while its folders were listed.

    Raises:
        FolderError: one did, and its files are not deleted.
    """
    seeds = {seed for seed, _ in changes.deleted}
    missing = find_missing(config.seeds, store) if seeds else {}
    for seed in sorted(seeds):
        root = config.seeds[seed]
        if root in missing:
            raise missing_seeds(root, missing[root])
        for folder in find_unmounted(store, seed, root):
            if any(each == seed and _is_below(path, folder) for each, path in changes.deleted):
                raise missing_seeds(root / folder, NOT_MOUNTED)


def _find_relative_paths(paths: Iterable[Path], root: Path) -> list[str]:
    """Return the paths in a seeds folder, "" for that itself; none that is below another one.

    What they affect is among them, see `refeed.seeds.layouts`.
    """
    found = {os.fspath(path.relative_to(root)) for path in paths if path.is_relative_to(root)}
    given = {"" if path == "." else path for path in found}
    top = os.fspath(root)
    affected = {other for path in given if path for other in find_affected(top, path)}
    below = sorted(given | affected)
    return [path for path in below if not any(_is_below(path, other) for other in below)]


def _is_below(path: str, folder: str) -> bool:
    return path != folder and (not folder or path.startswith(f"{folder}/"))


class _Comparison:
    """One seeds folder compared with the index.

    Attributes:
        changes: what was found; may be replaced between two steps.
    """

    def __init__(
        self,
        store: Store,
        seed: int,
        root: Path,
        is_settled: Callable[[str, int], bool],
        changes: Changes,
    ) -> None:
        self.changes = changes
        self._store = store
        self._seed = seed
        self._root = root
        self._is_settled = is_settled
        self._unmounted = find_unmounted(store, seed, root)

    def compare(self, below: str) -> Iterator[None]:
        """Compare a path: a file, a folder, or nothing. Yields after each folder."""
        for folder in self._unmounted:
            if below == folder or _is_below(below, folder):
                self.changes.unreadable.append((self._seed, f"{folder}/", NOT_MOUNTED))
                return
        try:
            status = _find_status(self._root, below)
        except OSError as error:
            self._keep_unreadable(below, reason_of(error))
            return
        if status is not None and stat.S_ISDIR(status.st_mode):
            # A file may have been replaced by the folder.
            if self._store.file(self._seed, below):
                self.changes.deleted.append((self._seed, below))
            yield from self._compare_folders(below)
        else:
            self._compare_file(below, status)

    def compare_beside(self, below: str) -> Iterator[None]:
        """Find the files with pictures at a path, or below it, that changed. Yields after each.

        A picture may come later than the file that shows it.
        """
        unread = {path for seed, path in self.changes.unread if seed == self._seed}
        for path, beside, stamp in self._store.files_beside(self._seed, below):
            absolute = f"{self._root}/{beside}"
            if path in unread or stamp_beside(absolute) == stamp:
                continue
            if beside != below and not self._is_picture_settled(absolute):
                self.changes.unsettled.append(absolute)
            else:
                unread.add(path)
                self.changes.unread.append((self._seed, path))
            yield

    def _is_picture_settled(self, path: str) -> bool:
        try:
            return self._is_settled(path, os.stat(path).st_mtime_ns)  # noqa: PTH116 - as text
        except OSError:
            return True

    def _keep_unreadable(self, path: str, reason: str) -> None:
        """Report what can't be looked at: the file, or the folder if the index has files below."""
        if self._store.file(self._seed, path) is None and self._store.folders(self._seed, path):
            path = f"{path}/"
        self.changes.unreadable.append((self._seed, path, reason))

    def _compare_file(self, path: str, status: os.stat_result | None) -> None:
        for known_path in self._store.file_paths(self._seed, path):
            if status is None or known_path != path:
                self.changes.deleted.append((self._seed, known_path))
        if status is not None:
            known = self._store.file(self._seed, path)
            now = status.st_size, stamp_at(f"{self._root}/{path}", status)
            if known is None or (known.size, known.stamp) != now:
                self.changes.unread.append((self._seed, path))

    def _compare_folders(self, below: str) -> Iterator[None]:
        known = self._store.folders(self._seed, below)
        kept = set(self._unmounted)
        for folder in self._unmounted:
            if not below or _is_below(folder, below):
                self.changes.unreadable.append((self._seed, f"{folder}/", NOT_MOUNTED))
        for walked in self._walk(below):
            if isinstance(walked, UnlistableFolder):
                kept.add(walked.folder)
                reason = f"the folder can't be listed: {walked.reason}"
                self.changes.unreadable.append((self._seed, f"{walked.folder}/", reason))
            else:
                self._compare_listing(walked, known.pop(walked.folder, None))
            yield
        for folder in known:
            if not any(folder == each or _is_below(folder, each) for each in kept):
                self.changes.deleted += [
                    (self._seed, path_in(folder, name))
                    for name in self._store.file_stats(self._seed, folder)
                ]
                yield

    def _walk(self, below: str) -> Iterator[Walked]:
        try:
            yield from walk(self._root, below, self._unmounted)
        except OSError as error:
            raise missing_seeds(self._root, reason_of(error)) from error

    def _compare_listing(self, listing: Listing, known_fingerprint: bytes | None) -> None:
        seed, folder, changes = self._seed, listing.folder, self.changes
        changes.ignored.update(listing.ignored)
        if listing.is_mount_point or not folder:
            changes.devices[seed, folder] = listing.device
        fingerprint = listing.fingerprint()
        if fingerprint == known_fingerprint and not listing.unreadable:
            return
        known = {} if known_fingerprint is None else self._store.file_stats(seed, folder)
        is_same = known_fingerprint is not None and not listing.unreadable
        for name, size, mtime_ns, stamp in listing.files:
            if known.pop(name, None) != (size, stamp):
                is_same = False
                path = path_in(folder, name)
                absolute = f"{self._root}/{path}"
                if self._is_settled(absolute, mtime_ns):
                    changes.unread.append((seed, path))
                else:
                    changes.unsettled.append(absolute)
        for name, reason in listing.unreadable.items():
            known.pop(name, None)
            changes.unreadable.append((seed, path_in(folder, name), reason))
        changes.deleted += [(seed, path_in(folder, name)) for name in known]
        if is_same and not known:
            changes.unchanged.append((seed, folder, fingerprint))


def _find_status(root: Path, path: str) -> os.stat_result | None:
    """Return the status of what a walk would find at a path; None where it would find nothing.

    Raises:
        OSError: something is there that can't be looked at.
    """
    if any(part.startswith(".") for part in path.split("/")):
        return None
    try:
        status = (root / path).stat()
        is_folder = stat.S_ISDIR(status.st_mode)
        if is_below_link(root, path, is_folder=is_folder):
            return None
    except OSError as error:
        if error.errno in GONE:
            return None
        raise
    folder, _, name = f"{root}/{path}".rpartition("/")
    top = os.fspath(root)
    is_wanted = is_folder or (is_snapshot_name(name, folder, top) and stat.S_ISREG(status.st_mode))
    return status if is_wanted and not is_left_out(top, path) else None
