"""The inotify watches of all seeds folders: one instance and one thread, on watchdog's InotifyFD.

inotify(7) watches a folder, not a path. A folder that was moved is therefore forgotten, and any
folder that is at an event's path is watched: the watches are right after any order of moves.
"""

from __future__ import annotations

import ctypes
import errno
import os
from contextlib import suppress
from threading import RLock
from typing import TYPE_CHECKING, Final

from watchdog.observers.inotify_c import (
    InotifyConstants,
    InotifyFD,
    inotify_add_watch,
    inotify_rm_watch,
)

from refeed.seeds.layouts import is_mark
from refeed.seeds.names import is_picture_name, is_snapshot_name
from refeed.watch.events import EventKind, EventsLost, FolderAppeared, PathChanged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from structlog.typing import FilteringBoundLogger
    from watchdog.observers.inotify_c import InotifyEvent, WatchDescriptor

    from refeed.progress import Heartbeat
    from refeed.watch.events import WatchEvent

LIMITS: Final = {
    errno.ENOSPC: "inotify watch limit reached",
    errno.EMFILE: "inotify instance limit reached",
    errno.ENFILE: "too many open files in system",
}
"""The errors of inotify's limits, and their names."""

_GONE: Final = (errno.ENOENT, errno.ENOTDIR)
_UNWATCHABLE: Final = (*_GONE, errno.EACCES, errno.ELOOP, errno.ENAMETOOLONG)
_JOIN_SECONDS: Final = 1.0
_KUBERNETES_LINK: Final = "..data"
# Without opening and closing after reading, which would report refeed's own reading.
_MASK: Final = (
    InotifyConstants.IN_CREATE
    | InotifyConstants.IN_MODIFY
    | InotifyConstants.IN_ATTRIB
    | InotifyConstants.IN_CLOSE_WRITE
    | InotifyConstants.IN_MOVE
    | InotifyConstants.IN_DELETE
    | InotifyConstants.IN_ONLYDIR
)


class Inotify(InotifyFD):
    """Watches trees of folders, from a thread of its own that never ends by an error.

    Args:
        emit: takes what happens, from any thread.
        log: the daemon's.

    Attributes:
        failure: why the watches can't be trusted any more, or "".
        full: the trees for which there are not enough watches.
    """

    def __init__(self, emit: Callable[[WatchEvent], None], log: FilteringBoundLogger) -> None:
        super().__init__()
        self.failure = ""
        self.full: set[str] = set()
        self._emit = emit
        self._log = log
        self._tops: set[str] = set()
        self._table_lock = RLock()
        self._watch_of: dict[str, WatchDescriptor] = {}
        # Usually one path; two for a folder that is mounted twice, or was moved a moment ago.
        self._paths_of: dict[WatchDescriptor, set[str]] = {}
        try:
            self.start()
        except RuntimeError:
            self._close_resources()
            raise

    def shut_down(self) -> None:
        """Remove all watches and end the thread; it is waited for a second at most."""
        with suppress(Exception):
            self.stop()
        self.join(_JOIN_SECONDS)

    def watch(self, top: str, beat: Heartbeat) -> int:
        """Watch a tree as it is now, and forget what is no longer in it.

        Args:
            top: its top folder, absolute; a symbolic link is followed.
            beat: called for each folder.

        Returns:
            How many folders were not watched before.

        Raises:
            OSError: it can't be watched; with one of `LIMITS`, for want of watches.
        """
        self._tops.add(top)
        before = set(self._find_below(top))
        found, new = set(), 0
        for folder, is_new in self._walk(top, everything=True):
            beat()
            found.add(folder)
            new += is_new
        for folder in before - found:
            if not os.path.isdir(folder):  # noqa: PTH112 - a path is text here
                self._forget(folder)
        return new

    def unwatch(self, top: str) -> None:
        """Forget a tree."""
        self._tops.discard(top)
        self.full.discard(top)
        self._forget_tree(top)

    def count_watches(self) -> int:
        """Return how many folders are watched."""
        return len(self._paths_of)

    def handle_event(self, event: InotifyEvent) -> None:
        """Handle an event, in the instance's thread."""
        try:
            self._handle(event)
        except Exception as error:  # noqa: BLE001 - the watcher starts another instance
            self.failure = f"an event could not be handled: {error!r}"

    def _handle(self, event: InotifyEvent) -> None:
        if event.is_queue_overflow:
            for top in sorted(self._tops):
                self._emit(EventsLost(top, "inotify's queue overflowed"))
        with self._table_lock:
            folders = sorted(self._paths_of.get(event.wd, ()))
        name = os.fsdecode(event.name)
        for folder in folders:
            if event.is_ignored:
                # It is gone, or its disk was unmounted.
                self._log.debug("watch ended by the kernel", path=folder)
                self._forget(folder)
                self._emit(PathChanged(folder, EventKind.CHANGED))
                self._look_at(folder)
            else:
                self._handle_name(event, folder, name)

    def _handle_name(self, event: InotifyEvent, folder: str, name: str) -> None:
        path = f"{folder}/{name}" if name else folder
        if name == _KUBERNETES_LINK and event.is_moved_to:
            # Files of a volume are links through this one, which is exchanged.
            self._emit(FolderAppeared(folder))
        elif name.startswith("."):
            self._log.debug("event ignored: the name is hidden", path=path)
        elif not name and folder not in self._tops:
            # The watch of the folder above reports it too.
            pass
        elif event.mask & InotifyConstants.IN_ISDIR:
            self._handle_folder(event, path)
        elif is_snapshot_name(name, folder) or is_mark(name) or is_picture_name(name, folder):
            self._emit(PathChanged(path, _find_kind(event)))
        else:
            self._log.debug("event ignored: not a snapshot's name", path=path)

    def _handle_folder(self, event: InotifyEvent, path: str) -> None:
        if event.is_moved_from:
            self._forget_tree(path)
        if event.is_moved_from or event.is_delete:
            self._emit(PathChanged(path, EventKind.CHANGED))
        self._look_at(path, may_read_now=event.is_attrib)

    def _look_at(self, path: str, *, may_read_now: bool = False) -> None:
        """Watch the folder that is at a path now, if there is one."""
        try:
            new = sum(is_new for _, is_new in self._walk(path, everything=False))
        except OSError as error:
            if error.errno in LIMITS:
                self.full |= {top for top in self._tops if f"{path}/".startswith(f"{top}/")}
            elif error.errno not in _UNWATCHABLE:
                raise
        else:
            if new or may_read_now:
                self._emit(FolderAppeared(path))

    def _walk(self, top: str, *, everything: bool) -> Iterator[tuple[str, bool]]:
        """Watch a folder and those in it; yield them, each with whether it was not watched before.

        Args:
            top: the folder.
            everything: whether to look into folders below it that are watched already.
        """
        pending = [top]
        while pending:
            folder = pending.pop()
            is_new = self._add(folder)
            if is_new is None:
                continue
            yield folder, is_new
            if is_new or everything or folder == top:
                pending += _list_folders(folder)

    def _add(self, folder: str) -> bool | None:
        """Watch one folder; tell whether it was not watched before, or None if it can't be."""
        is_top = folder in self._tops
        mask = _MASK | (0 if is_top else InotifyConstants.IN_DONT_FOLLOW)
        with self._table_lock:
            watch = inotify_add_watch(self._inotify_fd, os.fsencode(folder), mask)
            if watch == -1:
                code = ctypes.get_errno()
                if code in _UNWATCHABLE and not is_top:
                    self._log.debug("not watched", path=folder, reason=os.strerror(code))
                    return None
                raise OSError(code, LIMITS.get(code, os.strerror(code)), folder)
            if self._watch_of.get(folder) == watch:
                return False
            self._forget(folder)
            self._watch_of[folder] = watch
            self._paths_of.setdefault(watch, set()).add(folder)
        self._log.debug("watch added", path=folder)
        return True

    def _forget(self, folder: str) -> None:
        with self._table_lock:
            watch = self._watch_of.pop(folder, None)
            if watch is None:
                return
            self._paths_of[watch].discard(folder)
            if not self._paths_of[watch]:
                del self._paths_of[watch]
                # It fails for a folder that is gone, whose watch is gone with it.
                inotify_rm_watch(self._inotify_fd, watch)
        self._log.debug("watch dropped", path=folder)

    def _forget_tree(self, top: str) -> None:
        for folder in self._find_below(top):
            self._forget(folder)

    def _find_below(self, top: str) -> list[str]:
        below = f"{top}/"
        with self._table_lock:
            return [path for path in self._watch_of if path == top or path.startswith(below)]


def _find_kind(event: InotifyEvent) -> EventKind:
    if event.is_close_write or event.is_moved_to:
        return EventKind.COMPLETE
    return EventKind.WRITING if event.is_modify else EventKind.CHANGED


def _list_folders(folder: str) -> list[str]:
    try:
        with os.scandir(folder) as items:
            return [
                f"{folder}/{item.name}"
                for item in items
                if not item.name.startswith(".") and item.is_dir(follow_symlinks=False)
            ]
    except OSError:
        return []
