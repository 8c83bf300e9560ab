"""The events that a watcher reports to the loop."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias


class EventKind(Enum):
    """What is known of a path."""

    CHANGED = "something happened to it, or it is gone"
    WRITING = "it is being written, and will be closed"
    COMPLETE = "it was closed after writing, or renamed into its place"


@dataclass(frozen=True, slots=True)
class PathChanged:
    """A path may have changed: a file, or a folder that is gone."""

    path: str
    kind: EventKind


@dataclass(frozen=True, slots=True)
class FolderAppeared:
    """A folder appeared, or became readable, with all that is in it."""

    path: str


@dataclass(frozen=True, slots=True)
class EventsLost:
    """Changes may have been missed: a rescan is needed.

    Attributes:
        folder: the seeds folder.
        reason: for the log.
        is_serious: whether an operator should know.
    """

    folder: str
    reason: str
    is_serious: bool = True


WatchEvent: TypeAlias = PathChanged | FolderAppeared | EventsLost
