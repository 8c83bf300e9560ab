"""`refeed health`, as a container's health check and a monitor use it."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest

from daemons import Daemon, Place, snapshot, until

if TYPE_CHECKING:
    from pathlib import Path

PATH = "cGz6mYvXq0W1rTe4"


def ask(place: Place, *options: str) -> tuple[int, str]:
    done = place.refeed("health", *options)
    assert done.stderr == ""
    return done.returncode, done.stdout.strip()


@pytest.mark.parametrize(
    "server",
    [
        'listen = "127.0.0.1:0"',
        'listen = "unix:{folder}/http.sock"',
        f'secret_path = "{PATH}"\nlisten = "127.0.0.1:0"',
    ],
    ids=["a port", "a Unix socket", "a secret path"],
)
def test_a_daemon_that_serves_is_asked_over_http(tmp_path: Path, server: str) -> None:
    place = Place(tmp_path, f"[server]\n{server.format(folder=tmp_path)}\n")
    place.drop("1.md", snapshot(1))
    with Daemon(place, serves=True) as daemon:
        until(lambda: ask(place) == (0, "ok"), "an ok")
        daemon.signal(signal.SIGSTOP)
        code, said = ask(place, "--timeout", "0.2")
        assert (code, "does not answer" in said) == (1, True)
        assert PATH not in said
        daemon.signal(signal.SIGCONT)
        until(lambda: ask(place) == (0, "ok"), "an ok again")


def test_a_daemon_that_serves_nothing_is_asked_by_its_state(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.drop("1.md", snapshot(1))
    assert ask(place) == (1, f"no refeed run keeps the state folder {place.state}")
    with Daemon(place) as daemon:
        until(lambda: ask(place) == (0, "ok"), "an ok")
        place.watched.rename(tmp_path / "elsewhere")
        daemon.signal(signal.SIGUSR1)
        until(lambda: ask(place)[0] == 1, "a problem")
        assert str(place.watched) in ask(place)[1]
