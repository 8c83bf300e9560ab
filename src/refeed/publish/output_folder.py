"""The output folder: published files are replaced whole, so that nobody sees half of one."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from io import BytesIO
from typing import TYPE_CHECKING, Final, Self
from zlib import crc32

from refeed.model import ARTICLE_FOLDER, MEDIA_FOLDER
from refeed.pictures.addresses import find_name
from refeed.publish.entry_cache import EntryCache
from refeed.publish.foreign_files import build_error, is_foreign, is_media
from refeed.render.formats import HTML, MANIFEST, is_article_page
from refeed.whole_file import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

_CHUNK: Final = 65_536
_SYNCED_AT_A_TIME: Final = 16
"""Files that the disk is told to write at a time: several take it little longer than one."""

_DRAFT: Final = re.compile(r"\.(.+)\.[0-9a-f]{32}\.new")


def find_published_path(path: str) -> str:
    """Return the path of the file that a draft is to replace; another path as it is."""
    folder, slash, name = path.rpartition("/")
    draft = _DRAFT.fullmatch(name)
    if draft is None:
        return path
    page = draft[1].replace(".", "/", 1)
    is_page = is_article_page(f"{ARTICLE_FOLDER}/{page}")
    return f"{folder}{slash}{page if is_page else draft[1]}"


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


class OutputFolder:
    """The folder of published files. Its manifest lists which of the files there are refeed's.

    It doesn't list pages of articles and pictures, which are as many as the archive has. Those are
    refeed's by their paths, and by their layout or their digest.

    `entry_cache` lives as long as this: rendered entries are those of the next sync, too. Drafts
    have names that no other process gives to its own.
    """

    def __init__(self, folder: Path, *, dry_run: bool = False) -> None:
        self.folder = folder
        self.entry_cache = EntryCache()
        self.is_dry_run = dry_run
        self._token = os.urandom(16).hex()
        self._files = self._read_manifest()
        self._staged: set[Path] = set()

    def published(self) -> frozenset[str]:
        """Return the files in the manifest, relative to the folder."""
        return frozenset(self._files)

    def register(self, paths: Iterable[str]) -> None:
        """Add files to the manifest before they are written, so that none is lost track of.

        Pictures are only looked at.

        Raises:
            FolderError: somebody else's files are there. Nothing was changed.
        """
        new = set(paths) - self._files
        self.refuse_foreign(new)
        self.list_files(new)

    def list_files(self, paths: Iterable[str]) -> None:
        """Add files to the manifest that are refeed's."""
        new = {path for path in paths if path not in self._files and not find_name(path)}
        if new and not self.is_dry_run:
            self._files |= new
            self._write_manifest()

    def refuse_foreign(self, paths: Iterable[str]) -> None:
        """Check that nobody else's files are at some paths.

        Raises:
            FolderError: there are.
        """
        if foreign := sorted(path for path in paths if is_foreign(self.folder / path)):
            raise build_error(self.folder, foreign)

    def is_foreign(self, path: str) -> bool:
        """Tell whether somebody else's file is at a path."""
        return path not in self._files and is_foreign(self.folder / path)

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
        if self.is_dry_run:
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
        if not self.is_dry_run:
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
            _sync_all([self._draft_path(file) for file in self._staged], os.O_RDONLY)
            for file in sorted(self._staged, key=self._order):
                draft = self._draft_path(file)
                if draft.parent != file.parent:
                    file.parent.mkdir(exist_ok=True)
                draft.replace(file)
                self._staged.remove(file)
                changed_folders |= {file.parent, draft.parent}
        except OSError:
            for file in self._staged:
                self._draft_path(file).unlink(missing_ok=True)
            self._staged.clear()
            raise
        with suppress(FileNotFoundError):
            _sync_all(sorted(changed_folders), os.O_RDONLY | os.O_DIRECTORY)

    def _order(self, file: Path) -> tuple[int, Path]:
        """Return a key that has what documents show or link to before them."""
        if is_media(file):
            return 0, file
        return 1 if is_article_page(file.relative_to(self.folder).as_posix()) else 2, file

    def delete(self, paths: Iterable[str]) -> None:
        """Delete published files, and the folders that are empty then."""
        stale = {path for path in paths if path in self._files or find_name(path)}
        if self.is_dry_run or not stale:
            return
        for path in stale:
            file = self.folder / path
            file.unlink(missing_ok=True)
            for parent in file.parents:
                if parent == self.folder or not _remove_if_empty(parent):
                    break
        if stale & self._files:
            self._files -= stale
            self._write_manifest()

    def delete_article_pages(self, paths: Iterable[str]) -> None:
        """Delete pages of articles, and the folders that are empty then."""
        if self.is_dry_run:
            return
        for path in paths:
            file = self.folder / path
            with suppress(FileNotFoundError, NotADirectoryError):
                file.unlink()
            _remove_if_empty(file.parent)
        _remove_if_empty(self.folder / ARTICLE_FOLDER)

    def list_article_pages(self) -> Iterator[str]:
        """Yield where pages of articles are, or were begun, by the names of their folders."""
        with suppress(OSError):
            for name in os.listdir(self.folder / ARTICLE_FOLDER):  # noqa: PTH208 - half the time
                if is_article_page(path := f"{ARTICLE_FOLDER}/{name}/{HTML.file}"):
                    yield path

    def list_pictures(self) -> Iterator[str]:
        """Yield the files that have the place of a picture."""
        with suppress(OSError):
            for name in os.listdir(self.folder / MEDIA_FOLDER):  # noqa: PTH208 - as above
                if find_name(path := f"{MEDIA_FOLDER}/{name}"):
                    yield path

    def delete_drafts(self) -> None:
        """Delete drafts and staged files, those of processes that were killed too."""
        if self.is_dry_run:
            return
        self._staged.clear()
        own = {*self._files, MANIFEST}
        folders = {path.rpartition("/")[0] for path in own}
        for folder in folders | {ARTICLE_FOLDER, MEDIA_FOLDER}:
            with suppress(OSError):
                for file in (self.folder / folder).iterdir():
                    path = file.relative_to(self.folder).as_posix()
                    published = find_published_path(path)
                    if published != path and (
                        published in own or is_article_page(published) or find_name(published)
                    ):
                        file.unlink()

    def _draft_path(self, file: Path) -> Path:
        folder, name = file.parent, file.name
        if folder.parent.name == ARTICLE_FOLDER and folder.parent.parent == self.folder:
            # In one folder they are found again without a look into each article's.
            folder, name = folder.parent, f"{folder.name}.{name}"
        return folder / f".{name}.{self._token}.new"

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
        listed = "".join(f"{path}\n" for path in sorted(self._files))
        write_whole(self.folder / MANIFEST, listed.encode())


def _remove_if_empty(folder: Path) -> bool:
    try:
        folder.rmdir()
    except OSError:
        return False
    return True


def _sync_all(files: Sequence[Path], flags: int) -> None:
    """Have the disk write files or folders; those that have vanished are an error in the end."""
    if len(files) <= 1:
        for file in files:
            _sync(file, flags)
        return
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(_SYNCED_AT_A_TIME) as threads:
        for done in [threads.submit(_sync, file, flags) for file in files]:
            done.result()


def _sync(file: Path, flags: int) -> None:
    descriptor = os.open(file, flags | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _is_inside(path: str) -> bool:
    return all(part not in {"", ".", ".."} for part in path.split("/")) and "\0" not in path
