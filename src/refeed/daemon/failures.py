"""Logs a failing sync once, shows it in the status, and retries it less and less often."""

from __future__ import annotations

import os
import sqlite3
import time
import traceback
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Final

from refeed.commands.rebuild import format_now
from refeed.config import format_os_error
from refeed.errors import FolderError
from refeed.publish.output_folder import find_published_path

if TYPE_CHECKING:
    from pathlib import Path

    from structlog.typing import FilteringBoundLogger

    from refeed.config import Config
    from refeed.locks import DaemonLock

_FIRST_RETRY, _MAX_RETRY = 1.0, 60.0
_PROBE_BYTES: Final = 65_536
_CONSEQUENCE: Final = "the last good feeds stay, and this is tried again until it works"


class Failures:
    """Keeps why syncs fail at present.

    Args:
        log: the daemon's.
        lock: shows the reason to other commands.

    Attributes:
        reason: why the last sync failed, or "".
        retry_at: when to try again, on the monotonic clock; None if it did not fail.
    """

    def __init__(self, log: FilteringBoundLogger, lock: DaemonLock) -> None:
        self.reason = ""
        self.retry_at: float | None = None
        self._log = log
        self._lock = lock
        self._delay = _FIRST_RETRY

    def add(self, error: Exception, config: Config) -> None:
        """Note a failure, and when to try again.

        Args:
            error: what the sync raised.
            config: what was synced.
        """
        if isinstance(error.__cause__ or error, sqlite3.OperationalError):
            error = _find_write_error(config.state) or error
        reason = _format_reason(error, config)
        if reason != self.reason:
            details = {}
            if not isinstance(error, OSError | sqlite3.Error | FolderError):
                details["exception"] = "".join(traceback.format_exception(error)[-3:])
            self._log.error("sync failed", reason=reason, consequence=_CONSEQUENCE, **details)
            self._lock.set_problem(reason, format_now())
            self.reason = reason
        self._log.debug("sync will be retried", seconds=self._delay)
        self.retry_at = time.monotonic() + self._delay
        self._delay = min(_MAX_RETRY, 2 * self._delay)

    def clear(self) -> None:
        """Note that a sync succeeded."""
        if self.reason:
            self._log.info("recovered", from_failure=self.reason)
        self.reason = ""
        self.retry_at = None
        self._delay = _FIRST_RETRY


def _format_reason(error: Exception, config: Config) -> str:
    if isinstance(error, OSError):
        if isinstance(error.filename, str | os.PathLike):
            # Drafts have other names each time, but the problem is the same.
            path = find_published_path(os.fspath(error.filename))
            error = OSError(error.errno, error.strerror, path)
        return format_os_error(error, config)
    reason = str(error) or type(error).__name__
    return f"state: {reason}" if isinstance(error.__cause__ or error, sqlite3.Error) else reason


def _find_write_error(folder: Path) -> OSError | None:
    """Return the error of writing to a folder, which SQLite does not tell; None if it works."""
    try:
        with TemporaryFile(dir=folder) as file:
            file.write(bytes(_PROBE_BYTES))
            os.fsync(file.fileno())
    except OSError as error:
        return OSError(error.errno, error.strerror, str(folder))
    return None
