"""A rebuild whose work a real Dask cluster does: a scheduler and two workers, each a process."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import pytest

from archives import Article, config_in, environment, put, run, tree
from daemons import until
from refeed import __version__
from refeed.errors import FolderError, RefeedError
from refeed.workers.dask import connect, run_on_worker
from refeed.workers.jobs import read_files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytest.importorskip("distributed", reason="the extra refeed[dask] is not installed")

_DEADLINE = 60.0


@dataclass
class Cluster:
    """A scheduler and its workers.

    Attributes:
        folder: holds their logs, and is where workers look for relative paths.
    """

    folder: Path
    address: str = ""

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._start(stack, "scheduler", "--port", "0", "--host", "127.0.0.1")
            self.address = self._said("scheduler", r"Scheduler at:\s+tcp://(127\.0\.0\.1:\d+)")
            self._stack = stack.pop_all()
        return self

    def add_workers(self, number: int) -> list[int]:
        """Start workers, each a process; return their numbers when the scheduler knows them."""
        names = [f"worker{each}" for each in range(number)]
        options = ("--nthreads", "1", "--no-nanny", "--memory-limit", "0")
        processes = [
            self._start(self._stack, name, f"tcp://{self.address}", *options) for name in names
        ]
        for name in names:
            self._said(name, r"Registered to:\s+(\S+)")
        return [process.pid for process in processes]

    def stop_scheduler(self) -> None:
        self._scheduler.kill()

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _start(self, stack: ExitStack, name: str, *options: str) -> subprocess.Popen[bytes]:
        kind = name.rstrip("0123456789")
        log = stack.enter_context((self.folder / f"{name}.log").open("wb"))
        arguments = [sys.executable, "-m", "dask", kind, *options, "--no-dashboard"]
        process = subprocess.Popen(arguments, stderr=log, stdout=log, env=environment())
        stack.callback(process.wait)
        stack.callback(process.kill)
        if kind == "scheduler":
            self._scheduler = process
        return process

    def _said(self, name: str, pattern: str) -> str:
        log = self.folder / f"{name}.log"
        until(lambda: re.search(pattern, log.read_text()), f"{name}: {pattern}", _DEADLINE)
        found = re.search(pattern, log.read_text())
        assert found
        return found[1]


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    folder = tmp_path / "cluster"
    folder.mkdir()
    with Cluster(folder) as started:
        yield started


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(250):
        host = f"site{number % 3}.example.org"
        html = f'<p>Text {number}. <a href="https://x.example/?utm_source=a">More</a></p>'
        put(tmp_path / f"a/seeds/{number}.md", Article(f"https://{host}/{number}", "T", html))
    put(tmp_path / "a/seeds/bad.md", b"This is no article.")
    return tmp_path / "a"


def test_two_workers_give_the_same_bytes(cluster: Cluster, folder: Path) -> None:
    cluster.add_workers(2)
    there = run("rebuild", "--executor", f"dask://{cluster.address}", folder=folder)
    assert (there.returncode, "250 entries" in there.stdout) == (0, True), there.stderr
    by_cluster = tree(folder / "feeds")
    again = run("rebuild", "--executor", f"dask://{cluster.address}", folder=folder)
    assert "0 of them read" in again.stdout
    here = run("rebuild", "--output", "here", "--state", "here-state", folder=folder)
    assert here.returncode == 0
    assert tree(folder / "here") == by_cluster


def test_a_worker_that_does_not_see_the_folder_deletes_nothing(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    config.seeds[0].rmdir()
    with pytest.raises(FolderError, match="not found by a worker"):
        run_on_worker(__version__, read_files, config, [(0, "a.md")])


def test_a_worker_with_another_refeed_does_nothing(tmp_path: Path) -> None:
    with pytest.raises(RefeedError, match=r"has refeed .*, and this is 0\.0"):
        run_on_worker("0.0", read_files, config_in(tmp_path), [])


def test_a_lost_scheduler_is_told(cluster: Cluster, tmp_path: Path) -> None:
    for worker in cluster.add_workers(1):
        os.kill(worker, signal.SIGSTOP)
    lost = pytest.raises(RefeedError, match="was lost")
    with lost, connect(f"dask://{cluster.address}") as (executor, _):
        result = executor.submit(read_files, config_in(tmp_path), [])
        cluster.stop_scheduler()
        result.result()


def test_what_is_missing_is_told(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("refeed.workers.dask._TIMEOUT_SECONDS", 1)
    with pytest.raises(RefeedError, match="has no workers"), connect(f"dask://{cluster.address}"):
        pass
    cluster.stop_scheduler()
    with pytest.raises(RefeedError, match="no Dask scheduler answers"):
        connect(f"dask://{cluster.address}").__enter__()


def test_an_address_of_another_kind_is_wrong_use(folder: Path) -> None:
    done = run("rebuild", "--executor", "spark://127.0.0.1:1", folder=folder)
    assert (done.returncode, "is not like dask://" in done.stderr) == (2, True)
