"""What is mounted where, see proc_pid_mountinfo(5)."""

from __future__ import annotations

import os
import re
from pathlib import Path, PurePath
from typing import Final, NamedTuple

_MOUNTS: Final = Path("/proc/self/mountinfo")
_ESCAPE: Final = re.compile(r"\\([0-7]{3})")


class Mount(NamedTuple):
    """A folder of a file system that is mounted.

    Attributes:
        device: the file system.
        root: the folder in it.
        point: where it is.
        kind: of the file system, as `ext4`.
    """

    device: str
    root: PurePath
    point: PurePath
    kind: str


def read_mounts() -> list[Mount]:
    """Return what is mounted, of several at one point the last one last; nothing if unknown."""
    try:
        lines = _MOUNTS.read_bytes().splitlines()
    except OSError:
        return []
    mounts = []
    for before, _, after in (os.fsdecode(line).partition(" - ") for line in lines):
        _, _, device, root, point, *_ = before.split(" ")
        mounts.append(Mount(device, _unescape(root), _unescape(point), after.partition(" ")[0]))
    return mounts


def _unescape(path: str) -> PurePath:
    return PurePath(_ESCAPE.sub(lambda found: chr(int(found[1], 8)), path))
