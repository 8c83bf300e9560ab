"""A daemon on a terminal: what a signal means that a terminal sends as it goes."""

from __future__ import annotations

import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Self

import pytest

from daemons import DEADLINE, Place, environment, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ON_A_TERMINAL = """
import os, pty, select, sys
child, terminal = pty.fork()
if not child:
    os.execv(sys.executable, [sys.executable, "-m", "refeed", "run", "--no-server"])
while True:
    for ready in select.select([0, terminal], [], [])[0]:
        data = os.read(ready, 4096)
        if ready:
            os.write(1, data)
        elif data:
            os.kill(child, int(data))
        else:
            os.close(terminal)
            sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
"""Runs a daemon on a terminal, sends it the signals that it reads, hangs up at the end of them."""


class Session:
    """A daemon on a terminal, and what is to be read there."""

    def __init__(self, folder: Path) -> None:
        self._screen = folder / "screen"
        with self._screen.open("wb") as screen:
            self._process = subprocess.Popen(
                [sys.executable, "-c", ON_A_TERMINAL],
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
        """Hang up, unless that was done."""
        self._process.kill()
        self.hang_up()

    def await_shown(self, text: str) -> None:
        until(lambda: text in self._screen.read_text("utf-8"), f"{text} on the terminal")

    def signal(self, number: signal.Signals) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(b"%d" % number)
        self._process.stdin.flush()

    def hang_up(self) -> int:
        """Take the terminal away; return the daemon's exit code."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        return self._process.wait(DEADLINE)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with Session(Place(tmp_path).folder) as session:
        yield session


def test_a_terminal_that_hangs_up_ends_it_in_good_order(session: Session) -> None:
    assert session.hang_up() == 0


def test_a_terminal_that_is_still_there_leaves_sighup_to_reload(session: Session) -> None:
    session.signal(signal.SIGHUP)
    session.await_shown("the configuration was read again")
    assert session.hang_up() == 0
