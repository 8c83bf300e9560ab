"""Finding snapshot files, and reading one."""

from __future__ import annotations

import marshal
import os
import stat
from functools import partial
from hashlib import blake2b, sha256
from typing import TYPE_CHECKING, NamedTuple

from refeed.errors import FolderError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SNAPSHOT_SUFFIXES = (".txt", ".md", ".markdown", ".html", ".htm", ".xhtml")
_PIECE = 65_536


def stamp_of(status: os.stat_result) -> int:
    """Return a number that another change of a file, of its times or of its mode changes.

    Who puts a file's time back after writing it leaves the time of that (st_ctime) all the same.
    The times themselves may be too large for a column of SQLite; this is 63 bits.
    """
    return (status.st_mtime_ns * 1_000_003 + status.st_ctime_ns) & 0x7FFF_FFFF_FFFF_FFFF


def is_snapshot_name(name: str) -> bool:
    """Tell whether a file of this name is looked at: a known suffix, and not hidden."""
    return (
        name.endswith(SNAPSHOT_SUFFIXES) or name.lower().endswith(SNAPSHOT_SUFFIXES)
    ) and not name.startswith((".", "#"))


class Listing(NamedTuple):
    """The snapshot files in one folder, those in the folders below it not among them.

    Attributes:
        folder: relative to the seeds folder, "" for that itself, with `/` between the parts; bytes
            that are not UTF-8 are surrogate-escaped (PEP 383).
        files: by name in order: name, size, mtime_ns, stamp.
    """

    folder: str
    files: list[tuple[str, int, int, int]]

    def fingerprint(self) -> bytes:
        """Return a digest of names, sizes and stamps."""
        # Later versions of the format depend on who else refers to a value.
        return blake2b(marshal.dumps(self.files, 2), digest_size=16).digest()


def path_in(folder: str, name: str) -> str:
    """Return the path of what is in a folder, "" being the seeds folder."""
    return f"{folder}/{name}" if folder else name


def is_behind_a_link(root: Path, below: str, *, is_folder: bool) -> bool:
    """Tell whether a path leads where no scan would get: through a link to a folder."""
    folders = below.split("/") if is_folder else below.split("/")[:-1]
    try:
        return any(
            root.joinpath(*folders[:depth]).is_symlink()
            for depth in range(1, len(folders) + 1)
            if folders[0]
        )
    except OSError:
        return True


def scan(
    root: Path, below: str = "", problem: list[tuple[str, OSError]] | None = None
) -> Iterator[Listing]:
    """Yield the listings of a folder and of the folders in it, in an order that is always the same.

    Links to files are followed, links to folders are not: one that leads upwards would be the whole
    disk. Hidden folders are left out. What vanishes meanwhile is not there.

    Args:
        root: the seeds folder.
        below: where in it to begin; if that is behind a link, nothing is found.
        problem: gets each folder that can't be listed, with the error.

    Raises:
        FolderError: the seeds folder itself isn't there or can't be listed.
    """
    pending = [] if below and is_behind_a_link(root, below, is_folder=True) else [below]
    while pending:
        folder = pending.pop()
        try:
            names, listing = _listed(root, folder)
        except OSError as error:
            if not folder:
                raise missing_seeds(root, error) from error
            if problem is not None and not isinstance(error, FileNotFoundError):
                problem.append((folder, error))
            continue
        pending += [path_in(folder, name) for name in sorted(names, reverse=True)]
        yield listing


def _listed(root: Path, folder: str) -> tuple[list[str], Listing]:
    """Return the names of the folders in a folder, and the files."""
    folders: list[str] = []
    files: list[tuple[str, int, int, int]] = []
    # The kernel has to look up a name in an open folder only, not a whole path each time.
    descriptor = os.open(root / folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        with os.scandir(descriptor) as items:
            for item in items:
                name = item.name
                if item.is_dir(follow_symlinks=False):
                    if name[0] != ".":
                        folders.append(name)
                elif is_snapshot_name(name) and (status := _status(item)):
                    stamp = stamp_of(status)
                    files.append((name, status.st_size, status.st_mtime_ns, stamp))
    finally:
        os.close(descriptor)
    files.sort()
    return folders, Listing(folder, files)


def _status(item: os.DirEntry[str]) -> os.stat_result | None:
    """Return the status of a regular file, None of anything else."""
    try:
        status = item.stat()
    except OSError:
        return None
    return status if stat.S_ISREG(status.st_mode) else None


def missing_seeds(folder: Path, error: OSError) -> FolderError:
    """Return the error that a seeds folder is not there: the feeds must stay as they are."""
    return FolderError(
        f"the seeds folder {folder} can't be read: {error.strerror}",
        hint="The feeds stay as they are. Make or mount it, or name another with --seeds, or seeds "
        "in refeed.toml.",
    )


def read(file: Path | str, most: int) -> tuple[bytes, os.stat_result]:
    """Return a regular file's bytes, and its status as of when it was opened.

    Args:
        file: the file; never waited for, as a FIFO would have it.
        most: how many bytes are read at most, so that a caller sees that there are too many.

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
            data += b"".join(iter(partial(os.read, descriptor, _PIECE), b""))
        return data, status
    finally:
        os.close(descriptor)


def digest_of(data: bytes) -> bytes:
    """Return a digest of a file's bytes, 16 bytes long.

    Of SHA-256, which processors have instructions for: it takes half as long as BLAKE2 does.
    """
    return sha256(data).digest()[:16]
