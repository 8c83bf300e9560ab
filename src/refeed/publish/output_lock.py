"""Locks an output folder for one state folder: with two, each would undo the other's feeds."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, TypeAlias

from refeed.errors import FolderError

LOCK_FILE: Final = ".refeed-lock"

_Identity: TypeAlias = tuple[int, int]

_FILE_BYTES: Final = 16_384
_LOCK_TRIES, _LOCK_PAUSE = 10, 0.02
_UNSUPPORTED: Final = frozenset((errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP))
_HINT: Final = (
    "Stop it first, or give this one another output folder, or the same state folder, with which "
    "they take turns."
)


class OutputLock:
    """Locks an output folder for all processes with one state folder, which take turns by that.

    They share the lock, and its file names the state folder. It ends with `close` or the process.

    Args:
        command: the name of this command, for messages of other processes.
    """

    def __init__(self, command: str) -> None:
        self._command = command
        self._file: int | None = None
        self._path = Path(LOCK_FILE)
        self._held: tuple[Path, _Identity | None, _Identity | None] | None = None

    def acquire(self, output: Path, state: Path) -> None:
        """Lock an output folder, and unlock another one.

        Missing folders are created. On a file system without locks nothing is locked.

        Raises:
            FolderError: a process with another state folder holds it.
            OSError: a folder can't be written.
        """
        if self._held == (output, _identify(state), _identify(self._path)):
            return
        self.close()
        for folder in (output, state):
            folder.mkdir(parents=True, exist_ok=True)
        self._path = output / LOCK_FILE
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            self._lock(self._file, output, state)
        except BaseException:
            self.close()
            raise
        locked = os.fstat(self._file)
        self._held = output, _identify(state), (locked.st_dev, locked.st_ino)

    def close(self) -> None:
        """Unlock the folder."""
        if self._file is not None:
            os.close(self._file)
        self._file = self._held = None

    def _lock(self, file: int, output: Path, state: Path) -> None:
        identity = list(_identify(state) or ())
        holder = {"process": os.getpid(), "command": self._command, "state": str(state)}
        data = json.dumps({**holder, "identity": identity}).encode()
        for _ in range(_LOCK_TRIES):
            # Nobody else has it: its file may name another state folder.
            if _try_lock(file, fcntl.LOCK_EX):
                os.pwrite(file, data[:_FILE_BYTES].ljust(_FILE_BYTES), 0)
            # Another process can come in between, since the kernel unlocks a file before it locks
            # it in another way.
            if _try_lock(file, fcntl.LOCK_SH) and _read_holder(file).get("identity") == identity:
                return
            fcntl.flock(file, fcntl.LOCK_UN)
            time.sleep(_LOCK_PAUSE)
        other = _read_holder(file)
        raise FolderError(
            f"another {other.get('command', 'refeed')}, process {other.get('process', 'unknown')} "
            f"with the state folder {other.get('state', 'unknown')}, publishes in the output folder"
            f" {output}",
            hint=_HINT,
        )


def _try_lock(file: int, kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno not in _UNSUPPORTED:
            raise
    return True


def _read_holder(file: int) -> dict[str, Any]:
    with suppress(OSError, ValueError):
        holder = json.loads(os.pread(file, _FILE_BYTES, 0))
        if isinstance(holder, dict):
            return holder
    return {}


def _identify(path: Path) -> _Identity | None:
    """Return device and inode, the same for all names of a folder; None if it isn't there."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino
