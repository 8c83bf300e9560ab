"""Which snapshot files are new, changed or gone, by what the file system and the index say."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from refeed.finding import is_snapshot_name, missing_seeds, path_in, scan, stamp_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from refeed.config import Config
    from refeed.finding import Listing
    from refeed.store import Store


def settled(path: str, mtime_ns: int) -> bool:  # noqa: ARG001 - what the daemon decides by
    """Take every file as it is."""
    return True


@dataclass(frozen=True, slots=True)
class Changes:
    """Files to read and files to forget, each by its seeds folder's number and its path in it.

    Attributes:
        read: new, or of another size or time than when they were last read.
        gone: no longer there.
        unlisted: folders that could not be listed, with the reason.
        unchanged: folders whose files are all as the index has them, with the fingerprint of their
            listing, by which that is known at a glance the next time.
    """

    read: tuple[tuple[int, str], ...]
    gone: tuple[tuple[int, str], ...]
    unlisted: tuple[tuple[int, str, str], ...] = ()
    unchanged: tuple[tuple[int, str, bytes], ...] = ()


def changed_files(
    config: Config,
    store: Store,
    paths: Iterable[Path] | None,
    is_settled: Callable[[str, int], bool] = settled,
) -> Changes:
    """Compare the seeds folders with the index.

    Args:
        config: says where the seeds folders are.
        store: the index.
        paths: files and folders to look at; everything if None.
        is_settled: told path and mtime_ns of a file that a folder was found to hold, says whether
            it may be read; else it counts as unchanged. Paths that are given are not asked about.

    Raises:
        FolderError: a seeds folder isn't there.
    """
    seeds = [_Seeds(store, seed, root, is_settled) for seed, root in enumerate(config.seeds)]
    if paths is None:
        for each in seeds:
            each.look_at_folder("")
    else:
        for path in paths:
            for each in seeds:
                if path.is_relative_to(each.root):
                    each.look_at(path)
    return Changes(
        tuple(chain.from_iterable(each.read for each in seeds)),
        tuple(chain.from_iterable(each.gone for each in seeds)),
        tuple(chain.from_iterable(each.unlisted for each in seeds)),
        tuple(chain.from_iterable(each.unchanged for each in seeds)),
    )


class _Seeds:
    """A seeds folder beside what the index has of it, and the differences found so far."""

    def __init__(
        self, store: Store, seed: int, root: Path, is_settled: Callable[[str, int], bool]
    ) -> None:
        self.root = root
        self.read: dict[tuple[int, str], None] = {}
        self.gone: dict[tuple[int, str], None] = {}
        self.unlisted: list[tuple[int, str, str]] = []
        self.unchanged: list[tuple[int, str, bytes]] = []
        self._store = store
        self._seed = seed
        self._is_settled = is_settled

    def look_at(self, path: Path) -> None:
        """Compare what is at a path, a file or a folder, or nothing any more."""
        _check_there(self.root)
        inside = os.fspath(path.relative_to(self.root))
        below = "" if inside == "." else inside
        status = _status(self.root, below)
        if status is not None and stat.S_ISDIR(status.st_mode):
            self.look_at_folder(below)
        elif status is not None and is_snapshot_name(path.name) and stat.S_ISREG(status.st_mode):
            known = self._store.file(self._seed, below)
            if known is None or (known.size, known.stamp) != (status.st_size, stamp_of(status)):
                self.read[self._seed, below] = None
        else:
            known_paths = self._store.file_paths(self._seed, below)
            self.gone |= {(self._seed, gone): None for gone in known_paths}

    def look_at_folder(self, below: str) -> None:
        """Compare a folder and those in it."""
        refused: list[tuple[str, OSError]] = []
        folders = self._store.folders(self._seed, below)
        for listing in scan(self.root, below, problem=refused):
            self._compare(listing, folders.pop(listing.folder, b""))
        for folder in folders:
            names = self._store.file_stats(self._seed, folder)
            self.gone |= {(self._seed, path_in(folder, name)): None for name in names}
        for folder, error in refused:
            self.unlisted.append((self._seed, folder, error.strerror or str(error)))

    def _compare(self, listing: Listing, known_as: bytes) -> None:
        fingerprint = listing.fingerprint()
        if fingerprint == known_as:
            return
        folder = listing.folder
        known = self._store.file_stats(self._seed, folder)
        others = [
            (path_in(folder, name), mtime_ns)
            for name, size, mtime_ns, stamp in listing.files
            if known.pop(name, None) != (size, stamp)
        ]
        for path, mtime_ns in others:
            if self._is_settled(f"{self.root}/{path}", mtime_ns):
                self.read[self._seed, path] = None
        self.gone |= {(self._seed, path_in(folder, name)): None for name in known}
        if not others and not known:
            self.unchanged.append((self._seed, folder, fingerprint))


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
        if _is_behind_a_link(root, below, is_folder=stat.S_ISDIR(status.st_mode)):
            return None
    except OSError:
        return None
    return status


def _is_behind_a_link(root: Path, below: str, *, is_folder: bool) -> bool:
    """Tell whether a path leads through a link to a folder: no scan would."""
    folders = below.split("/") if is_folder else below.split("/")[:-1]
    return any(
        root.joinpath(*folders[:depth]).is_symlink()
        for depth in range(1, len(folders) + 1)
        if folders[0]
    )
