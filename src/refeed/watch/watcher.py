"""What the file system says has changed: hints, through watchdog; the rescan is the truth.

Each seeds folder has a watch of its own, by inotify, or by polling where inotify can't be used. The
threads in here only hand on what they hear. `Watcher.check`, which is to be called about once a
second, mends what has broken: a folder that was unmounted, made, or exchanged, a thread that ended.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import TYPE_CHECKING

from watchdog.observers.api import ObservedWatch
from watchdog.observers.inotify import InotifyFullEmitter

from refeed.watch.inotify import EVENTS, LIMITS, Descriptor, Ear, Trouble
from refeed.watch.polling import Polling, is_remote

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from watchdog.observers.api import EventEmitter

    from refeed.watch.inotify import Heard


class Watcher:
    """Watches seeds folders until it is closed.

    Args:
        folders: absolute; they need not be there.
        hear: is told what was heard, from any thread.
        polling: whether not to use inotify at all.
        alive: called now and then while a watch is begun, which may take long.
    """

    def __init__(
        self,
        folders: Sequence[Path],
        hear: Callable[[Heard], None],
        *,
        polling: bool,
        alive: Callable[[], None] = lambda: None,
    ) -> None:
        self._watches = [_Watch(folder, hear, alive, polling=polling) for folder in folders]
        for watch in self._watches:
            watch.check()

    def check(self) -> None:
        """Watch anew what is not watched as it should be."""
        for watch in self._watches:
            watch.check()

    def polled(self) -> list[Path]:
        """Return the folders that are polled."""
        return [watch.folder for watch in self._watches if watch.is_polled]

    def close(self) -> None:
        """Stop watching."""
        for watch in self._watches:
            watch.stop()


class _Watch:
    """The watch of one seeds folder."""

    def __init__(
        self,
        folder: Path,
        hear: Callable[[Heard], None],
        alive: Callable[[], None],
        *,
        polling: bool,
    ) -> None:
        self.folder = folder
        self._hear = hear
        self._alive = alive
        self.is_polled = polling
        self._identity: tuple[int, int] | None = None
        self._was_there = True
        self._refusal = ""
        self._descriptor: Descriptor | None = None
        self._emitter: EventEmitter | None = None
        self._ear: Ear | None = None

    def check(self) -> None:
        identity = _identity(self.folder)
        if identity is None:
            if self._emitter is not None:
                self.stop()
                self._trouble("the seeds folder is gone")
            self._was_there = False
        elif self._emitter is None:
            self._start(identity)
            if not self._was_there:
                self._trouble("the seeds folder is there", serious=False)
            self._was_there = True
        elif reason := self._wrong(identity):
            self.stop()
            self._start(identity)
            self._trouble(reason, serious=False)

    def stop(self) -> None:
        for thread in (self._emitter, self._descriptor):
            if thread is not None:
                thread.stop()
                if thread.ident is not None:
                    thread.join()
        self._emitter = self._descriptor = self._ear = None

    def _wrong(self, identity: tuple[int, int]) -> str:
        if identity != self._identity:
            return "the seeds folder is another one"
        if self._descriptor is not None and self._descriptor.is_full:
            self._fall_back(OSError(errno.ENOSPC, "inotify watch limit reached"))
            return "events are missing from some folders"
        if self._ear is not None and self._ear.is_stale:
            return "a folder was moved out, or can be read now"
        threads = (self._emitter, self._descriptor)
        if any(thread is not None and not thread.is_alive() for thread in threads):
            return "watching had ended"
        return ""

    def _start(self, identity: tuple[int, int]) -> None:
        real = os.path.realpath(self.folder)
        if not self.is_polled and is_remote(real):
            self._fall_back(OSError(errno.EOPNOTSUPP, "the file system is on another machine"))
        self._identity = identity
        try:
            self._start_emitter(real)
        except OSError as error:
            self.stop()
            if error.errno in LIMITS and not self.is_polled:
                self._fall_back(error)
                self._start(identity)
            elif error.errno not in (errno.ENOENT, errno.ENOTDIR):
                self._refused(error)
        else:
            if self._refusal:
                self._trouble("the seeds folder can be watched again", serious=False)
            self._refusal = ""

    def _start_emitter(self, real: str) -> None:
        self._ear = Ear(str(self.folder), real, self._hear, polled=self.is_polled)
        watch = ObservedWatch(real, recursive=True)
        if self.is_polled:
            self._emitter = Polling(self._ear, watch, self._alive)
        else:
            self._descriptor = Descriptor(self._ear)
            self._descriptor.start()
            self._emitter = InotifyFullEmitter(
                self._ear, watch, event_filter=EVENTS, inotify_fd=self._descriptor
            )
        self._ear.descriptor = self._descriptor
        self._emitter.start()

    def _refused(self, error: OSError) -> None:
        """Tell that a folder is there and can't be watched; each check tries it again."""
        reason = f"the seeds folder can't be watched: {error.strerror}"
        if reason != self._refusal:
            self._refusal = reason
            self._trouble(reason)

    def _fall_back(self, error: OSError) -> None:
        self.is_polled = True
        self._trouble(f"polling instead of inotify: {error.strerror}")

    def _trouble(self, reason: str, *, serious: bool = True) -> None:
        self._hear(Trouble(str(self.folder), reason, serious))


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        status = folder.stat()
    except OSError:
        return None
    return (status.st_dev, status.st_ino) if Path(folder).is_dir() else None
