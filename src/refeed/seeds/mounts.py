"""Detects disks of seeds folders, and of mount points below them, that are not mounted.

An unmounted disk leaves an empty mount point, or one with a few stray files, which looks like an
archive whose articles were deleted. The index has the device of each folder, which shows it.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from refeed.store import Store

NOT_MOUNTED: Final = "most of its files are gone, and it is not on the disk that it was on"

_SETTING: Final = "devices"


def is_unmounted(store: Store, seed: int, root: Path, folder: str = "") -> bool:
    """Tell whether a folder is on another device than before and has lost most of its files.

    A folder that isn't there is not unmounted.

    Args:
        store: the index, which has devices and files.
        seed: the number of the seeds folder.
        root: the seeds folder.
        folder: relative to it; itself by default.
    """
    device = _load(store, root).get(folder)
    try:
        if device in (None, (root / folder).stat().st_dev):
            return False
    except OSError:
        return False
    # A path with a slash at its end is a folder that could not be listed.
    paths = [path for path in store.file_paths(seed, folder) if not path.endswith("/")]
    # Whatever keeps a file from being looked at, it is not there.
    return 2 * sum(os.path.exists(root / path) for path in paths) < len(paths)  # noqa: PTH110 - as said


def find_unmounted(store: Store, seed: int, root: Path) -> frozenset[str]:
    """Return the mount points below a seeds folder whose disks are not mounted."""
    folders = filter(None, _load(store, root))
    return frozenset(folder for folder in folders if is_unmounted(store, seed, root, folder))


def record_devices(
    store: Store, seed: int, root: Path, devices: Mapping[str, int], *, is_complete: bool
) -> None:
    """Record the devices of a seeds folder and of mount points below it.

    That of a folder that isn't mounted stays as it was.

    Args:
        store: the index.
        seed: the number of the seeds folder.
        root: the seeds folder.
        devices: those found, by folder relative to the seeds folder, "" for itself.
        is_complete: whether no other folder is a mount point any more.
    """
    known = _load(store, root)
    kept = find_unmounted(store, seed, root) if is_complete else known
    found = {**{folder: known[folder] for folder in kept}, **devices}
    if found != known:
        every = json.loads(store.get_setting(_SETTING) or "{}")
        store.set_setting(_SETTING, json.dumps({**every, str(root): found}))


def _load(store: Store, root: Path) -> dict[str, int]:
    every: dict[str, dict[str, int]] = json.loads(store.get_setting(_SETTING) or "{}")
    return every.get(str(root), {})
