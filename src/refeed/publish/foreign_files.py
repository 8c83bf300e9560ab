"""Tells refeed's files in an output folder from those of somebody else."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING, Final

from refeed.errors import FolderError
from refeed.pictures.addresses import find_name
from refeed.pictures.identify import is_named_by
from refeed.render.own_documents import BEGINNING, is_own_document

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_MAX_NAMED: Final = 5


def is_media(file: Path) -> bool:
    """Tell whether a file in the output folder has the place of a picture."""
    return find_name(f"{file.parent.name}/{file.name}") != ""


def is_foreign(file: Path) -> bool:
    """Tell whether something is there that refeed has not made."""
    try:
        status = file.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    try:
        if is_media(file) and stat.S_ISREG(status.st_mode):
            return not is_named_by(file.name, file.read_bytes())
        if not stat.S_ISREG(status.st_mode) and not (file.is_symlink() and file.is_file()):
            return True
        with file.open("rb") as existing:
            return not is_own_document(existing.read(BEGINNING))
    except OSError:
        return True


def build_error(folder: Path, paths: Sequence[str]) -> FolderError:
    """Return the error for files of somebody else where refeed is to write."""
    more = len(paths) - _MAX_NAMED
    names = ", ".join(paths[:_MAX_NAMED]) + (f" and {more} more" if more > 0 else "")
    return FolderError(
        f"the output folder {folder} has files that refeed did not make and would overwrite: "
        f"{names}",
        hint="They stay as they are. Move them elsewhere, or name another output folder with "
        "--output, or output in refeed.toml.",
    )
