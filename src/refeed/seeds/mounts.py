"""Whether a folder of seeds is still what it was, or only the place where its disk was mounted.

Of a disk that is not mounted an empty folder is left, which would be an archive where everything
was deleted. What tells the two apart is the device that the folder is on.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Final

from refeed.errors import FolderError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from refeed.store import Store

EMPTY: Final = "it is empty, and not on the disk that it was on"

_DEVICES: Final = "devices"


def is_unmounted(folder: Path, store: Store) -> bool:
    """Tell whether a folder is empty, and on another device than at the last sync.

    Hidden files don't count, as elsewhere. A folder that isn't there is none of this.
    """
    device = _devices(store).get(str(folder))
    if device is None:
        return False
    try:
        if folder.stat().st_dev == device:
            return False
        with os.scandir(folder) as items:
            return all(item.name.startswith(".") for item in items)
    except OSError:
        return False


def check_mounts(folders: Sequence[Path], store: Store) -> None:
    """Make sure that what is empty is so because it was emptied.

    Raises:
        FolderError: a folder's disk is not mounted.
    """
    for folder in folders:
        if is_unmounted(folder, store):
            raise FolderError(
                f"the seeds folder {folder} can't be read: {EMPTY}",
                hint="The feeds stay as they are. Mount the disk; or, if it is empty on purpose, "
                "delete the state folder.",
            )


def note_devices(folders: Sequence[Path], store: Store) -> None:
    """Note in the index which devices these folders are on; of one that is not mounted, was on."""
    known = _devices(store)
    noted = {}
    for folder in folders:
        name = str(folder)
        if folder.is_dir() and not is_unmounted(folder, store):
            noted[name] = folder.stat().st_dev
        elif name in known:
            noted[name] = known[name]
    store.remember(_DEVICES, json.dumps(noted))


def _devices(store: Store) -> dict[str, int]:
    found: dict[str, int] = json.loads(store.setting(_DEVICES) or "{}")
    return found
