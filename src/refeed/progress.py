"""How far a piece of work has come, and whether it is to go on."""

from __future__ import annotations

from typing import Protocol, TypeAlias


class StopError(Exception):
    """The work is not wanted any more. What was written so far stays whole."""


class Progress(Protocol):
    """A caller that shows how far a sync has come."""

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        """Note that `done` of `total` things of a stage are done; None is a total not known yet."""


class Heartbeat(Protocol):
    """A caller that has to know that long work goes on, and may want it to stop."""

    def __call__(self) -> None:
        """Note that the work goes on; to be called several times a second.

        Raises:
            StopError: the work is to stop.
        """


Observer: TypeAlias = Progress


def silent(stage: str, done: int, total: int | None) -> None:
    """Ignore progress."""
