"""One daemon a state folder: its lock, and its status, which other commands read."""

from __future__ import annotations

import fcntl
import json
import os
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

from refeed.errors import FolderError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

LOCK_FILE: Final = "daemon.lock"
_FILE_BYTES: Final = 16_384
# Characters, each at most 12 bytes of JSON: with the rest it fits into the file.
_MAX_PROBLEM_LENGTH: Final = 1_000
_LOCK_TRIES, _LOCK_PAUSE = 20, 0.05
_POLL_SECONDS: Final = 0.02


class DaemonLock:
    """Holds a state folder for this process until it is closed, or the process ends.

    The status is written into the lock file itself, whose size never changes: that works on a full
    disk as well.
    """

    def __init__(self, state: Path, since: str) -> None:
        """Lock the folder, unless it can't be written; `acquire` tries that again.

        Args:
            state: the folder.
            since: when this daemon started, human-readable.

        Raises:
            FolderError: another daemon holds it.
        """
        self._path = state / LOCK_FILE
        self._status: dict[str, Any] = {"process": os.getpid(), "since": since}
        self._problem: dict[str, str] = {}
        self._file: int | None = None
        with suppress(OSError):
            self.acquire()

    def acquire(self) -> None:
        """Lock the folder if it isn't locked, or if the lock file was deleted meanwhile.

        The folder is made if it isn't there.

        Raises:
            FolderError: another daemon holds it.
            OSError: it can't be written.
        """
        if self._is_locked():
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        if not _try_lock(file):
            other = _read_status(file).get("process", "unknown")
            os.close(file)
            raise FolderError(
                f"another refeed run, process {other}, keeps the state folder {self._path.parent}",
                hint="Stop it first, or give this one another state folder and another output.",
            )
        self.close()
        self._file = file
        self._write_status()

    def set_problem(self, problem: str = "", since: str = "") -> None:
        """Publish what is wrong, and since when; "" for nothing."""
        problem = problem[:_MAX_PROBLEM_LENGTH]
        self._problem = {"problem": problem, "problem_since": since} if problem else {}
        self._write_status()

    def set_addresses(self, addresses: Sequence[str]) -> None:
        """Publish where the feeds are served."""
        self._status["addresses"] = list(addresses)
        self._write_status()

    def close(self) -> None:
        """Unlock the folder."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _is_locked(self) -> bool:
        if self._file is None:
            return False
        try:
            return os.path.samestat(os.fstat(self._file), self._path.stat())
        except FileNotFoundError:
            return False

    def _write_status(self) -> None:
        if self._file is None:
            return
        data = json.dumps(self._status | self._problem).encode()
        with suppress(OSError):
            os.pwrite(self._file, data[:_FILE_BYTES].ljust(_FILE_BYTES), 0)


def _try_lock(file: int) -> bool:
    """Try for a moment: a command that reads the status holds the lock for an instant."""
    for _ in range(_LOCK_TRIES):
        with suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        time.sleep(_LOCK_PAUSE)
    return False


def read_daemon_status(state: Path) -> dict[str, Any] | None:
    """Return the status of the daemon that holds a state folder; None if there is none.

    Returns:
        ``process`` and ``since``; ``addresses`` if it serves; ``problem`` and ``problem_since`` if
        something is wrong.
    """
    try:
        file = os.open(state / LOCK_FILE, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _read_status(file)
    except OSError:
        return None
    finally:
        os.close(file)
    return None


def _read_status(file: int) -> dict[str, Any]:
    try:
        status = json.loads(os.pread(file, _FILE_BYTES, 0))
    except (OSError, ValueError):
        return {}
    return status if isinstance(status, dict) else {}


@contextmanager
def locked(state: Path, busy: Callable[[], None] | None = None) -> Iterator[None]:
    """Hold the lock of a state folder, so that syncs of other processes wait until this is done.

    Args:
        state: the folder; it is made if it isn't there.
        busy: called again and again while another process has the lock; it may raise.
    """
    state.mkdir(parents=True, exist_ok=True)
    with (state / "lock").open("w") as handle:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | (fcntl.LOCK_NB if busy else 0))
            except BlockingIOError:
                if busy:
                    busy()
                time.sleep(_POLL_SECONDS)
            else:
                break
        yield
