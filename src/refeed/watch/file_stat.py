"""Reads the stamps of changed files, and finds those that may have changed unnoticed."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from refeed.errors import FolderError
from refeed.seeds.files import Listing, path_in, stamp_at, walk
from refeed.seeds.names import is_picture_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from refeed.watch.debounce import Stamp


def read_stamp(path: str) -> Stamp | None:
    """Return the stamp of a file; None if it isn't there."""
    try:
        status = Path(path).stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns, status.st_ino


def find_changed_since(paths: Iterable[Path], since: float) -> dict[Path, int | None]:
    """Return those files that have changed since a time, with the stamps that they have now.

    Two changes within a tick of the kernel's clock leave the same stamp.

    Args:
        paths: absolute.
        since: seconds since 1970.
    """
    changed: dict[Path, int | None] = {}
    for path in paths:
        with suppress(OSError):
            status = path.stat()
            if status.st_ctime >= since:
                changed[path] = stamp_at(str(path), status)
    return changed


def list_files(path: str, seeds: Sequence[Path]) -> Iterator[tuple[str, int]]:
    """Yield the snapshot files in a folder of some of the seeds, and what may be their pictures.

    Args:
        path: of the folder.
        seeds: the seeds folders.

    Yields:
        Absolute path and mtime_ns.
    """
    for folder in seeds:
        if Path(path).is_relative_to(folder):
            with suppress(FolderError):
                inside = str(Path(path).relative_to(folder))
                for listing in walk(folder, "" if inside == "." else inside):
                    if isinstance(listing, Listing):
                        for name, _, mtime_ns, _ in listing.files:
                            yield f"{folder}/{path_in(listing.folder, name)}", mtime_ns
    yield from _list_pictures(path)


def _list_pictures(path: str) -> Iterator[tuple[str, int]]:
    for folder, folders, files in os.walk(path):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in files:
            if not name.startswith(".") and is_picture_name(name, folder):
                with suppress(OSError):
                    file = f"{folder}/{name}"
                    yield file, Path(file).stat().st_mtime_ns
