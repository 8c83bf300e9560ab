"""Runs the operator's command after feeds have changed."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress
from threading import Lock, Thread
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from structlog.typing import FilteringBoundLogger

    from refeed.config import Config

_LONGEST_OUTPUT: Final = 500


def run_command(config: Config, feeds: Iterable[str]) -> str:
    """Run the command of a configuration to its end.

    It is run by `/bin/sh` in the output folder, and gets the names of the feeds that changed on
    its standard input, one a line. After `on_publish_timeout` seconds it is killed, with what it
    started.

    Returns:
        Why it failed, with the end of what it printed, or "".
    """
    try:
        process = subprocess.Popen(  # noqa: S603 - the operator wrote it
            ["/bin/sh", "-c", config.on_publish],
            cwd=config.output,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="backslashreplace",
            start_new_session=True,
        )
    except OSError as error:
        return f"can't be started: {error.strerror}"
    names = "".join(f"{name}\n" for name in feeds)
    try:
        printed = process.communicate(names, config.on_publish_timeout)[0]
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return f"killed after {config.on_publish_timeout:g} s"
    if process.returncode == 0:
        return ""
    ending = printed.strip()[-_LONGEST_OUTPUT:]
    return f"exit code {process.returncode}" + (f": {ending}" if ending else "")


class PublishCommand:
    """Runs the command in a thread, never twice at once: changes meanwhile make one more run.

    Feeds of a run that failed are told again in the next one.

    Args:
        log: told of each run.
    """

    def __init__(self, log: FilteringBoundLogger) -> None:
        self._log = log
        self._lock = Lock()
        self._waiting: set[str] = set()
        self._failed: set[str] = set()
        self._is_running = False

    def start(self, config: Config, feeds: Iterable[str]) -> None:
        """Run the command for feeds that changed, or after the run that is under way.

        Nothing is run if there are none, or if the configuration has no command.
        """
        if not config.on_publish:
            return
        with self._lock:
            self._waiting.update(feeds)
            if self._is_running or not self._waiting:
                return
            self._is_running = True
        Thread(target=self._run, args=(config,), name="refeed-on-publish", daemon=True).start()

    def _run(self, config: Config) -> None:
        while feeds := self._take():
            self._log.debug("running on_publish", feeds=len(feeds))
            problem = run_command(config, feeds)
            with self._lock:
                self._failed = set(feeds) if problem else set()
            if problem:
                self._log.error("on_publish failed", reason=problem)
            else:
                self._log.info("ran on_publish", feeds=len(feeds))

    def _take(self) -> list[str]:
        with self._lock:
            feeds = sorted(self._waiting | self._failed) if self._waiting else []
            self._waiting = set()
            self._is_running = bool(feeds)
            return feeds
