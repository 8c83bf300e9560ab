"""The output folder: published files are replaced whole, so that nobody sees half of one."""

from __future__ import annotations

import os
import re
import stat
from collections import defaultdict
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from refeed.errors import FolderError
from refeed.model import ARTICLE_FOLDER, MEDIA_FOLDER
from refeed.pictures.addresses import find_name
from refeed.pictures.identify import is_named_by
from refeed.publish.draft import Draft
from refeed.publish.entry_cache import EntryCache
from refeed.render.formats import HTML, MANIFEST, is_article_page
from refeed.render.own_documents import BEGINNING, is_own_document
from refeed.whole_file import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

_MAX_NAMED: Final = 5
_SYNCED_AT_A_TIME: Final = 16
"""Files that the disk is told to write at a time: several take it little longer than one."""

_DRAFT: Final = re.compile(r"\.(.+)\.[0-9a-f]{32}\.new")


def find_published_path(path: str) -> str:
    """Return the path of the file that a draft is to replace; another path as it is."""
    folder, slash, name = path.rpartition("/")
    draft = _DRAFT.fullmatch(name)
    if draft is None:
        return path
    page = _name_page_of_draft(draft[1])
    return f"{folder}{slash}{page.partition('/')[2] or draft[1]}"


def _name_page_of_draft(name: str) -> str:
    """Return which page of an article a draft in their folder is to replace, or ""."""
    page = f"{ARTICLE_FOLDER}/{name.replace('.', '/', 1)}"
    return page if is_article_page(page) else ""


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
        self._dry_run = dry_run
        self._token = os.urandom(16).hex()
        self._files = self._read_manifest()
        self._staged: set[Path] = set()

    @property
    def is_dry_run(self) -> bool:
        """Whether nothing is written."""
        return self._dry_run

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
        self._list(new)

    def list_again(self, paths: Iterable[str]) -> None:
        """Add files that refeed has written to the manifest, if it was lost."""
        self._list(set(paths) - self._files)

    def _list(self, paths: Iterable[str]) -> None:
        listed = {path for path in paths if not find_name(path)}
        if listed and not self._dry_run:
            self._files |= listed
            self._write_manifest()

    def refuse_foreign(self, paths: Iterable[str]) -> None:
        """Check that nobody else's files are at some paths.

        Raises:
            FolderError: there are.
        """
        if foreign := sorted(path for path in paths if _is_foreign(self.folder / path)):
            raise _foreign_files(self.folder, foreign)

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
        if _is_media(file):
            return 0, file
        return 1 if is_article_page(file.relative_to(self.folder).as_posix()) else 2, file

    def delete(self, paths: Iterable[str]) -> None:
        """Delete published files, and the folders that are empty then."""
        stale = {path for path in paths if path in self._files or find_name(path)}
        if self._dry_run or not stale:
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
        if self._dry_run:
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
        for folder in (ARTICLE_FOLDER, MEDIA_FOLDER):
            with suppress(OSError):
                for file in (self.folder / folder).iterdir():
                    draft = _DRAFT.fullmatch(file.name)
                    if draft and (
                        _name_page_of_draft(draft[1]) or find_name(f"{folder}/{draft[1]}")
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
            return not is_named_by(file.name, file.read_bytes())
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


def _sync_all(files: Sequence[Path], flags: int) -> None:
    """Have the disk write files or folders; those that have vanished are an error in the end."""
    if len(files) == 1:
        _sync(files[0], flags)
    if len(files) <= 1:
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
