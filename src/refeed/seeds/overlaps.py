"""Checks that seeds, output and state don't contain one another.

The configuration compares their paths. By a link or a mount, a folder can still be in another one,
and refeed would read its own pages.
"""

from __future__ import annotations

import os
from itertools import combinations
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Final, NamedTuple

from refeed.config.contradictions import WHY_APART
from refeed.errors import FolderError
from refeed.seeds.mount_table import Mount, read_mounts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from refeed.config import Config

_HINT: Final = "Nothing is read or published until they are apart. Move one, or name another."


class OverlapChecker:
    """Checks before each sync that seeds, output and state are apart.

    It compares mounts only if a folder was replaced since the last check, or if `closely` is set.
    """

    def __init__(self) -> None:
        self._identities: list[tuple[int, int] | None] = []
        self._found: list[str] = []

    def check(self, config: Config, *, closely: bool) -> None:
        """Check the folders of a configuration.

        Raises:
            FolderError: one holds another.
        """
        stores = [Path(config.images.store)] if config.images.store else []
        folders = (*config.seeds, config.output, config.state, *stores)
        identities = [_identify(folder) for folder in folders]
        if closely or identities != self._identities:
            self._found = find_overlaps(config)
            self._identities = identities
        if self._found:
            raise FolderError(self._found[0], hint=_HINT)


def check_apart(config: Config) -> None:
    """Check that seeds, output and state are apart.

    Raises:
        FolderError: one holds another.
    """
    OverlapChecker().check(config, closely=True)


def find_overlaps(config: Config) -> list[str]:
    """Return a line for each two folders of which one holds the other."""
    folders = [("seeds", folder) for folder in config.seeds]
    folders += [("output", config.output), ("state", config.state)]
    if config.images.store:
        folders.append(("images.store", Path(config.images.store)))
    mounts = read_mounts()
    places = [(key, folder, _locate(folder, mounts)) for key, folder in folders]
    return [
        f"{key}, {folder}, {relation} {other_key}, {other_folder}, by a link or a mount: "
        f"{WHY_APART[key, other_key]}"
        for (other_key, other_folder, other), (key, folder, place) in combinations(places, 2)
        if key != other_key and (relation := _relate(place, other))
    ]


class _Place(NamedTuple):
    """Where a folder is.

    Attributes:
        identity: of the folder; None if it isn't there.
        around: the identities of it and of all folders around it.
        location: its file system, and its path there.
        held: the locations of it and of what is mounted below it.
    """

    identity: tuple[int, int] | None
    around: frozenset[tuple[int, int] | None]
    location: tuple[str, PurePath]
    held: Sequence[tuple[str, PurePath]]

    def is_inside(self, other: _Place) -> bool:
        device, path = self.location
        is_around = other.identity is not None and other.identity in self.around
        return is_around or any(
            device == held_device and path.is_relative_to(root) for held_device, root in other.held
        )


def _relate(one: _Place, other: _Place) -> str:
    if one.is_inside(other):
        return "is the same folder as" if other.is_inside(one) else "is inside"
    return "holds" if other.is_inside(one) else ""


def _locate(folder: Path, mounts: Sequence[Mount]) -> _Place:
    real = PurePath(os.path.realpath(folder))
    around = frozenset(_identify(Path(each)) for each in (real, *real.parents))
    # Of several mounts at one point the last one counts.
    device, root, point, _ = max(
        (mount for mount in reversed(mounts) if real.is_relative_to(mount.point)),
        key=lambda mount: len(mount.point.parts),
        default=Mount("", PurePath("/"), PurePath("/"), ""),
    )
    location = device, root / real.relative_to(point)
    below = [mount for mount in mounts if real in mount.point.parents]
    held = [location, *((mount.device, mount.root) for mount in below)]
    return _Place(_identify(folder), around, location, held)


def _identify(folder: Path) -> tuple[int, int] | None:
    """Return device and inode of a folder; None if it can't be looked at."""
    try:
        status = folder.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
