"""Watching where the file system tells nothing: by listing the folder again and again."""

from __future__ import annotations

import os
import stat
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from watchdog.observers.polling import PollingEmitter

from refeed.seeds.files import is_snapshot_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from watchdog.observers.api import EventQueue, ObservedWatch

_REMOTE: Final = {
    "9p",
    "afs",
    "ceph",
    "cifs",
    "fuse.sshfs",
    "glusterfs",
    "lustre",
    "ncpfs",
    "nfs",
    "nfs4",
    "smb3",
    "smbfs",
    "virtiofs",
}
_SHARE: Final = 20
_SHORTEST, _LONGEST = 1.0, 60.0


class Polling(PollingEmitter):
    """Lists a folder again and again, so often that it takes a twentieth of the time.

    The first listing is made by `start`, before it returns: what changes later is told.

    Args:
        queue: takes the events.
        watch: what to list.
        alive: called for each folder of the first listing, which may take minutes.
    """

    def __init__(self, queue: EventQueue, watch: ObservedWatch, alive: Callable[[], None]) -> None:
        super().__init__(queue, watch, stat=_stat, listdir=self._listed)
        self._interval = _SHORTEST
        self._alive = alive
        self._is_first = True

    @property
    def timeout(self) -> float:
        """The seconds between two listings."""
        return self._interval

    def on_thread_start(self) -> None:
        """List the folder, and see how long it takes."""
        start = time.monotonic()
        super().on_thread_start()
        taken = time.monotonic() - start
        self._interval = min(_LONGEST, max(_SHORTEST, _SHARE * taken))
        self._is_first = False

    def _listed(self, folder: str | None) -> Iterator[os.DirEntry[str]]:
        if self._is_first:
            self._alive()
        return _listing(folder)


def is_remote(path: str) -> bool:
    """Tell whether a folder is on another machine's disk, of which inotify hears only this one's.

    Args:
        path: absolute, without symbolic links.
    """
    kinds = dict(_mounts())
    for place in (Path(path), *Path(path).parents):
        if str(place) in kinds:
            return kinds[str(place)] in _REMOTE
    return False


def _mounts() -> Iterator[tuple[str, str]]:
    """Yield mount point and file system, as proc_pid_mountinfo(5) has them; the last one holds."""
    try:
        lines = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return
    for line in lines.splitlines():
        before, _, after = line.partition(" - ")
        yield before.split(" ")[4].replace("\\040", " "), after.split(" ")[0]


def _stat(path: str) -> os.stat_result:
    """Follow links to files, not to folders: one that leads upwards would be the whole disk."""
    own = os.lstat(path)
    if not stat.S_ISLNK(own.st_mode):
        return own
    try:
        followed = Path(path).stat()
    except OSError:
        return own
    return own if stat.S_ISDIR(followed.st_mode) else followed


def _listing(folder: str | None) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as listing:
            items = list(listing)
    except OSError:
        return iter(())
    return (
        item
        for item in items
        if not item.name.startswith(".")
        and (is_snapshot_name(item.name) or item.is_dir(follow_symlinks=False))
    )
