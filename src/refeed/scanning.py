"""Which snapshot files are new, changed or gone, by what the file system and the index say."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from refeed.files import Found, is_snapshot_name, missing_seeds, scan, stamp_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from refeed.config import Config
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
        folders: folders that could not be listed, with the reason.
    """

    read: tuple[tuple[int, str], ...]
    gone: tuple[tuple[int, str], ...]
    folders: tuple[tuple[int, str, str], ...] = ()


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
    if paths is None:
        return _all(config, store, is_settled)
    return _some(config, store, paths, is_settled)


def _all(config: Config, store: Store, is_settled: Callable[[str, int], bool]) -> Changes:
    read: list[tuple[int, str]] = []
    gone: list[tuple[int, str]] = []
    folders: list[tuple[int, str, str]] = []
    for seed, folder in enumerate(config.seeds):
        refused: list[tuple[str, OSError]] = []
        known = store.file_stats(seed)
        read += [
            (seed, path)
            for path, size, mtime_ns, stamp in scan(folder, problem=refused)
            if known.pop(path, None) != (size, stamp) and is_settled(f"{folder}/{path}", mtime_ns)
        ]
        gone += [(seed, path) for path in known]
        folders += [(seed, path, error.strerror or str(error)) for path, error in refused]
    return Changes(tuple(sorted(read)), tuple(sorted(gone)), tuple(folders))


def _some(
    config: Config, store: Store, paths: Iterable[Path], is_settled: Callable[[str, int], bool]
) -> Changes:
    read: set[tuple[int, str]] = set()
    gone: set[tuple[int, str]] = set()
    for path in paths:
        for seed, folder in enumerate(config.seeds):
            if not path.is_relative_to(folder):
                continue
            _check_there(folder)
            inside = os.fspath(path.relative_to(folder))
            below = "" if inside == "." else inside
            there = {file.path: file for file in _there(folder, below)}
            known = store.file_paths(seed, below) if below else list(store.file_stats(seed))
            gone |= {(seed, name) for name in known if name not in there}
            for name, file in there.items():
                row = store.file(seed, name)
                if (row is None or (row.size, row.stamp) != (file.size, file.stamp)) and (
                    name == below or is_settled(f"{folder}/{name}", file.mtime_ns)
                ):
                    read.add((seed, name))
    return Changes(tuple(sorted(read)), tuple(sorted(gone)))


def _check_there(folder: Path) -> None:
    try:
        os.scandir(folder).close()
    except OSError as error:
        raise missing_seeds(folder, error) from error


def _is_behind_a_link(folder: Path, below: str, *, is_folder: bool) -> bool:
    """Tell whether a path leads through a link to a folder: no scan would."""
    folders = below.split("/") if is_folder else below.split("/")[:-1]
    return any(
        folder.joinpath(*folders[:depth]).is_symlink()
        for depth in range(1, len(folders) + 1)
        if folders[0]
    )


def _there(folder: Path, below: str) -> Iterator[Found]:
    """Yield the snapshot files at a path: the file itself, or those below the folder."""
    if any(part.startswith(".") for part in below.split("/")):
        return
    place = folder / below
    try:
        status = place.stat()
        if _is_behind_a_link(folder, below, is_folder=stat.S_ISDIR(status.st_mode)):
            return
    except OSError:
        return
    if stat.S_ISDIR(status.st_mode):
        yield from scan(folder, below)
    elif stat.S_ISREG(status.st_mode) and is_snapshot_name(below.rsplit("/", 1)[-1]):
        yield Found(below, status.st_size, status.st_mtime_ns, stamp_of(status))
