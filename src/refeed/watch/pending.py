"""What the daemon hears of files, and which of them may be read by now.

`settling` decides; here are the clock, the stamps, and what is known beside the paths: that a
folder appeared, that events were lost.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from refeed.watch.debounce import PATIENCE, News, Settling
from refeed.watch.file_stat import doubtful, found_in, stamp
from refeed.watch.inotify import Appeared, Changed, Trouble

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from structlog.typing import FilteringBoundLogger

    from refeed.watch.inotify import Heard

_SAME_TROUBLE_SECONDS: Final = 60.0
_CLOCK_SLACK: Final = 1.0


class Hearing:
    """Collects what was heard, gives out what has settled, and answers for all other files.

    Args:
        settle: the seconds that a file has to keep still, unless it is known to be whole.
        log: where an operator is told that events were lost.
    """

    def __init__(self, settle: float, log: FilteringBoundLogger) -> None:
        self._log = log
        self._settling = Settling(settle)
        self._appeared: set[str] = set()
        # What was given out last: it may be read however fresh it is.
        self._taken: frozenset[str] = frozenset()
        self._has_looked = False
        # Whether events were lost: who is writing which file is not known then.
        self._is_deaf = False
        self._last_begun = 0.0
        self._troubles: dict[str, float] = {}

    def settle_for(self, seconds: float) -> None:
        """Have files keep still for so many seconds from now on."""
        self._settling.settle = seconds

    def hear(self, heard: Heard) -> bool:
        """Take note of something; return whether everything has to be looked through."""
        match heard:
            case Changed(path, news):
                self._settling.hint(path, time.monotonic(), news)
            case Appeared(path):
                self._appeared.add(path)
            case Trouble():
                self._tell(heard)
                self._is_deaf = self._has_looked
                return True
        return False

    def wait(self) -> float | None:
        """Return after how many seconds there may be something to take; None if never."""
        return 0.0 if self._appeared else self._settling.wait(time.monotonic())

    def take(self, seeds: Sequence[Path]) -> list[Path]:
        """Give out the files that have settled; each once.

        Args:
            seeds: the folders that files may be in.
        """
        self._look_into_folders(seeds)
        ready = self._settling.take(time.monotonic(), stamp)
        self._taken = frozenset(ready)
        return [Path(path) for path in ready]

    def doubtful(self, paths: Iterable[Path]) -> dict[Path, int | None]:
        """Return those files that may have changed since they were read, with their stamps now."""
        since = self._last_begun - _CLOCK_SLACK - self._settling.settle
        return doubtful(paths, since)

    def is_settled(self, path: str, mtime_ns: int) -> bool:
        """Tell whether a file may be read, whether anybody has said something about it or not.

        One that may not will be given out when it has settled.

        Args:
            path: absolute.
            mtime_ns: when it was last modified, nanoseconds since 1970.
        """
        if path in self._taken:
            return True
        if self._settling.is_pending(path):
            return False
        news, seconds = News.CHANGED, self._settling.settle
        if self._is_deaf:
            news, seconds = News.WRITING, seconds * PATIENCE
        if not _is_younger(mtime_ns, seconds):
            return True
        self._settling.hint(path, time.monotonic(), news)
        return False

    def failed(self) -> None:
        """Take note that what was given out could not be read; all is looked through later."""
        self._taken = frozenset()
        self._has_looked = True

    def read(self, begun: float, outdated: Iterable[Path], *, everything: bool) -> None:
        """Take note of what was read.

        Args:
            begun: when that was begun, seconds since 1970.
            outdated: files that have changed meanwhile.
            everything: whether all files were looked at.
        """
        self._taken = frozenset()
        self._has_looked = True
        self._last_begun = begun
        if everything:
            self._is_deaf = False
        for path in outdated:
            self._settling.hint(str(path), time.monotonic(), News.CHANGED)

    def _tell(self, trouble: Trouble) -> None:
        """Log what an operator should know; the same not again and again."""
        now = time.monotonic()
        last = self._troubles.get(trouble.reason)
        if trouble.serious and (last is None or now > last + _SAME_TROUBLE_SECONDS):
            self._troubles[trouble.reason] = now
            self._log.warning(trouble.reason, path=trouble.folder)

    def _look_into_folders(self, seeds: Sequence[Path]) -> None:
        """Take what is in folders that appeared for changed; what is fresh has to settle."""
        for folder in sorted(self._appeared):
            for file, mtime_ns in found_in(folder, seeds):
                fresh = _is_younger(mtime_ns, self._settling.settle)
                awaited = fresh or self._settling.is_pending(file)
                news = News.CHANGED if awaited else News.WHOLE
                self._settling.hint(file, time.monotonic(), news)
        self._appeared.clear()


def _is_younger(mtime_ns: int, seconds: float) -> bool:
    """Tell whether a file was modified within so many seconds; a future time says nothing."""
    return 0 <= time.time_ns() - mtime_ns < seconds * 1e9
