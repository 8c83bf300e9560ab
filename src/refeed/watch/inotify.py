"""What a watcher hands on: hints of what has changed, made of watchdog's events."""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from watchdog import events
from watchdog.observers.api import EventQueue
from watchdog.observers.inotify_c import InotifyFD

from refeed.seeds.files import is_snapshot_name
from refeed.watch.debounce import News

if TYPE_CHECKING:
    from collections.abc import Callable

    from watchdog.observers.inotify_c import (
        CallbackId,
        InotifyEvent,
        Mask,
        WatchCallback,
        WatchDescriptor,
    )

LIMITS: Final = (errno.ENOSPC, errno.EMFILE, errno.ENFILE)
"""What inotify says when it can watch no more."""

# Neither opening nor closing after reading is among them: refeed's own reading would be heard.
EVENTS: Final = [
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
"""Those that are listened to."""


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


class Ear(EventQueue):
    """Takes watchdog's events, in the place of its queue, and hands on what they mean.

    Args:
        folder: as the configuration has it, absolute.
        real: the same without symbolic links, as events have it.
        hear: takes the hints, from any thread.
        polled: whether events come of listing the folder, which sees nobody write.

    Attributes:
        is_stale: whether watches are no longer where they should be.
        descriptor: of inotify, if that is what is listened to.
    """

    def __init__(
        self, folder: str, real: str, hear: Callable[[Heard], None], *, polled: bool
    ) -> None:
        super().__init__()
        self._folder = folder
        self._real = real
        self._hear = hear
        self._polled = polled
        self.is_stale = False
        self.descriptor: Descriptor | None = None

    def put(self, item: object, block: bool = True, timeout: float | None = None) -> None:  # noqa: ARG002, FBT001, FBT002 - as the queue has it
        """Take an event, with the watch that it is of."""
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


class Descriptor(InotifyFD):
    """An inotify instance that does not die of a mistake, and tells what it could not do.

    Attributes:
        is_full: whether the system's limit of watches is reached.
        refused: the folders that may not be read.
    """

    def __init__(self, ear: Ear) -> None:
        super().__init__()
        self._ear = ear
        self.is_full = False
        self.refused: set[bytes] = set()

    def add_callback(
        self, path: bytes, mask: Mask, callback: WatchCallback, id_: CallbackId
    ) -> WatchDescriptor:
        """Watch a folder."""
        if not os.access(path, os.R_OK):
            self.refused.add(path)
        try:
            return super().add_callback(path, mask, callback, id_)
        except OSError as error:
            self.is_full = self.is_full or error.errno in LIMITS
            raise

    def handle_event(self, event: InotifyEvent) -> None:
        """Hand an event on."""
        try:
            super().handle_event(event)
        except Exception as error:  # noqa: BLE001 - the thread has to live, whatever it stumbles over
            self._ear.lost(f"an event could not be handled: {error!r}")
            self._ear.is_stale = True
        if event.is_queue_overflow:
            self._ear.lost("inotify's queue overflowed")
