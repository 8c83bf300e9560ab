"""The output folder: feeds are written so that nobody ever sees half of one."""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

_PIECE = 65_536
_TURN = 0.02


class Draft:
    """A file that is being written, beside the one that is published.

    Args:
        path: where it is to be published, relative to the folder.
        place: where it is; None if nothing is to be written, so that memory holds it.

    Raises:
        OSError: no room, no permission; so do all methods.
    """

    def __init__(self, path: str, place: Path | None) -> None:
        self._path = path
        self._place = place
        self._handle = BytesIO() if place is None else place.open("wb")

    def write(self, data: bytes) -> None:
        """Write what comes next."""
        self._handle.write(data)

    def finished(self) -> Staged:
        """Return the file; nothing more is to be written."""
        data = self._handle.getvalue() if isinstance(self._handle, BytesIO) else b""
        self._handle.close()
        return Staged(self._path, self._place, data)

    def abandon(self) -> None:
        """Take it away, finished or not."""
        with suppress(OSError):  # what could not be written can't be on closing either
            self._handle.close()
        if self._place is not None:
            self._place.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Staged:
    """A file that is written and not yet published.

    Attributes:
        path: where it is to be published, relative to the folder.
        place: where it is; None if nothing is to be written.
        data: what it would be, in that case.
    """

    path: str
    place: Path | None
    data: bytes = b""

    def size(self) -> int:
        """Return its bytes."""
        return len(self.data) if self.place is None else self.place.stat().st_size

    def pieces(self) -> Iterator[bytes]:
        """Read it, from its beginning."""
        if self.place is None:
            yield self.data
            return
        with self.place.open("rb") as handle:
            while piece := handle.read(_PIECE):
                yield piece


class OutputFolder:
    """The folder of published files. It knows which of the files there are refeed's."""

    _MANIFEST = ".refeed-files"

    def __init__(self, folder: Path, *, dry_run: bool = False) -> None:
        self.folder = folder
        self._dry_run = dry_run
        self._files = self._listed()
        self._waiting: set[Path] = set()
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
        """Return size and mtime_ns of a published file, or one about to be; zeros if it is gone."""
        file = self.folder / path
        try:
            status = (_beside(file) if file in self._waiting else file).stat()
        except OSError:
            return 0, 0
        return status.st_size, status.st_mtime_ns

    def draft(self, path: str) -> Draft:
        """Begin to write a file beside the one that is published, which stays as it is.

        Raises:
            OSError: no room, no permission.
        """
        if self._dry_run:
            return Draft(path, None)
        beside = _beside(self.folder / path)
        beside.parent.mkdir(parents=True, exist_ok=True)
        return Draft(path, beside)

    def discard(self, staged: Staged) -> None:
        """Take away what was staged."""
        if staged.place is not None:
            staged.place.unlink(missing_ok=True)

    def put(self, staged: Staged) -> bool:
        """Have `settle` put a staged file in its place; return whether it comes out different.

        A file that holds these bytes already is not touched.
        """
        file = self.folder / staged.path
        if _holds(file, staged):
            self.discard(staged)
            return False
        if staged.place is not None:
            self._waiting.add(file)
        return True

    def write(self, path: str, data: bytes) -> bool:
        """Write a file and put it in place; return whether it comes out different."""
        draft = self.draft(path)
        try:
            draft.write(data)
            staged = draft.finished()
        except BaseException:
            draft.abandon()
            raise
        return self.put(staged)

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

    def sweep(self) -> None:
        """Take away what was half written beside published files when somebody was killed."""
        if self._dry_run:
            return
        self._waiting.clear()
        for path in (*self._files, self._MANIFEST):
            with suppress(OSError):
                _beside(self.folder / path).unlink()

    def settle(self) -> None:
        """Put everything in place that waits for it, each file whole and safe from a power cut.

        All are synced before the first is renamed: then one turn of the disk serves for many.

        Raises:
            OSError: no room, no permission. What is not in place yet is taken away.
        """
        try:
            for file in self._waiting:
                _sync(_beside(file), os.O_RDONLY)
            for file in sorted(self._waiting):
                _beside(file).replace(file)
                self._waiting.remove(file)
                self._to_sync.add(file.parent)
        except OSError:
            for file in self._waiting:
                _beside(file).unlink(missing_ok=True)
            self._waiting.clear()
            raise
        for folder in sorted(self._to_sync):
            with suppress(FileNotFoundError):
                _sync(folder, os.O_RDONLY | os.O_DIRECTORY)
        self._to_sync.clear()

    def _listed(self) -> set[str]:
        try:
            data = (self.folder / self._MANIFEST).read_bytes()
        except OSError:
            return set()
        lines = data.decode(errors="replace").splitlines()
        # Somebody else may have written to it, and what is listed may be removed.
        return {line for line in lines if _is_inside(line)}

    def _write_manifest(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        listed = "".join(f"{path}\n" for path in sorted(self._files))
        _write_beside_and_rename(self.folder / self._MANIFEST, listed.encode())


def _is_inside(path: str) -> bool:
    return all(part not in {"", ".", ".."} for part in path.split("/")) and "\0" not in path


def _remove_if_empty(folder: Path) -> bool:
    try:
        folder.rmdir()
    except OSError:
        return False
    return True


def _write_beside_and_rename(file: Path, data: bytes) -> None:
    beside = _beside(file)
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


def _beside(file: Path) -> Path:
    return file.with_name(f".{file.name}.new")


def _sync(file: Path, flags: int) -> None:
    descriptor = os.open(file, flags | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _holds(file: Path, staged: Staged) -> bool:
    """Tell whether a file holds what was staged, byte for byte."""
    try:
        if file.stat().st_size != staged.size():
            return False
        with file.open("rb") as handle:
            return all(handle.read(len(piece)) == piece for piece in staged.pieces())
    except OSError:
        return False


@contextmanager
def locked(state: Path, busy: Callable[[], None] | None = None) -> Iterator[None]:
    """Hold the lock of a state folder: whoever else works on it waits until this is done.

    Args:
        state: the folder.
        busy: called again and again while someone else has the lock; it may raise.
    """
    state.mkdir(parents=True, exist_ok=True)
    with (state / "lock").open("w") as handle:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | (fcntl.LOCK_NB if busy else 0))
            except BlockingIOError:
                if busy:
                    busy()
                time.sleep(_TURN)
            else:
                break
        yield
