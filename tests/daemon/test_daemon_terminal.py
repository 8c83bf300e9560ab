"""A daemon on a terminal: what a signal means that a terminal sends as it goes."""

from __future__ import annotations

import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Self

import pytest

from daemons import DEADLINE, Place, environment, snapshot, until

if TYPE_CHECKING:
    from pathlib import Path

ON_A_TERMINAL = """
import os, pty, select, signal, sys
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
child, terminal = pty.fork()
if not child:
    is_ignored = "nohup" in sys.argv  # Tests themselves may run with nohup.
    signal.signal(signal.SIGHUP, signal.SIG_IGN if is_ignored else signal.SIG_DFL)
    os.execv(sys.executable, [sys.executable, "-m", "refeed", "run", "--no-server"])
heard = [0, terminal]
while 0 in heard:
    # The terminal first, which the end of the other closes.
    for ready in sorted(select.select(heard, [], [])[0], reverse=True):
        data = os.read(ready, 4096)
        if ready:
            os.write(1, data)
        elif data:
            os.kill(child, int(data))
        elif terminal in heard:
            os.close(terminal)
            heard = []
if "nohup" in sys.argv:
    signal.sigwait([signal.SIGUSR1])
    os.kill(child, signal.SIGTERM)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
"""Runs a daemon on a terminal, sends it the signals that it reads, hangs up at the end of them.

One that is to outlive that is ended by SIGUSR1.
"""


class Session:
    """A daemon on a terminal, and what is to be read there."""

    def __init__(self, folder: Path, *options: str) -> None:
        self._screen = folder / "screen"
        with self._screen.open("wb") as screen:
            self._process = subprocess.Popen(
                [sys.executable, "-c", ON_A_TERMINAL, *options],
                cwd=folder,
                env=environment(),
                stdin=subprocess.PIPE,
                stdout=screen,
                stderr=screen,
            )

    def __enter__(self) -> Self:
        """Wait until it is ready."""
        self.await_shown("ready")
        return self

    def __exit__(self, *_: object) -> None:
        """Leave nothing running."""
        self.hang_up()
        self.stop()
        self.ended()

    def await_shown(self, text: str) -> None:
        until(lambda: text in self.shown(), f"{text} on the terminal")

    def signal(self, number: signal.Signals) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(b"%d" % number)
        self._process.stdin.flush()

    def hang_up(self) -> None:
        """Take the terminal away."""
        assert self._process.stdin is not None
        self._process.stdin.close()

    def stop(self) -> None:
        """Stop a daemon that has outlived its terminal."""
        self._process.send_signal(signal.SIGUSR1)

    def ended(self) -> int:
        """Wait for the daemon; return its exit code."""
        return self._process.wait(DEADLINE)

    def shown(self) -> str:
        """Return all that was to be read."""
        return self._screen.read_text("utf-8")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_a_terminal_that_hangs_up_ends_it_in_good_order(place: Place) -> None:
    with Session(place.folder) as session:
        session.hang_up()
        assert session.ended() == 0, session.shown()


def test_a_terminal_that_is_still_there_leaves_sighup_to_reload(place: Place) -> None:
    with Session(place.folder) as session:
        session.signal(signal.SIGHUP)
        session.await_shown("configuration reloaded")
        session.hang_up()
        assert session.ended() == 0, session.shown()


def test_with_nohup_it_outlives_the_terminal(place: Place) -> None:
    with Session(place.folder, "nohup") as session:
        session.hang_up()
        place.drop("1.md", snapshot(1))
        until(lambda: place.numbers() == {1}, "a later change is published")
        session.stop()
        assert session.ended() == 0, session.shown()
