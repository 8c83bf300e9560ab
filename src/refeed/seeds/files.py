"""Finds and reads the snapshot files in a seeds folder."""

from __future__ import annotations

import errno
import marshal
import os
import stat
from collections import Counter
from functools import partial
from hashlib import blake2b, sha256
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from refeed.errors import reason_of
from refeed.seeds.layouts import find_index, find_left_out, is_left_out, may_have_index
from refeed.seeds.names import is_picture_name, is_snapshot_name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

GONE: Final = frozenset((errno.ENOENT, errno.ENOTDIR, errno.ELOOP))
"""Errors that mean that nothing is there, as with a broken link.

Any other error means that something is there and can't be read now.
"""

_CHUNK: Final = 65_536


class FileStat(NamedTuple):
    """A snapshot file in a listing.

    Attributes:
        name: of the file, without its folder.
        size: bytes.
        mtime_ns: when it was modified, nanoseconds since 1970.
        stamp: see `stamp_at`.
    """

    name: str
    size: int
    mtime_ns: int
    stamp: int


class Listing(NamedTuple):
    """What one folder holds, without the folders below it.

    Attributes:
        folder: relative to the seeds folder, "" for that itself, with `/` between the parts; bytes
            that are not UTF-8 are surrogate-escaped (PEP 383).
        files: snapshot files by name in order, as `FileStat`.
        unreadable: names of files whose status can't be read, and why.
        ignored: how many files have another name than snapshots and pictures, by suffix.
        device: the device of the folder (st_dev).
        is_mount_point: whether its parent is on another device.
    """

    folder: str
    files: list[FileStat]
    unreadable: Mapping[str, str]
    ignored: Mapping[str, int]
    device: int
    is_mount_point: bool

    def fingerprint(self) -> bytes:
        """Digest names, sizes and stamps."""
        # In later versions of the format the bytes depend on reference counts.
        return blake2b(marshal.dumps(list(map(tuple, self.files)), 2), digest_size=16).digest()


class UnlistableFolder(NamedTuple):
    """A folder that is there and can't be listed, or whose files can't be looked at."""

    folder: str
    reason: str


Walked: TypeAlias = Listing | UnlistableFolder


def stamp_of(status: os.stat_result) -> int:
    """Return a number that changes with the times of a file.

    A program that sets a file's mtime back after writing still changes its ctime. The times
    themselves can be too large for a column of SQLite; this has 63 bits.
    """
    return (status.st_mtime_ns * 1_000_003 + status.st_ctime_ns) & 0x7FFF_FFFF_FFFF_FFFF


def stamp_at(path: str, status: os.stat_result, index: str | None = None) -> int:
    """Return the stamp of a snapshot file, with that of the index of ArchiveBox that it goes with.

    Args:
        path: of the file, absolute.
        status: its own.
        index: of `find_index`, if that was called already.
    """
    index = find_index(path) if index is None else index
    if not index:
        return stamp_of(status)
    try:
        beside = os.stat(index)  # noqa: PTH116 - a path is text here
    except OSError:
        return stamp_of(status)
    return (stamp_of(status) + 31 * stamp_of(beside)) & 0x7FFF_FFFF_FFFF_FFFF


def stamp_beside(path: str) -> int:
    """Return the stamp of a file, 0 if there is none.

    Args:
        path: absolute.
    """
    try:
        status = os.stat(path)  # noqa: PTH116 - a path is text here
    except (OSError, ValueError):  # A page may name what no file can be called.
        return 0
    return stamp_of(status) if stat.S_ISREG(status.st_mode) else 0


def path_in(folder: str, name: str) -> str:
    """Join a folder, "" for the seeds folder, and a name."""
    return f"{folder}/{name}" if folder else name


def is_below_link(root: Path, path: str, *, is_folder: bool) -> bool:
    """Tell whether a path leads through a link to a folder, which `walk` doesn't follow.

    Raises:
        OSError: a part of the path can't be looked at.
    """
    parts = path.split("/") if is_folder else path.split("/")[:-1]
    return any(
        root.joinpath(*parts[:depth]).is_symlink() for depth in range(1, len(parts) + 1) if parts[0]
    )


def walk(root: Path, below: str = "", skipped: Collection[str] = ()) -> Iterator[Walked]:
    """List a folder and the folders below it, in an order that is always the same.

    Links to files are followed, links to folders are not: one could lead to the whole disk. Hidden
    folders are left out, and so is what vanishes meanwhile.

    Args:
        root: the seeds folder.
        below: where to begin; behind a link nothing is found.
        skipped: folders to leave out, with all that is below them.

    Raises:
        OSError: the seeds folder itself isn't there or can't be listed.
    """
    device = -1
    pending = [(below, device)]
    try:
        if below and (
            is_below_link(root, below, is_folder=True) or is_left_out(os.fspath(root), below)
        ):
            return
    except OSError as error:
        yield UnlistableFolder(below, reason_of(error))
        return
    while pending:
        folder, parent_device = pending.pop()
        if folder in skipped:
            continue
        try:
            names, listing = _list(root, folder, parent_device)
        except OSError as error:
            if not folder:
                raise
            if error.errno not in GONE:
                yield UnlistableFolder(folder, reason_of(error))
            continue
        pending += [(path_in(folder, name), listing.device) for name in sorted(names, reverse=True)]
        yield listing


def _list(root: Path, folder: str, parent_device: int) -> tuple[list[str], Listing]:
    """Return the names of the folders in a folder, and its listing."""
    folders: list[str] = []
    found: dict[str, os.DirEntry[str]] = {}
    others: list[str] = []
    files: list[FileStat] = []
    unreadable: dict[str, str] = {}
    top, absolute = os.fspath(root), os.fspath(root / folder)
    # Names are then looked up in an open folder, not by a whole path each time.
    descriptor = os.open(root / folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        device = os.fstat(descriptor).st_dev
        with os.scandir(descriptor) as items:
            for item in items:
                name = item.name
                if item.is_dir(follow_symlinks=False):
                    if name[0] != ".":
                        folders.append(name)
                elif is_snapshot_name(name, absolute, top):
                    found[name] = item
                elif name[0] != ".":
                    others.append(name)
        names = {*found, *others}
        left_out = find_left_out(names, folders, absolute)
        indexed_in = absolute if may_have_index(absolute, names) else ""
        for name, item in found.items():
            if name not in left_out:
                _add_file(item, indexed_in, files, unreadable)
    finally:
        os.close(descriptor)
    files.sort()
    is_mount_point = parent_device not in (-1, device)
    ignored = Counter(
        _find_suffix(name)
        for name in others
        if name not in left_out and not is_picture_name(name, absolute)
    )
    taken = [name for name in folders if name not in left_out]
    return taken, Listing(folder, files, unreadable, ignored, device, is_mount_point)


def _find_suffix(name: str) -> str:
    stem, dot, end = name.rpartition(".")
    return f".{end.lower()}" if stem and dot else ""


def _add_file(
    item: os.DirEntry[str], folder: str, files: list[FileStat], unreadable: dict[str, str]
) -> None:
    """Add a regular file to the files, or to the unreadable ones.

    Args:
        item: the file.
        folder: its folder, absolute, if ArchiveBox may have an index of it; else "".
        files: added to.
        unreadable: likewise.

    Raises:
        PermissionError: the folder can't be searched, so that no file in it can be looked at.
    """
    try:
        status = item.stat()
    except OSError as error:
        if error.errno in GONE:
            return
        if isinstance(error, PermissionError) and not item.is_symlink():
            raise
        unreadable[item.name] = reason_of(error)
        return
    if stat.S_ISREG(status.st_mode):
        stamp = stamp_at(f"{folder}/{item.name}", status) if folder else stamp_of(status)
        files.append(FileStat(item.name, status.st_size, status.st_mtime_ns, stamp))


def read(file: Path | str, most: int) -> tuple[bytes, os.stat_result]:
    """Return a regular file's bytes, and its status as of when it was opened.

    Args:
        file: the file; a FIFO is refused, not waited for.
        most: a file of more bytes is not read: b"" is returned, and the status tells.

    Raises:
        OSError: it can't be read, or isn't a regular file.
    """
    descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError("not a regular file")
        if status.st_size > most:
            return b"", status
        data = os.read(descriptor, status.st_size + 1)
        if len(data) != status.st_size:
            # It is being written, or the file system reads in pieces.
            data += b"".join(iter(partial(os.read, descriptor, _CHUNK), b""))
        return data, status
    finally:
        os.close(descriptor)


def digest_of(data: bytes) -> bytes:
    """Return a digest of a file's bytes, 16 bytes long.

    It is SHA-256's, for which processors have instructions.
    """
    return sha256(data).digest()[:16]
