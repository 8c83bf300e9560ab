"""Whether the seeds folders are there: those that aren't keep their articles in the feeds."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from refeed.config.wording import format_table
from refeed.errors import FolderError, reason_of
from refeed.seeds.mounts import NOT_MOUNTED, is_unmounted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from refeed.store import Store


def find_missing(folders: Sequence[Path], store: Store | None = None) -> dict[Path, str]:
    """Return the seeds folders that can't be read now, each with the reason.

    Args:
        folders: all of the configuration, in its order.
        store: the index, which knows their devices. Without it, a folder whose disk is not mounted
            counts as an empty one.
    """
    missing = {}
    for seed, folder in enumerate(folders):
        try:
            os.scandir(folder).close()
        except OSError as error:
            missing[folder] = reason_of(error)
        else:
            if store is not None and is_unmounted(store, seed, folder):
                missing[folder] = NOT_MOUNTED
    return missing


def find_absent_below(folders: Sequence[Path], paths: Sequence[str]) -> list[str]:
    """Return a line for each path of `[[folders]]` that is a folder below no seeds folder.

    Args:
        folders: as in `find_missing`; while one of them can't be read, no path is doubted.
        paths: of the tables, in their order.
    """
    if find_missing(folders):
        return []
    lines = []
    for place, path in enumerate(paths):
        if any((folder / path).is_dir() for folder in folders):
            continue
        table = format_table("folders", place)
        line = f"{table}, path: there is no folder {path} below the folders of seeds"
        whole = next((folder for folder in folders if folder.name == Path(path).name), None)
        lines.append(f'{line}; path = "" is all of {whole}' if whole else line)
    return lines


def check_folders(folders: Sequence[Path], store: Store | None = None) -> None:
    """Check that all seeds folders can be read.

    Args:
        folders: as in `find_missing`.
        store: likewise.

    Raises:
        FolderError: one can't.
    """
    for folder, reason in find_missing(folders, store).items():
        raise missing_seeds(folder, reason)


def missing_seeds(folder: Path, reason: str) -> FolderError:
    """Return the error that a seeds folder can't be read: its feeds must stay as they are."""
    cure = (
        "Mount the disk; or, if the files are gone on purpose, delete the state folder."
        if reason == NOT_MOUNTED
        else "Make or mount it, or name another with --seeds, or seeds in refeed.toml."
    )
    return FolderError(
        f"the seeds folder {folder} can't be read: {reason}",
        hint=f"The feeds stay as they are. {cure}",
    )
