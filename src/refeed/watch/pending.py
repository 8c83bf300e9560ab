"""The changes that the watcher reported, until their files have settled and are synced.

`debounce` decides; this module adds the clock, the stamps, folders that appeared, and lost events.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from refeed.watch.debounce import GRACE_FACTOR, Debouncer
from refeed.watch.events import EventKind, EventsLost, FolderAppeared, PathChanged
from refeed.watch.file_stat import find_changed_since, list_files, read_stamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from structlog.typing import FilteringBoundLogger

    from refeed.watch.events import WatchEvent

_REPEAT_SECONDS: Final = 60.0
_CLOCK_SLACK: Final = 1.0


class PendingChanges:
    """Collects changes, returns those that have settled, and tells whether a file has settled.

    Args:
        settle: seconds for which a file must not change, unless it is known to be complete.
        log: the daemon's.
    """

    def __init__(self, settle: float, log: FilteringBoundLogger) -> None:
        self._log = log
        self._debouncer = Debouncer(settle)
        self._appeared: set[str] = set()
        # The files returned last, which may be read however fresh they are.
        self._taken: frozenset[str] = frozenset()
        self._has_synced = False
        # Whether events were lost: which files are being written is not known then.
        self._has_lost_events = False
        self._last_start = 0.0
        self._logged: dict[str, float] = {}

    def set_settle(self, seconds: float) -> None:
        """Set for how many seconds files must not change."""
        self._debouncer.settle = seconds

    def add(self, event: WatchEvent) -> bool:
        """Note an event; return whether a rescan is needed."""
        match event:
            case PathChanged(path, kind):
                self._log.debug("change noted", path=path, because=kind.value)
                self._debouncer.add(path, time.monotonic(), kind)
            case FolderAppeared(path):
                self._log.debug("folder noted", path=path)
                self._appeared.add(path)
            case EventsLost():
                self._log_lost(event)
                self._has_lost_events = self._has_synced
                return True
        return False

    def __len__(self) -> int:
        """Return how many files are waited for."""
        return len(self._debouncer)

    def wait(self) -> float | None:
        """Return after how many seconds there may be something to take; None if never."""
        return 0.0 if self._appeared else self._debouncer.wait(time.monotonic())

    def take(self, seeds: Sequence[Path]) -> list[Path]:
        """Return the files that have settled; each once.

        Args:
            seeds: the folders that files may be in.
        """
        self._list_appeared(seeds)
        ready = self._debouncer.take(time.monotonic(), read_stamp)
        self._taken = frozenset(ready)
        for path in ready:
            self._log.debug("settled", path=path)
        return [Path(path) for path in ready]

    def find_recheck(self, paths: Iterable[Path]) -> dict[Path, int | None]:
        """Return those files that may have changed since they were read, with their stamps now."""
        since = self._last_start - _CLOCK_SLACK - self._debouncer.settle
        return find_changed_since(paths, since)

    def is_settled(self, path: str, mtime_ns: int) -> bool:
        """Tell whether a file may be read, whether an event was noted for it or not.

        Args:
            path: absolute.
            mtime_ns: when it was last modified, nanoseconds since 1970.
        """
        if path in self._taken:
            return True
        if self._debouncer.is_pending(path):
            return False
        seconds = self._debouncer.settle * (GRACE_FACTOR if self._has_lost_events else 1)
        return not _is_younger(mtime_ns, seconds)

    def defer(self, paths: Iterable[str]) -> None:
        """Have files that had not settled returned by `take` when they have."""
        kind = EventKind.WRITING if self._has_lost_events else EventKind.CHANGED
        for path in paths:
            self._log.debug("not read yet: it was modified a moment ago", path=path)
            if not self._debouncer.is_pending(path):
                self._debouncer.add(path, time.monotonic(), kind)

    def note_failure(self) -> None:
        """Note that the taken files could not be synced; the next sync looks at everything."""
        self._taken = frozenset()
        self._has_synced = True

    def note_sync(self, start: float, outdated: Iterable[Path], *, everything: bool) -> None:
        """Note that the taken files were synced.

        Args:
            start: when the sync started, seconds since 1970.
            outdated: files that have changed meanwhile.
            everything: whether all files were looked at.
        """
        self._taken = frozenset()
        self._has_synced = True
        self._last_start = start
        if everything:
            self._has_lost_events = False
        for path in outdated:
            self._log.debug("changed while it was synced", path=str(path))
            self._debouncer.add(str(path), time.monotonic(), EventKind.CHANGED)

    def _log_lost(self, event: EventsLost) -> None:
        """Log a lost event; warn of a serious one, but not of the same again and again."""
        now = time.monotonic()
        last = self._logged.get(event.reason)
        if event.is_serious and (last is None or now > last + _REPEAT_SECONDS):
            self._logged[event.reason] = now
            self._log.warning(event.reason, path=event.folder)
        else:
            self._log.debug("rescan needed", reason=event.reason, path=event.folder)

    def _list_appeared(self, seeds: Sequence[Path]) -> None:
        """Note changes of the files in folders that appeared; fresh ones have to settle."""
        last = "\0"
        for folder in sorted(self._appeared, key=lambda path: path.split("/")):
            if folder.startswith(f"{last}/"):
                continue
            last = folder
            before = len(self._debouncer)
            for file, mtime_ns in list_files(folder, seeds):
                is_fresh = _is_younger(mtime_ns, self._debouncer.settle)
                is_awaited = is_fresh or self._debouncer.is_pending(file)
                kind = EventKind.CHANGED if is_awaited else EventKind.COMPLETE
                self._debouncer.add(file, time.monotonic(), kind)
            files = len(self._debouncer) - before
            self._log.debug("folder listed", path=folder, new_files=files)
        self._appeared.clear()


def _is_younger(mtime_ns: int, seconds: float) -> bool:
    """Tell whether a file was modified within so many seconds; a future time says nothing."""
    return 0 <= time.time_ns() - mtime_ns < seconds * 1e9
