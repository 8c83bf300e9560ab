"""Which of the changed paths are ready to be read: a decision about hints, stamps and a clock.

No file is looked at here and no clock is read: both are handed in.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

Stamp: TypeAlias = tuple[int, int, int]
"""Size, mtime_ns and inode of a file; a file that keeps them for a while is not being written."""

PATIENCE: Final = 10
"""How many times `settle` a file is given that a program on this machine has open for writing."""

_FEW: Final = 8
_QUIET: Final = 0.1
_MOST_DELAY: Final = 1.0


class News(Enum):
    """What is known of a path."""

    CHANGED = "something happened to it, or it is gone"
    WRITING = "someone writes it, and will close it"
    WHOLE = "it was closed after writing, or renamed into its place: it is complete"


@dataclass(slots=True)
class _Pending:
    since: float
    writing: bool
    stamp: Stamp | None = None
    stamped: bool = False


class Settling:
    """Collects hints and gives out the paths that have settled, many at once when many come.

    A path that is whole is ready at once. Any other is ready when it has kept its stamp for
    `settle` seconds without another hint; when someone on this machine has been seen writing it,
    and not yet closing it, for `PATIENCE` times as long.

    A few ready paths are given out at once. Many are held back until no more have come for a tenth
    of a second, for a second at most: a thousand files are one batch and not a thousand.

    Args:
        settle: seconds.
    """

    def __init__(self, settle: float) -> None:
        self.settle = settle
        self._pending: dict[str, _Pending] = {}
        self._ready: dict[str, float] = {}
        self._last_ready = 0.0
        self._calm_at = 0.0

    def __len__(self) -> int:
        """Return how many paths are waited for."""
        return len(self._pending) + len(self._ready)

    def hint(self, path: str, now: float, news: News) -> None:
        """Note that something happened to a path.

        Args:
            path: as the watcher names it.
            now: seconds on a clock that never goes back.
            news: what is known.
        """
        known = self._pending.get(path)
        if news is News.WHOLE:
            self._pending.pop(path, None)
            self._make_ready(path, now)
        elif known is None:
            self._pending[path] = _Pending(now, news is News.WRITING)
            if news is News.WRITING:
                # It is being written again before anybody has read it.
                self._ready.pop(path, None)
        else:
            known.since, known.stamped = now, False
            known.writing = known.writing or news is News.WRITING

    def is_pending(self, path: str) -> bool:
        """Tell whether a path has not settled yet."""
        return path in self._pending

    def take(self, now: float, stamp: Callable[[str], Stamp | None]) -> list[str]:
        """Give out the paths that are ready, in order; each once.

        Args:
            now: as in `hint`.
            stamp: returns what a path looks like now; None if it isn't there.
        """
        for path, pending in list(self._pending.items()):
            if not pending.stamped:
                pending.stamp, pending.stamped = stamp(path), True
            elif now >= pending.since + self._wait_of(pending):
                looks = stamp(path)
                if looks == pending.stamp:
                    del self._pending[path]
                    self._make_ready(path, now)
                else:
                    pending.since, pending.stamp = now, looks
        if not self._ready or now < self._release():
            return []
        ready = sorted(self._ready)
        self._ready.clear()
        if len(ready) > _FEW:
            self._calm_at = now + _MOST_DELAY
        return ready

    def wait(self, now: float) -> float | None:
        """Return after how many seconds `take` may have something to give; None if never."""
        instants = [pending.since + self._wait_of(pending) for pending in self._pending.values()]
        if self._ready:
            instants.append(self._release())
        return max(0.0, min(instants) - now) if instants else None

    def _wait_of(self, pending: _Pending) -> float:
        # What is gone will not be closed any more.
        is_written = pending.writing and pending.stamp is not None
        return self.settle * (PATIENCE if is_written else 1)

    def _make_ready(self, path: str, now: float) -> None:
        self._ready.setdefault(path, now)
        self._last_ready = now

    def _release(self) -> float:
        first = next(iter(self._ready.values()))
        latest = min(self._last_ready + _QUIET, first + _MOST_DELAY)
        return latest if len(self._ready) > _FEW else min(latest, self._calm_at)
