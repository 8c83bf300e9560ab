"""What the file system says has changed: hints, through watchdog; the rescan is the truth.

Each seeds folder has a watch of its own, by inotify, or by polling where inotify can't be used. The
threads in here only hand on what they hear. `Watcher.check`, which is to be called about once a
second, mends what has broken: a folder that was unmounted, made, or exchanged, a thread that ended.
"""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from watchdog import events
from watchdog.observers.api import EventQueue, ObservedWatch
from watchdog.observers.inotify import InotifyFullEmitter
from watchdog.observers.inotify_c import InotifyFD

from refeed.finding import is_snapshot_name
from refeed.polling import is_remote, polling_emitter
from refeed.settling import News

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from watchdog.observers.api import EventEmitter
    from watchdog.observers.inotify_c import (
        CallbackId,
        InotifyEvent,
        Mask,
        WatchCallback,
        WatchDescriptor,
    )

_LIMITS: Final = (errno.ENOSPC, errno.EMFILE, errno.ENFILE)
# Neither opening nor closing after reading is among them: refeed's own reading would be heard.
_EVENTS: Final = [
    events.FileCreatedEvent,
    events.FileModifiedEvent,
    events.FileAttribEvent,
    events.FileClosedEvent,
    events.FileMovedEvent,
    events.FileDeletedEvent,
    events.DirCreatedEvent,
    events.DirAttribEvent,
    events.DirMovedEvent,
    events.DirDeletedEvent,
]


@dataclass(frozen=True, slots=True)
class Changed:
    """A path may have changed: a file, or a folder that is gone."""

    path: str
    news: News


@dataclass(frozen=True, slots=True)
class Appeared:
    """A folder is there, with whatever is in it."""

    path: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """Changes may have gone unheard: all has to be looked through.

    Attributes:
        folder: the seeds folder.
        reason: for the log.
        serious: whether an operator should know.
    """

    folder: str
    reason: str
    serious: bool = True


Heard: TypeAlias = Changed | Appeared | Trouble


class Watcher:
    """Watches seeds folders until it is closed.

    Args:
        folders: absolute; they need not be there.
        hear: is told what was heard, from any thread.
        polling: whether not to use inotify at all.
    """

    def __init__(
        self, folders: Sequence[Path], hear: Callable[[Heard], None], *, polling: bool
    ) -> None:
        self._watches = [_Watch(folder, hear, polling=polling) for folder in folders]
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

    def __init__(self, folder: Path, hear: Callable[[Heard], None], *, polling: bool) -> None:
        self.folder = folder
        self._hear = hear
        self.is_polled = polling
        self._identity: tuple[int, int] | None = None
        self._was_there = True
        self._descriptor: _Descriptor | None = None
        self._emitter: EventEmitter | None = None
        self._ear: _Ear | None = None

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
            if error.errno in _LIMITS and not self.is_polled:
                self._fall_back(error)
                self._start_emitter(real)
            elif error.errno not in (errno.ENOENT, errno.ENOTDIR):
                raise

    def _start_emitter(self, real: str) -> None:
        self._ear = _Ear(str(self.folder), real, self._hear, polled=self.is_polled)
        watch = ObservedWatch(real, recursive=True)
        if self.is_polled:
            self._emitter = polling_emitter(self._ear, watch)
        else:
            self._descriptor = _Descriptor(self._ear)
            self._descriptor.start()
            self._emitter = InotifyFullEmitter(
                self._ear, watch, event_filter=_EVENTS, inotify_fd=self._descriptor
            )
        self._ear.descriptor = self._descriptor
        self._emitter.start()

    def _fall_back(self, error: OSError) -> None:
        self.is_polled = True
        self._trouble(f"polling instead of inotify: {error.strerror}")

    def _trouble(self, reason: str, *, serious: bool = True) -> None:
        self._hear(Trouble(str(self.folder), reason, serious))


class _Descriptor(InotifyFD):
    """An inotify instance that does not die of a mistake, and tells what it could not do."""

    def __init__(self, ear: _Ear) -> None:
        super().__init__()
        self._ear = ear
        self.is_full = False
        self.refused: set[bytes] = set()

    def add_callback(
        self, path: bytes, mask: Mask, callback: WatchCallback, id_: CallbackId
    ) -> WatchDescriptor:
        if not os.access(path, os.R_OK):
            self.refused.add(path)
        try:
            return super().add_callback(path, mask, callback, id_)
        except OSError as error:
            self.is_full = self.is_full or error.errno in _LIMITS
            raise

    def handle_event(self, event: InotifyEvent) -> None:
        try:
            super().handle_event(event)
        except Exception as error:  # noqa: BLE001 - the thread has to live, whatever it stumbles over
            self._ear.lost(f"an event could not be handled: {error!r}")
            self._ear.is_stale = True
        if event.is_queue_overflow:
            self._ear.lost("inotify's queue overflowed")


class _Ear(EventQueue):
    """Takes watchdog's events, in the place of its queue, and hands on what they mean."""

    def __init__(
        self, folder: str, real: str, hear: Callable[[Heard], None], *, polled: bool
    ) -> None:
        super().__init__()
        self._folder = folder
        self._real = real
        self._hear = hear
        self._polled = polled
        self.is_stale = False
        self.descriptor: _Descriptor | None = None

    def put(self, item: object, block: bool = True, timeout: float | None = None) -> None:  # noqa: ARG002, FBT001, FBT002 - as the queue has it
        event = item[0] if isinstance(item, tuple) else None
        if isinstance(event, events.FileSystemEvent):
            source, goal = os.fsdecode(event.src_path), os.fsdecode(event.dest_path)
            if event.is_directory:
                self._folder_event(event, source, goal)
            else:
                self._file_event(event, source, goal)

    def lost(self, reason: str) -> None:
        """Tell that events were lost."""
        self._hear(Trouble(self._folder, reason))

    def _file_event(self, event: events.FileSystemEvent, source: str, goal: str) -> None:
        news = News.CHANGED
        if not self._polled:
            if isinstance(event, events.FileClosedEvent) or (source and goal):
                news = News.WHOLE
            elif isinstance(event, events.FileModifiedEvent):
                news = News.WRITING
        if source:
            self._changed(source, news)
        if goal:
            self._changed(goal, News.CHANGED if self._polled else News.WHOLE)

    def _folder_event(self, event: events.FileSystemEvent, source: str, goal: str) -> None:
        if isinstance(event, events.DirCreatedEvent):
            self._appeared(source)
        elif isinstance(event, events.DirAttribEvent):
            if self.descriptor is not None and os.fsencode(source) in self.descriptor.refused:
                self.is_stale = True
            self._appeared(source)
        elif isinstance(event, events.DirMovedEvent):
            if source:
                self._changed(source, News.WHOLE, folder=True)
            if goal:
                self._appeared(goal)
            else:
                # Its watches have moved with it.
                self.is_stale = True
        elif isinstance(event, events.DirDeletedEvent):
            self._changed(source, News.CHANGED, folder=True)

    def _changed(self, real: str, news: News, *, folder: bool = False) -> None:
        path = self._path(real)
        if path and (folder or is_snapshot_name(path.rsplit("/", 1)[-1])):
            self._hear(Changed(path, news))

    def _appeared(self, real: str) -> None:
        path = self._path(real)
        if path:
            self._hear(Appeared(path))

    def _path(self, real: str) -> str:
        """Return a path below the folder as the configuration has it, "" for what is hidden."""
        inside = real[len(self._real) :]
        return "" if not inside or "/." in inside else self._folder + inside


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        status = folder.stat()
    except OSError:
        return None
    return (status.st_dev, status.st_ino) if Path(folder).is_dir() else None
