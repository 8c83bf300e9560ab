"""Decides which changed paths are ready to be read, by events, stamps and a clock.

It accesses no file and no clock; both are passed in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from refeed.watch.events import EventKind

if TYPE_CHECKING:
    from collections.abc import Callable

Stamp: TypeAlias = tuple[int, int, int]
"""Size, mtime_ns and inode of a file; a file that keeps them for a while is not being written."""

GRACE_FACTOR: Final = 10
"""Multiplies `settle` for a file that a program on this machine has open for writing."""

_SMALL_BATCH: Final = 8
_QUIET_SECONDS: Final = 0.1
_MAX_DELAY: Final = 1.0


@dataclass(slots=True)
class _Pending:
    since: float
    writing: bool
    stamp: Stamp | None = None
    stamped: bool = False


class Debouncer:
    """Collects events and returns the paths that have settled, in batches.

    A complete file is ready at once. Any other is ready when it has kept its stamp for `settle`
    seconds without another event; if a program on this machine was seen writing it, and has not
    closed it yet, for `GRACE_FACTOR` times as long.

    A few ready paths are returned at once. Many are held until no more have come for a tenth of a
    second, for a second at most, so that a thousand files are one batch.

    Args:
        settle: seconds.
    """

    def __init__(self, settle: float) -> None:
        self.settle = settle
        self._pending: dict[str, _Pending] = {}
        self._ready: dict[str, float] = {}
        self._last_ready = 0.0
        self._batch_until = 0.0

    def __len__(self) -> int:
        """Return how many paths are pending or ready."""
        return len(self._pending) + len(self._ready)

    def add(self, path: str, now: float, kind: EventKind) -> None:
        """Note an event.

        Args:
            path: as the watcher names it.
            now: seconds on a clock that never goes back.
            kind: what is known of the path.
        """
        known = self._pending.get(path)
        if kind is EventKind.COMPLETE:
            self._pending.pop(path, None)
            self._make_ready(path, now)
        elif known is None:
            self._pending[path] = _Pending(now, kind is EventKind.WRITING)
            if kind is EventKind.WRITING:
                # It is being written again before it was read.
                self._ready.pop(path, None)
        else:
            known.since, known.stamped = now, False
            known.writing = known.writing or kind is EventKind.WRITING

    def is_pending(self, path: str) -> bool:
        """Tell whether a path has not settled yet."""
        return path in self._pending

    def take(self, now: float, read_stamp: Callable[[str], Stamp | None]) -> list[str]:
        """Return the paths that are ready, in order; each once.

        Args:
            now: as in `add`.
            read_stamp: returns the stamp of a file now; None if it isn't there.
        """
        for path, pending in list(self._pending.items()):
            if not pending.stamped:
                pending.stamp, pending.stamped = read_stamp(path), True
            elif now >= pending.since + self._settle_seconds(pending):
                stamp = read_stamp(path)
                if stamp == pending.stamp:
                    del self._pending[path]
                    self._make_ready(path, now)
                else:
                    pending.since, pending.stamp = now, stamp
        if not self._ready or now < self._release_time():
            return []
        ready = sorted(self._ready)
        self._ready.clear()
        if len(ready) > _SMALL_BATCH:
            self._batch_until = now + _MAX_DELAY
        return ready

    def wait(self, now: float) -> float | None:
        """Return after how many seconds `take` may return something; None if never."""
        instants = [p.since + self._settle_seconds(p) for p in self._pending.values()]
        if self._ready:
            instants.append(self._release_time())
        return max(0.0, min(instants) - now) if instants else None

    def _settle_seconds(self, pending: _Pending) -> float:
        # A deleted file will not be closed.
        is_written = pending.writing and pending.stamp is not None
        return self.settle * (GRACE_FACTOR if is_written else 1)

    def _make_ready(self, path: str, now: float) -> None:
        self._ready.setdefault(path, now)
        self._last_ready = now

    def _release_time(self) -> float:
        first = next(iter(self._ready.values()))
        latest = min(self._last_ready + _QUIET_SECONDS, first + _MAX_DELAY)
        return latest if len(self._ready) > _SMALL_BATCH else min(latest, self._batch_until)
