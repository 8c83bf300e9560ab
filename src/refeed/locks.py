"""That a daemon keeps a state folder, and how it is: one at a time, and others can ask."""

from __future__ import annotations

import fcntl
import json
import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from refeed.errors import FolderError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

LOCK: Final = "daemon.lock"
_SIZE: Final = 16_384
# Characters, each at most 12 bytes of JSON: with the rest it fits into the file.
_LONGEST_PROBLEM: Final = 1_000
_TRIES, _PAUSE = 20, 0.05


class Presence:
    """Holds a state folder for this process until it is closed, or the process ends.

    What it tells is written into the lock file itself, which keeps its size: that works on a full
    disk as well.
    """

    def __init__(self, state: Path, since: str) -> None:
        """Take the folder.

        Args:
            state: the folder.
            since: when this began, for people.

        Raises:
            FolderError: another daemon has it.
            OSError: the folder can't be written.
        """
        state.mkdir(parents=True, exist_ok=True)
        self._place = state / LOCK
        self._facts: dict[str, Any] = {"process": os.getpid(), "since": since}
        self._problem: dict[str, str] = {}
        self._file = self._opened()
        if not _locked(self._file):
            other = _facts(self._file).get("process", "unknown")
            os.close(self._file)
            raise FolderError(
                f"another refeed run, process {other}, keeps the state folder {state}",
                hint="Stop it first, or give this one another state folder and another output.",
            )
        self.tell()

    def tell(self, problem: str = "", since: str = "") -> None:
        """Say what is wrong, and since when; nothing is, by default."""
        problem = problem[:_LONGEST_PROBLEM]
        self._problem = {"problem": problem, "problem_since": since} if problem else {}
        self._write()

    def serves(self, addresses: Sequence[str]) -> None:
        """Say where the feeds are served."""
        self._facts["addresses"] = list(addresses)
        self._write()

    def renew(self) -> None:
        """Take the folder again if somebody has deleted it meanwhile, as anybody may."""
        try:
            if os.path.samestat(os.fstat(self._file), self._place.stat()):
                return
        except FileNotFoundError:
            pass
        except OSError:
            return
        with suppress(OSError):
            file = self._opened()
            if not _locked(file):
                # Another daemon has been quicker.
                os.close(file)
                return
            os.close(self._file)
            self._file = file
            self._write()

    def _opened(self) -> int:
        return os.open(self._place, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)

    def _write(self) -> None:
        data = json.dumps(self._facts | self._problem).encode()
        with suppress(OSError):
            os.pwrite(self._file, data[:_SIZE].ljust(_SIZE), 0)

    def close(self) -> None:
        """Give the folder back."""
        os.close(self._file)


def _locked(file: int) -> bool:
    """Try for a moment: someone who only asks holds the lock as well, for no time at all."""
    for _ in range(_TRIES):
        with suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        time.sleep(_PAUSE)
    return False


def daemon_of(state: Path) -> dict[str, Any] | None:
    """Return what the daemon that keeps a state folder tells; None if there is none.

    Returns:
        ``process`` and ``since``; ``addresses`` if it serves; ``problem`` and ``problem_since`` if
        something is wrong.
    """
    try:
        file = os.open(state / LOCK, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _facts(file)
    except OSError:
        return None
    finally:
        os.close(file)
    return None


def _facts(file: int) -> dict[str, Any]:
    try:
        facts = json.loads(os.pread(file, _SIZE, 0))
    except (OSError, ValueError):
        return {}
    return facts if isinstance(facts, dict) else {}
