"""Polls folders where inotify can't be used."""

from __future__ import annotations

import os
import stat
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from watchdog import events
from watchdog.observers.api import EventQueue, ObservedWatch
from watchdog.observers.polling import PollingEmitter

from refeed.seeds.layouts import is_mark
from refeed.seeds.mount_table import read_mounts
from refeed.seeds.names import is_picture_name, is_snapshot_name
from refeed.watch.events import EventKind, FolderAppeared, PathChanged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from refeed.progress import Heartbeat
    from refeed.watch.events import WatchEvent

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
_INTERVAL_FACTOR: Final = 20
_MIN_INTERVAL, _MAX_INTERVAL = 1.0, 60.0
# watchdog lists recursively; what is deeper is found by the rescans.
_MAX_DEPTH: Final = 200


class PolledFolder(PollingEmitter):
    """A polled folder. Listing it takes up to a twentieth of the time.

    watchdog's emitter, without its thread: `poll` is to be called about once a second. The first
    listing is made at once.

    Args:
        folder: absolute.
        emit: takes what happens.
        beat: called for each folder that is listed, which may take minutes.

    Raises:
        OSError: it can't be listed.
    """

    def __init__(self, folder: str, emit: Callable[[WatchEvent], None], beat: Heartbeat) -> None:
        self._folder = folder
        self._emit = emit
        self._beat = beat
        watch = ObservedWatch(folder, recursive=True)
        super().__init__(EventQueue(), watch, stat=_read_status, listdir=self._list)
        start = time.monotonic()
        self.on_thread_start()
        taken = time.monotonic() - start
        self._interval = min(_MAX_INTERVAL, max(_MIN_INTERVAL, _INTERVAL_FACTOR * taken))
        self._due = time.monotonic() + self._interval

    def poll(self) -> None:
        """List it and report what changed, if that is due.

        Raises:
            FileNotFoundError: it was gone; another instance has to poll it.
        """
        if not self.should_keep_running():
            raise FileNotFoundError(self._folder)
        if time.monotonic() >= self._due:
            self.queue_events(0)
            self._due = time.monotonic() + self._interval

    def queue_event(self, event: events.FileSystemEvent) -> None:
        """Report an event. Polling does not see which files are being written."""
        source, goal = os.fsdecode(event.src_path), os.fsdecode(event.dest_path)
        if not event.is_directory:
            for path in filter(None, (source, goal)):
                self._emit(PathChanged(path, EventKind.CHANGED))
        elif isinstance(event, events.DirMovedEvent | events.DirDeletedEvent):
            if source != self._folder:
                self._emit(PathChanged(source, EventKind.CHANGED))
            if goal:
                self._emit(FolderAppeared(goal))
        elif isinstance(event, events.DirCreatedEvent | events.DirAttribEvent):
            self._emit(FolderAppeared(source))

    def _list(self, folder: str | None) -> Iterator[os.DirEntry[str]]:
        self._beat()
        if folder and folder.count("/") - self._folder.count("/") >= _MAX_DEPTH:
            return iter(())
        return _list_folder(folder)


def is_remote(path: str) -> bool:
    """Tell whether a folder is on another machine; inotify sees the changes of this one only.

    Args:
        path: absolute, without symbolic links.
    """
    kinds = {mount.point: mount.kind for mount in read_mounts()}
    around = (Path(path), *Path(path).parents)
    return next((kinds[place] in _REMOTE for place in around if place in kinds), False)


def _read_status(path: str) -> os.stat_result:
    """Return the status of a path; links to files are followed, links to folders are not."""
    own = os.lstat(path)
    if not stat.S_ISLNK(own.st_mode):
        return own
    try:
        followed = Path(path).stat()
    except OSError:
        return own
    return own if stat.S_ISDIR(followed.st_mode) else followed


def _list_folder(folder: str | None) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as listing:
            items = list(listing)
    except OSError:
        return iter(())
    return (
        item
        for item in items
        if not item.name.startswith(".")
        and (
            is_snapshot_name(item.name, folder or "")
            or is_mark(item.name)
            or is_picture_name(item.name, folder or "")
            or item.is_dir(follow_symlinks=False)
        )
    )
