"""Files: finding snapshots, and writing feeds so that nobody ever sees half of one."""

from __future__ import annotations

import fcntl
import os
import stat
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from refeed.errors import FolderError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

SNAPSHOT_SUFFIXES = (".txt", ".md", ".markdown", ".html", ".htm", ".xhtml")


@dataclass(frozen=True, slots=True)
class Found:
    """A snapshot file as the file system lists it.

    Attributes:
        path: relative to the seeds folder, with `/` between the parts; bytes that are not UTF-8
            are surrogate-escaped (PEP 383).
        size: bytes.
        mtime_ns: nanoseconds since 1970.
    """

    path: str
    size: int
    mtime_ns: int


def is_snapshot_name(name: str) -> bool:
    """Tell whether a file of this name is looked at: a known suffix, and not hidden."""
    return (
        name.endswith(SNAPSHOT_SUFFIXES) or name.lower().endswith(SNAPSHOT_SUFFIXES)
    ) and not name.startswith((".", "#"))


def scan(
    folder: Path, below: str = "", problem: list[tuple[str, OSError]] | None = None
) -> Iterator[Found]:
    """Yield the snapshot files in a folder and the folders in it.

    Links to files are followed, links to folders are not: one that leads upwards would be the whole
    disk. Hidden folders are left out. What vanishes meanwhile is not there.

    Args:
        folder: the seeds folder.
        below: where in it to begin.
        problem: gets each folder that can't be listed, with the error.

    Raises:
        FolderError: the seeds folder itself isn't there or can't be listed.
    """
    pending = [below]
    while pending:
        inside = pending.pop()
        prefix = f"{inside}/" if inside else ""
        try:
            listing = os.scandir(folder / inside)
        except OSError as error:
            if not inside:
                raise missing_seeds(folder, error) from error
            if problem is not None and not isinstance(error, FileNotFoundError):
                problem.append((inside, error))
            continue
        with listing:
            for item in listing:
                if item.is_dir(follow_symlinks=False):
                    if not item.name.startswith("."):
                        pending.append(prefix + item.name)
                elif is_snapshot_name(item.name):
                    with suppress(OSError):
                        status = item.stat()
                        if stat.S_ISREG(status.st_mode):
                            yield Found(prefix + item.name, status.st_size, status.st_mtime_ns)


def missing_seeds(folder: Path, error: OSError) -> FolderError:
    """Return the error that a seeds folder is not there: the feeds must stay as they are."""
    return FolderError(
        f"the seeds folder {folder} can't be read: {error.strerror}",
        hint="The feeds stay as they are. Mount it, make it, or name another as seeds.",
    )


def read(file: Path, most: int) -> tuple[bytes, int, int]:
    """Return a regular file's bytes, its size and mtime_ns as of when it was opened.

    Args:
        file: the file; never waited for, as a FIFO would have it.
        most: how many bytes are read at most, so that a caller sees that there are too many.

    Raises:
        OSError: it can't be read, or isn't a regular file.
    """
    descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb", buffering=0) as handle:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError("not a regular file")
        if status.st_size > most:
            return b"", status.st_size, status.st_mtime_ns
        return handle.readall(), status.st_size, status.st_mtime_ns


class OutputFolder:
    """The folder of published files. It knows which of the files there are refeed's."""

    _MANIFEST = ".refeed-files"

    def __init__(self, folder: Path, *, dry_run: bool = False) -> None:
        self.folder = folder
        self._dry_run = dry_run
        self._files = self._listed()
        self._to_sync: set[Path] = set()

    def published(self) -> frozenset[str]:
        """Return the files that refeed has published here, relative to the folder."""
        return frozenset(self._files)

    def register(self, paths: Iterable[str]) -> None:
        """Note that these files are refeed's, before they are written: none is lost track of."""
        new = set(paths) - self._files
        if new and not self._dry_run:
            self._files |= new
            self._write_manifest()

    def status(self, path: str) -> tuple[int, int]:
        """Return size and mtime_ns of a published file; zeros if it is gone."""
        try:
            status = (self.folder / path).stat()
        except OSError:
            return 0, 0
        return status.st_size, status.st_mtime_ns

    def write(self, path: str, data: bytes) -> bool:
        """Put a file in place, whole or not at all; return whether it came out different.

        A file that holds these bytes already is not touched.

        Raises:
            OSError: no room, no permission. What was there is there still.
        """
        file = self.folder / path
        try:
            if file.stat().st_size == len(data) and file.read_bytes() == data:
                return False
        except OSError:
            pass
        if self._dry_run:
            return True
        file.parent.mkdir(parents=True, exist_ok=True)
        self._to_sync.add(file.parent)
        _write_beside_and_rename(file, data)
        return True

    def remove(self, paths: Iterable[str]) -> None:
        """Take published files away, and the folders that they leave empty."""
        gone = set(paths) & self._files
        if self._dry_run or not gone:
            return
        for path in gone:
            file = self.folder / path
            file.unlink(missing_ok=True)
            for parent in file.parents:
                if parent == self.folder or not _remove_if_empty(parent):
                    break
        self._files -= gone
        self._write_manifest()

    def settle(self) -> None:
        """Make sure that what was renamed stays renamed if the power fails."""
        for folder in sorted(self._to_sync):
            _sync_folder(folder)
        self._to_sync.clear()

    def _listed(self) -> set[str]:
        try:
            text = (self.folder / self._MANIFEST).read_text(encoding="utf-8")
        except OSError:
            return set()
        return {line for line in text.splitlines() if line and ".." not in line.split("/")}

    def _write_manifest(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        listed = "".join(f"{path}\n" for path in sorted(self._files))
        _write_beside_and_rename(self.folder / self._MANIFEST, listed.encode())


def _remove_if_empty(folder: Path) -> bool:
    try:
        folder.rmdir()
    except OSError:
        return False
    return True


def _write_beside_and_rename(file: Path, data: bytes) -> None:
    beside = file.with_name(f".{file.name}.new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o666)
    try:
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(data)
            handle.flush()
            os.fsync(descriptor)
        beside.replace(file)
    except OSError:
        beside.unlink(missing_ok=True)
        raise


def _sync_folder(folder: Path) -> None:
    with suppress(FileNotFoundError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def locked(state: Path) -> Iterator[None]:
    """Hold the lock of a state folder: whoever else works on it waits until this is done."""
    state.mkdir(parents=True, exist_ok=True)
    with (state / "lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
