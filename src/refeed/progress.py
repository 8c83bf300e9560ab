"""Progress and heartbeat of long work."""

from __future__ import annotations

from typing import NamedTuple, Protocol


class StopError(Exception):
    """The work is to stop. What was written so far stays whole."""


class Progress(Protocol):
    """Shows how far a sync has come."""

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        """Show that `done` of `total` things of a stage are done; None is a total not known yet."""


class Heartbeat(Protocol):
    """Notes that the work goes on, and says when it is to stop."""

    def __call__(self) -> None:
        """Note that the work goes on; called several times a second.

        Raises:
            StopError: the work is to stop.
        """


def show_nothing(stage: str, done: int, total: int | None) -> None:
    """Show no progress."""


def go_on() -> None:
    """Never stop the work."""


class Monitor(NamedTuple):
    """The callbacks of long work.

    Attributes:
        progress: shows how far the work has come.
        beat: to be called in each loop that can take long.
    """

    progress: Progress = show_nothing
    beat: Heartbeat = go_on

    def update(self, stage: str, done: int, total: int | None) -> None:
        """Beat, and show how far a stage has come.

        Raises:
            StopError: the work is to stop.
        """
        self.beat()
        self.progress(stage, done, total)


UNWATCHED = Monitor()
"""For work without progress and without a stop."""
