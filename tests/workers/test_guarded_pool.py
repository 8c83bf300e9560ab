"""A snapshot that takes too long, or ends its process, harms itself only."""

from __future__ import annotations

import json
import os
import signal
import time
from multiprocessing import active_children
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from archives import Article, config_in, native, put
from daemons import Daemon, Place, until
from refeed.commands.rebuild import rebuild
from refeed.progress import StopError
from refeed.workers.guarded_pool import GuardedPool, JobError
from refeed.workers.pool import Workers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import Future

    from refeed.config import Config

BACKTRACKS = r"(\w+\s?)+!$"
SENTENCE = "the quick brown fox jumps over the lazy dog and then more words follow in it."


OF_LITTLE_PATIENCE = """
from refeed.cli.main import main
from refeed.workers.guarded_pool import GuardedPool
GuardedPool.__init__.__defaults__ = (4.0,)
main()
"""
"""refeed with a time limit of four seconds."""


def work(_: Config, tasks: Sequence[str]) -> list[str]:
    """Do what each task says."""
    for task in tasks:
        if task == "sleep":
            time.sleep(60)
        elif task == "crash":
            os.kill(os.getpid(), signal.SIGKILL)
        elif task == "fail":
            raise ValueError(task)
        elif task.startswith("/") and not Path(task).exists():
            Path(task).touch()
            os.kill(os.getpid(), signal.SIGKILL)
    return [task.upper() for task in tasks]


@pytest.fixture
def pool() -> Iterator[GuardedPool]:
    pool = GuardedPool(1, "fork", time_limit=1.0)
    yield pool
    pool.close()


@pytest.mark.parametrize(
    ("bad", "reason"), [("sleep", "it takes longer than 1 s"), ("crash", "killed or crashed")]
)
def test_all_other_tasks_are_done(tmp_path: Path, pool: GuardedPool, bad: str, reason: str) -> None:
    workers = Workers(config_in(tmp_path), 1, pool=pool)
    tasks = ["a", bad, "b"]
    results = dict(workers.map(work, tasks, fallback=lambda _, why: why, chunk_size=2))
    assert reason in results.pop(bad)
    assert results == {"a": "A", "b": "B"}


def test_a_task_whose_process_was_killed_gets_another(tmp_path: Path, pool: GuardedPool) -> None:
    task = str(tmp_path / "killed")
    workers = Workers(config_in(tmp_path), 1, pool=pool)
    results = dict(workers.map(work, [task], fallback=lambda _, why: why))
    assert results == {task: task.upper()}


def test_large_files_give_more_time(tmp_path: Path, pool: GuardedPool) -> None:
    config = config_in(tmp_path)
    for name, size in (("page.html", 90_000), ("site.warc", 20_000_000)):
        put(config.seeds[0] / name, b"")
        os.truncate(config.seeds[0] / name, size)
    workers, more = Workers(config, 1, pool=pool), []
    submit = pool.submit

    def record(*arguments: Any) -> Future[list[str]]:  # noqa: ANN401 - those of `submit`
        more.append(arguments[-1])
        return submit(*arguments)

    pool.submit = record  # type: ignore[method-assign,assignment]
    tasks = ["page.html", "site.warc", "gone.html"]
    done = workers.map(
        work, tasks, fallback=lambda _, why: why, chunk_size=1, files=lambda name: [(0, name)]
    )
    assert [result for _, result in done] == [task.upper() for task in tasks]
    assert more == [0, 200, 0]


def test_a_job_has_the_time_that_it_is_given(tmp_path: Path) -> None:
    pool = GuardedPool(1, "fork", time_limit=-1000)
    config = config_in(tmp_path)
    with pytest.raises(JobError, match="longer than -1000 s"):
        pool.wait(pool.submit(work, config, ["sleep"]), lambda: None)
    assert pool.wait(pool.submit(work, config, ["a"], 1060), lambda: None) == ["A"]
    pool.close()


def test_work_goes_on_after_an_idle_process_was_killed(tmp_path: Path, pool: GuardedPool) -> None:
    workers = Workers(config_in(tmp_path), 1, pool=pool)
    assert dict(workers.map(work, ["a"], fallback=lambda _, why: why)) == {"a": "A"}
    (process,) = active_children()
    process.kill()
    process.join()
    for task in ("b", "c"):
        done = dict(workers.map(work, [task], fallback=lambda _, why: why))
        assert done == {task: task.upper()}


def test_a_job_that_fails_says_where(tmp_path: Path, pool: GuardedPool) -> None:
    config = config_in(tmp_path)
    with pytest.raises(ValueError, match="fail") as caught:
        pool.wait(pool.submit(work, config, ["fail"]), lambda: None)
    assert "in work" in "".join(caught.value.__notes__)
    assert pool.wait(pool.submit(work, config, ["a"]), lambda: None) == ["A"]


def test_more_is_sent_than_a_pipe_holds(tmp_path: Path, pool: GuardedPool) -> None:
    tasks = ["a" * 2_000_000]
    job = pool.submit(work, config_in(tmp_path), tasks)
    assert pool.wait(job, lambda: None) == [tasks[0].upper()]


def test_closing_ends_the_jobs_that_run_and_those_that_wait(tmp_path: Path) -> None:
    pool = GuardedPool(2, "fork")
    jobs = [pool.submit(work, config_in(tmp_path), [task]) for task in ("sleep", "sleep", "a")]
    pool.close()
    for job in jobs:
        with pytest.raises(JobError):
            pool.wait(job, lambda: None)
    assert not active_children()


def test_waiting_can_be_stopped(tmp_path: Path, pool: GuardedPool) -> None:
    def stop() -> None:
        raise StopError

    workers = Workers(config_in(tmp_path), 1, pool=pool, beat=stop)
    with pytest.raises(StopError):
        list(workers.map(work, ["sleep"], fallback=lambda _, why: why))


def test_a_pattern_that_runs_for_ever_rejects_its_snapshot_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(GuardedPool.__init__, "__defaults__", (2.0,))
    rules = [{"source": "a.example", "drop_text": [BACKTRACKS]}]
    config = config_in(tmp_path, rules=rules)
    put(config.seeds[0] / "1.md", Article("https://a.example/1", html="<p>Short.</p>"))
    put(config.seeds[0] / "2.md", Article("https://a.example/2", html=f"<p>{SENTENCE}</p>"))
    report = rebuild(config, jobs=1).report
    assert report.entries == 1
    (row,) = report.rejected
    assert (row.path, row.timed_out) == ("2.md", True)
    assert "longer than" in row.problem
    again = rebuild(config, jobs=1).report
    assert (again.read, again.entries, len(again.rejected)) == (0, 1, 1)
    mended = rebuild(config_in(tmp_path), jobs=1).report
    assert (mended.entries, mended.rejected) == (2, ())


def test_the_daemon_answers_and_stops_while_a_pattern_runs_for_ever(tmp_path: Path) -> None:
    place = Place(tmp_path, config=f"[[rules]]\nsource = '*'\ndrop_text = ['{BACKTRACKS}']\n")
    place.drop("1.md", native(Article("https://a.example/1", html="<p>Short.</p>")).decode())
    with Daemon(place, program=("-c", OF_LITTLE_PATIENCE)) as daemon:
        until((place.output / "all/feed.json").exists, "the first article")
        place.drop(
            "2.md", native(Article("https://a.example/2", html=f"<p>{SENTENCE}</p>")).decode()
        )
        until(lambda: daemon.log("rejected"), "the slow one", seconds=90)
        items = json.loads((place.output / "all/feed.json").read_text("utf-8"))["items"]
        assert [item["url"] for item in items] == ["https://a.example/1"]
        daemon.stop()
