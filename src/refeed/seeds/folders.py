"""Whether the seeds folders are there: those that are not keep their articles in the feeds."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from refeed.seeds.mounts import EMPTY, is_unmounted

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from refeed.store import Store


def check_folders(folders: Iterable[Path], store: Store | None = None) -> dict[Path, str]:
    """Return the folders that can't be read now, each with the reason.

    Args:
        folders: seeds folders.
        store: the index, which knows their devices. Without it, a folder whose disk is not mounted
            counts as an empty one.
    """
    missing = {}
    for folder in folders:
        try:
            os.scandir(folder).close()
        except OSError as error:
            missing[folder] = error.strerror or str(error)
        else:
            if store is not None and is_unmounted(folder, store):
                missing[folder] = EMPTY
    return missing
