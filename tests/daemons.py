"""A `refeed run` in a process of its own, with folders of its own, and what is awaited of it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Self
from uuid import uuid4

from archives import from_nothing, is_measured, run
from conftest import REPOSITORY
from forked_commands import start_in_fork
from refeed.config import load

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from forked_commands import ForkedProcess

DEADLINE = 60.0
PROGRAM = ("-m", "refeed")
_PAUSE = 0.01


HANDING_OVER = """
import os, sys
descriptor = int(sys.argv[1])
if descriptor != 3:
    os.dup2(descriptor, 3)
os.set_inheritable(3, True)
os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
os.execv(sys.executable, [sys.executable, "-m", "refeed", *sys.argv[2:]])
"""
"""Starts refeed as systemd does that hands over the descriptor in its first argument."""


def until(condition: Callable[[], object], what: str, seconds: float = DEADLINE) -> None:
    """Wait until a condition holds; fail with its name when it doesn't come to that."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited {seconds:g} s in vain: {what}"
        time.sleep(_PAUSE)


def snapshot(number: int, title: str = "", text: str = "", host: str = "news.example") -> str:
    """Return a snapshot file's text."""
    return (
        f"<!--{1_600_000_000_000 + number * 60_000}-->\n"
        f"[{title or f'Title {number}'}](https://{host}/{number})\n------\n\n"
        f"<p>{text or f'Text of article {number}.'}</p>\n<p>END-{number}</p>\n"
    )


def environment() -> dict[str, str]:
    """Return the variables that a refeed of this checkout needs, and none that changes it."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, "PYTHONPATH": str(REPOSITORY / "src")}


@dataclass
class Place:
    """The folders of one daemon.

    Attributes:
        folder: holds all the others, and what is not watched.
        config: what the configuration file says besides the folders.
    """

    folder: Path
    config: str = "limit = 0\n"
    seeds: list[str] = field(default_factory=lambda: ["seeds"])

    def __post_init__(self) -> None:
        for name in self.seeds:
            (self.folder / name).mkdir(exist_ok=True)
        self.configure()

    @property
    def watched(self) -> Path:
        """The first of the seeds folders."""
        return self.folder / self.seeds[0]

    @property
    def output(self) -> Path:
        """Where feeds are published."""
        return self.folder / "feeds"

    @property
    def state(self) -> Path:
        """Where the index is."""
        return self.folder / "state"

    def configure(self, text: str | None = None) -> None:
        """Write the configuration file."""
        self.config = self.config if text is None else text
        top = f'seeds = {json.dumps(self.seeds)}\noutput = "feeds"\nstate = "state"\n'
        (self.folder / "refeed.toml").write_text(top + self.config, encoding="utf-8")

    def drop(self, name: str, text: str) -> None:
        """Rename a whole file into the watched folder."""
        beside = self.folder / "beside"
        beside.write_text(text, encoding="utf-8")
        beside.rename(self.watched / name)

    def titles(self, feed: str = "all") -> dict[str, str]:
        """Return the titles in a published feed by URL; the feed must be whole if it is there."""
        try:
            data = (self.output / feed / "feed.json").read_bytes()
        except FileNotFoundError:
            return {}
        return {item["url"]: item["title"] for item in json.loads(data)["items"]}

    def numbers(self) -> set[int]:
        """Return the numbers of the articles in the feed of all."""
        return {int(url.rpartition("/")[2]) for url in self.titles()}

    def published(self, output: str = "feeds") -> dict[str, bytes]:
        """Return what is published, by path, without what refeed notes of it."""
        folder = self.folder / output
        return {
            str(file.relative_to(folder)): file.read_bytes()
            for file in sorted(folder.rglob("*"))
            if file.is_file() and not file.name.startswith(".")
        }

    def refeed(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run another command of refeed on the same folders."""
        return run(*arguments, folder=self.folder)

    def await_rebuilt(self) -> None:
        """Wait until what is published is what a rebuild from nothing publishes."""
        file = self.folder / "refeed.toml"
        config = load(file, environment={}, working_directory=self.folder)
        from_nothing(config, self.folder / "anew")
        anew = self.published("anew/feeds")
        until(lambda: self.published().keys() == anew.keys(), "the files of a rebuild")
        for name, data in anew.items():
            until(lambda n=name, d=data: (self.output / n).read_bytes() == d, f"{name} as rebuilt")  # type: ignore[misc]


class Daemon:
    """A running daemon; it is ended with the block.

    It serves nothing unless it is told to; two at a time could not listen at the usual address.
    Unless a `program` for Python is named it is a fork, as commands are.
    """

    def __init__(  # noqa: PLR0913 - each is a way to start one
        self,
        place: Place,
        *arguments: str,
        watchdog: float = 0,
        serves: bool = False,
        handed_over: socket.socket | None = None,
        log: IO[bytes] | None = None,
        program: Sequence[str] = (),
    ) -> None:
        self.place = place
        self._log = place.folder / "log"
        address = f"refeed-{uuid4()}"
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self._socket.bind(f"\0{address}")
        self._messages: list[dict[str, str]] = []
        variables = environment() | {"NOTIFY_SOCKET": f"@{address}"}
        options = [*arguments, *([] if serves else ["--no-server"])]
        if watchdog:
            variables["WATCHDOG_USEC"] = str(int(watchdog * 1_000_000))
        options = ["run", "--log", "json", *options]
        with self._log.open("ab") as file:
            to = (log or file).fileno()
            self.process: ForkedProcess | subprocess.Popen[bytes]
            if not (program or handed_over or is_measured()):
                self.process = start_in_fork(options, place.folder, variables, to, to)
                return
            descriptors = [handed_over.fileno()] if handed_over else []
            start = ["-c", HANDING_OVER, str(*descriptors)] if handed_over else program or PROGRAM
            self.process = subprocess.Popen(
                [sys.executable, *start, *options],
                cwd=place.folder,
                env=variables,
                stderr=to,
                pass_fds=descriptors,
            )

    def __enter__(self) -> Self:
        """Wait until it is ready."""
        try:
            self.await_message("READY", "1")
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """End it, unless it has ended."""
        self.kill()

    def kill(self) -> None:
        """End it at once."""
        self.process.kill()
        self.process.wait()
        self._socket.close()

    def stop(self, number: signal.Signals = signal.SIGTERM) -> float:
        """End it in good order; return how many seconds that took."""
        start = time.monotonic()
        self.process.send_signal(number)
        assert self.process.wait(DEADLINE) == 0, self._log.read_text(encoding="utf-8")
        return time.monotonic() - start

    def messages(self) -> list[dict[str, str]]:
        """Return what it told the service manager so far."""
        with suppress(BlockingIOError):
            while True:
                lines = self._socket.recv(65536).decode().splitlines()
                self._messages.append(dict(line.split("=", 1) for line in lines))
        return self._messages

    def await_message(self, name: str, value: str, after: int = 0) -> None:
        """Wait for a message that comes after so many others."""
        until(
            lambda: any(m.get(name) == value for m in self.messages()[after:]),
            f"{name}={value}; the log:\n{self._log.read_text(encoding='utf-8')}",
        )

    def processor_seconds(self) -> float:
        """Return how long it has kept a processor busy so far, its children aside."""
        stat = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="utf-8")
        # utime and stime of proc_pid_stat(5), counted from behind the name.
        user, system = stat.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self.process.send_signal(number)

    def log(self, event: str = "") -> list[dict[str, Any]]:
        """Return the lines of its log, or those of one event; each is a JSON object."""
        text = self._log.read_text(encoding="utf-8")
        # Python itself writes a line when a daemon with processes of its own was killed.
        written = text[: text.rfind("\n") + 1].splitlines()
        lines = [json.loads(line) for line in written if line.startswith("{")]
        return [line for line in lines if event in ("", line["message"])]
