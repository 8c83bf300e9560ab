"""The output folder: published files are replaced whole, so that nobody sees half of one."""

from __future__ import annotations

import os
import re
import stat
from collections import defaultdict
from contextlib import suppress
from hashlib import blake2b
from io import BytesIO
from typing import TYPE_CHECKING, Final, Self
from zlib import crc32

from refeed.errors import FolderError
from refeed.pictures.addresses import find_name
from refeed.publish.entry_cache import EntryCache
from refeed.render.formats import MANIFEST
from refeed.render.own_documents import BEGINNING, is_own_document

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

_CHUNK: Final = 65_536
_MAX_NAMED: Final = 5
_DRAFT: Final = re.compile(r"\.(.+)\.[0-9a-f]{32}\.new")


class Draft:
    """A file being written beside the published one, and deleted in the end if it isn't staged.

    Args:
        path: where it is to be published, relative to the output folder.
        file: where it is; None in a dry run, where memory holds it.

    Raises:
        OSError: no room, no permission; so do all methods.
    """

    def __init__(self, path: str, file: Path | None) -> None:
        self.path = path
        self._file = file
        self._is_kept = False
        self._size = self._checksum = 0
        self._handle = BytesIO() if file is None else file.open("w+b")

    def __enter__(self) -> Self:
        """Return this."""
        return self

    def __exit__(self, *_: object) -> None:
        """Delete the file, unless it is kept."""
        if not self._is_kept:
            self.discard()

    def write(self, data: bytes) -> None:
        """Append to the file."""
        self._size, self._checksum = self._size + len(data), crc32(data, self._checksum)
        self._handle.write(data)

    def read(self) -> Iterator[bytes]:
        """Yield what the file holds, from its beginning."""
        self._handle.seek(0)
        while chunk := self._handle.read(_CHUNK):
            yield chunk

    def is_intact(self) -> bool:
        """Tell whether the file, read again, holds what was written to it.

        The checksum is for faults of disks, not for forgers.
        """
        size = checksum = 0
        for data in self.read():
            size, checksum = size + len(data), crc32(data, checksum)
        return (size, checksum) == (self._size, self._checksum)

    def equals(self, file: Path) -> bool:
        """Tell whether a published file holds the same bytes."""
        self._handle.flush()
        try:
            if file.stat().st_size != self._size:
                return False
            with file.open("rb") as published:
                return all(published.read(len(chunk)) == chunk for chunk in self.read())
        except OSError:
            return False

    def keep(self) -> None:
        """Close the file, and don't delete it."""
        self._handle.close()
        self._is_kept = True

    def discard(self) -> None:
        """Delete the file."""
        with suppress(OSError):  # what could not be written can't be on closing either
            self._handle.close()
        if self._file is not None:
            self._file.unlink(missing_ok=True)


def find_published_path(path: str) -> str:
    """Return the path of the file that a draft is to replace; another path as it is."""
    folder, slash, name = path.rpartition("/")
    draft = _DRAFT.fullmatch(name)
    return f"{folder}{slash}{draft[1]}" if draft else path


class OutputFolder:
    """The folder of published files. Its manifest lists which of the files there are refeed's.

    `entry_cache` lives as long as this: rendered entries are those of the next sync, too. Drafts
    have names that no other process gives to its own.
    """

    def __init__(self, folder: Path, *, dry_run: bool = False) -> None:
        self.folder = folder
        self.entry_cache = EntryCache()
        self._dry_run = dry_run
        self._token = os.urandom(16).hex()
        self._files = self._read_manifest()
        self._staged: set[Path] = set()

    @property
    def is_dry_run(self) -> bool:
        """Whether nothing is written."""
        return self._dry_run

    def published(self) -> frozenset[str]:
        """Return the files that refeed has published here, relative to the folder."""
        return frozenset(self._files)

    def register(self, paths: Iterable[str]) -> None:
        """Add files to the manifest before they are written, so that none is lost track of.

        Raises:
            FolderError: somebody else's files are there. Nothing was changed.
        """
        new = set(paths) - self._files
        if foreign := sorted(path for path in new if _is_foreign(self.folder / path)):
            raise _foreign_files(self.folder, foreign)
        if new and not self._dry_run:
            self._files |= new
            self._write_manifest()

    def is_foreign(self, path: str) -> bool:
        """Tell whether somebody else's file is at a path."""
        return path not in self._files and _is_foreign(self.folder / path)

    def stat(self, path: str) -> tuple[int, int]:
        """Return size and mtime_ns of a published or staged file; zeros if there is none."""
        file = self.folder / path
        try:
            status = (self._draft_path(file) if file in self._staged else file).stat()
        except OSError:
            return 0, 0
        return status.st_size, status.st_mtime_ns

    def draft(self, path: str) -> Draft:
        """Begin to write a file beside the published one, which stays as it is.

        Raises:
            OSError: no room, no permission.
        """
        if self._dry_run:
            return Draft(path, None)
        file = self._draft_path(self.folder / path)
        file.parent.mkdir(parents=True, exist_ok=True)
        return Draft(path, file)

    def stage(self, draft: Draft) -> bool:
        """Have `commit` publish a draft; return whether it changes the published file.

        A file that has these bytes already is not touched.
        """
        file = self.folder / draft.path
        if draft.equals(file):
            draft.discard()
            return False
        draft.keep()
        if not self._dry_run:
            self._staged.add(file)
        return True

    def write(self, path: str, data: bytes) -> bool:
        """Write and stage a file; return whether it changes the published one."""
        with self.draft(path) as draft:
            draft.write(data)
            return self.stage(draft)

    def commit(self) -> None:
        """Publish all staged files, each whole and safe from a power cut.

        All are synced before the first is renamed: the disk then writes many at a time.

        Raises:
            OSError: no room, no permission. What is not published yet is deleted.
        """
        changed_folders = set()
        try:
            for file in self._staged:
                _sync(self._draft_path(file), os.O_RDONLY)
            for file in sorted(self._staged, key=self._order):
                self._draft_path(file).replace(file)
                self._staged.remove(file)
                changed_folders.add(file.parent)
        except OSError:
            for file in self._staged:
                self._draft_path(file).unlink(missing_ok=True)
            self._staged.clear()
            raise
        for folder in sorted(changed_folders):
            with suppress(FileNotFoundError):
                _sync(folder, os.O_RDONLY | os.O_DIRECTORY)

    def _order(self, file: Path) -> tuple[bool, Path]:
        """Return a key that has pictures before the documents that show them."""
        return not _is_media(file), file

    def delete(self, paths: Iterable[str]) -> None:
        """Delete published files, and the folders that are empty then."""
        stale = set(paths) & self._files
        if self._dry_run or not stale:
            return
        for path in stale:
            file = self.folder / path
            file.unlink(missing_ok=True)
            for parent in file.parents:
                if parent == self.folder or not _remove_if_empty(parent):
                    break
        self._files -= stale
        self._write_manifest()

    def delete_drafts(self) -> None:
        """Delete drafts and staged files, those of processes that were killed too."""
        if self._dry_run:
            return
        self._staged.clear()
        names = defaultdict(set)
        for path in (*self._files, MANIFEST):
            folder, _, name = path.rpartition("/")
            names[folder].add(name)
        for folder, published in names.items():
            with suppress(OSError):
                for file in (self.folder / folder).iterdir():
                    draft = _DRAFT.fullmatch(file.name)
                    if draft and draft[1] in published:
                        file.unlink()

    def _draft_path(self, file: Path) -> Path:
        return file.with_name(f".{file.name}.{self._token}.new")

    def _read_manifest(self) -> set[str]:
        try:
            data = (self.folder / MANIFEST).read_bytes()
        except OSError:
            return set()
        lines = data.decode(errors="replace").splitlines()
        # Somebody else may have written to it, and what it lists may be deleted.
        return {line for line in lines if _is_inside(line)}

    def _write_manifest(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        file = self.folder / MANIFEST
        draft = self._draft_path(file)
        try:
            draft.write_bytes("".join(f"{path}\n" for path in sorted(self._files)).encode())
            _sync(draft, os.O_RDONLY)
            draft.replace(file)
        except OSError:
            draft.unlink(missing_ok=True)
            raise


def _is_media(file: Path) -> bool:
    """Tell whether a file in the output folder has the place of a picture."""
    return find_name(f"{file.parent.name}/{file.name}") != ""


def _is_foreign(file: Path) -> bool:
    """Tell whether something is there that refeed has not made."""
    try:
        status = file.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    try:
        if _is_media(file) and stat.S_ISREG(status.st_mode):
            # Its name is that of its content.
            return blake2b(file.read_bytes(), digest_size=16).hexdigest() != file.stem
        if not stat.S_ISREG(status.st_mode) and not (file.is_symlink() and file.is_file()):
            return True
        with file.open("rb") as existing:
            return not is_own_document(existing.read(BEGINNING))
    except OSError:
        return True


def _foreign_files(folder: Path, paths: Sequence[str]) -> FolderError:
    more = len(paths) - _MAX_NAMED
    names = ", ".join(paths[:_MAX_NAMED]) + (f" and {more} more" if more > 0 else "")
    return FolderError(
        f"the output folder {folder} has files that refeed did not make and would overwrite: "
        f"{names}",
        hint="They stay as they are. Move them elsewhere, or name another output folder with "
        "--output, or output in refeed.toml.",
    )


def _is_inside(path: str) -> bool:
    return all(part not in {"", ".", ".."} for part in path.split("/")) and "\0" not in path


def _remove_if_empty(folder: Path) -> bool:
    try:
        folder.rmdir()
    except OSError:
        return False
    return True


def _sync(file: Path, flags: int) -> None:
    descriptor = os.open(file, flags | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
