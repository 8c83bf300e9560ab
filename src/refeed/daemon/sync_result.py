"""The result of a sync."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from refeed.sync.pipeline import Report


@dataclass(frozen=True, slots=True)
class SyncResult:
    """The result of a sync, and the state after it.

    Attributes:
        report: what was done; None if it failed, or could not start without its seeds folders.
        seconds: how long it took.
        feed_sizes: bytes of each feed's files.
        hub_queue: the documents that the hub is to be pinged for, each with its change number.
        missing: the seeds folders that can't be read, with the reasons.
        failure: why it failed, or "".
        problem: why the feeds are not up to date, human-readable, or "".
        retry_at: when to try again, on the monotonic clock; None if it did not fail.
    """

    report: Report | None = None
    seconds: float = 0.0
    feed_sizes: Mapping[str, int] = field(default_factory=dict)
    hub_queue: Mapping[str, int] = field(default_factory=dict)
    missing: Mapping[Path, str] = field(default_factory=dict)
    failure: str = ""
    problem: str = ""
    retry_at: float | None = None
