"""Watches the seeds folders: by inotify, or by polling where inotify can't be used.

Its events are hints; the rescan decides. `check`, to be called about once a second, repairs what
broke: a folder that was unmounted, created or replaced, or an instance that failed. `repair`, to be
called before each rescan, watches the folders that inotify did not report.
"""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from refeed.watch.events import EventsLost
from refeed.watch.inotify import LIMITS, Inotify
from refeed.watch.polling import PolledFolder, is_remote

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from structlog.typing import FilteringBoundLogger

    from refeed.progress import Heartbeat
    from refeed.watch.events import WatchEvent


@dataclass(slots=True)
class _Seeds:
    """A seeds folder and how it is watched.

    Attributes:
        path: absolute.
        is_polled: whether it is polled, or would be.
        identity: device and inode of the folder that is watched; None if none is.
        is_new: whether its watches were set since the last rescan.
        is_gone: whether it was not there at the last check.
        refusal: why it can't be watched, or "".
    """

    path: str
    is_polled: bool
    identity: tuple[int, int] | None = None
    is_new: bool = True
    is_gone: bool = False
    refusal: str = ""


class Watcher:
    """Watches seeds folders until it is closed.

    Args:
        folders: absolute; they need not be there.
        emit: takes what happens, from any thread.
        log: the daemon's.
        polling: whether not to use inotify at all.
        beat: the heartbeat while trees are walked, which may take long.
    """

    def __init__(
        self,
        folders: Sequence[Path],
        emit: Callable[[WatchEvent], None],
        log: FilteringBoundLogger,
        *,
        polling: bool,
        beat: Heartbeat = lambda: None,
    ) -> None:
        self._emit = emit
        self._log = log
        self._beat = beat
        self._inotify: Inotify | None = None
        self._polled: dict[str, PolledFolder] = {}
        self._seeds = [_Seeds(str(folder), polling) for folder in folders]
        self.check()

    def check(self) -> None:
        """Watch again what is not watched as it should be."""
        if self._inotify is not None and (self._inotify.failure or not self._inotify.is_alive()):
            self._restart_inotify(self._inotify.failure or "watching had stopped")
        for seeds in self._seeds:
            self._check(seeds)

    def repair(self) -> None:
        """Watch the folders that are there now; to be followed by a rescan."""
        for seeds in self._seeds:
            if seeds.identity is not None and not seeds.is_polled and not seeds.is_new:
                new = self._watch(seeds, seeds.identity)
                if new:
                    self._log.info("watches repaired", path=seeds.path, folders=new)
                else:
                    self._log.debug("watches need no repair", path=seeds.path)
            seeds.is_new = False

    def list_polled(self) -> list[Path]:
        """Return the folders that are polled."""
        return [Path(seeds.path) for seeds in self._seeds if seeds.is_polled]

    def close(self) -> None:
        """Stop watching."""
        if self._inotify is not None:
            self._inotify.shut_down()

    def _check(self, seeds: _Seeds) -> None:
        identity = _read_identity(seeds.path)
        if identity is None:
            if seeds.identity is not None:
                self._unwatch(seeds)
                self._report(seeds, "seeds folder is gone")
            seeds.is_gone = True
        elif seeds.identity is None:
            self._watch(seeds, identity)
            if seeds.is_gone:
                self._report(seeds, "seeds folder is there", is_serious=False)
            seeds.is_gone = False
        elif reason := self._find_fault(seeds, identity):
            self._unwatch(seeds)
            self._watch(seeds, identity)
            self._report(seeds, reason, is_serious=False)

    def _find_fault(self, seeds: _Seeds, identity: tuple[int, int]) -> str:
        if identity != seeds.identity:
            return "seeds folder is another one"
        if self._inotify is not None and seeds.path in self._inotify.full:
            self._fall_back(seeds, LIMITS[errno.ENOSPC])
            return "events are missing from some folders"
        if seeds.path in self._polled:
            try:
                self._polled[seeds.path].poll()
            except Exception as error:  # noqa: BLE001 - on any error a new one is started
                return f"polling failed: {error!r}"
        return ""

    def _watch(self, seeds: _Seeds, identity: tuple[int, int]) -> int:
        """Watch a folder as it is now; return how many folders were not watched before."""
        if not seeds.is_polled and is_remote(os.path.realpath(seeds.path)):
            self._fall_back(seeds, "the file system is on another machine")
        try:
            new = self._add(seeds)
        except Exception as error:  # noqa: BLE001 - whatever it is, the next check tries again
            self._unwatch(seeds)
            code = getattr(error, "errno", None)
            if code in LIMITS and not seeds.is_polled:
                self._fall_back(seeds, LIMITS[code])
                return self._watch(seeds, identity)
            if code not in {errno.ENOENT, errno.ENOTDIR}:
                self._refuse(seeds, getattr(error, "strerror", None) or repr(error))
            return 0
        if seeds.identity is None:
            how = "polling" if seeds.is_polled else "inotify"
            self._log.debug("watching a seeds folder", path=seeds.path, by=how, folders=new)
        seeds.identity = identity
        if seeds.refusal:
            seeds.refusal = ""
            self._report(seeds, "seeds folder can be watched again", is_serious=False)
        return new

    def _add(self, seeds: _Seeds) -> int:
        seeds.is_new = seeds.identity is None
        if seeds.is_polled:
            self._polled[seeds.path] = PolledFolder(seeds.path, self._emit, self._beat)
            return 0
        self._inotify = self._inotify or Inotify(self._emit, self._log)
        return self._inotify.watch(seeds.path, self._beat)

    def _unwatch(self, seeds: _Seeds) -> None:
        seeds.identity = None
        if self._inotify is not None:
            self._inotify.unwatch(seeds.path)
        self._polled.pop(seeds.path, None)

    def _restart_inotify(self, reason: str) -> None:
        """Drop the instance; each of its folders is watched by another one at the next check."""
        if self._inotify is not None:
            self._inotify.shut_down()
        self._inotify = None
        for seeds in self._seeds:
            if not seeds.is_polled and seeds.identity is not None:
                seeds.identity = None
                self._report(seeds, reason, is_serious=False)

    def _refuse(self, seeds: _Seeds, reason: str) -> None:
        """Report a folder that is there and can't be watched; each check tries it again."""
        if reason != seeds.refusal:
            seeds.refusal = reason
            self._report(seeds, f"seeds folder can't be watched: {reason}")

    def _fall_back(self, seeds: _Seeds, reason: str) -> None:
        seeds.is_polled = True
        self._report(seeds, f"polling instead of inotify: {reason}")

    def _report(self, seeds: _Seeds, reason: str, *, is_serious: bool = True) -> None:
        self._emit(EventsLost(seeds.path, reason, is_serious))


def _read_identity(folder: str) -> tuple[int, int] | None:
    try:
        status = Path(folder).stat()
    except OSError:
        return None
    return (status.st_dev, status.st_ino) if Path(folder).is_dir() else None
