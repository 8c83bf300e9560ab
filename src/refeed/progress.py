"""Telling someone how far a piece of work has come."""

from __future__ import annotations

from typing import Protocol


class Observer(Protocol):
    """Someone who is told how far a sync has come."""

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        """Hear that `done` of `total` things of a stage are done; None is a total not known yet."""


def silent(stage: str, done: int, total: int | None) -> None:
    """Observe nothing."""
