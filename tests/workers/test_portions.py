"""What is long is worked on in portions, so that memory doesn't grow with an archive."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archives import Article, config_in, put
from refeed.seeds.files import digest_of
from refeed.store import EntryRow
from refeed.workers import jobs
from refeed.workers.guarded_pool import GuardedPool
from refeed.workers.pool import Workers
from refeed.workers.portions import LONG, SECONDS, cut, take_some
from refeed.workers.render_entry import RenderJob, render_entries

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from refeed.config import Config

LENGTHS = st.lists(st.integers(0, LONG * 2), max_size=20)


def length(number: int) -> int:
    return number


def double_two(_: Config, tasks: Sequence[int]) -> list[int]:
    """Return the results of two tasks only, however many there are."""
    return [task * 2 for task in tasks[:2]]


@given(LENGTHS, st.integers(1, 5))
def test_portions_are_all_there_is_in_order_and_not_long(lengths: list[int], size: int) -> None:
    portions = list(cut(lengths, size, length))
    assert [each for portion in portions for each in portion] == lengths
    assert all(len(each) <= size and sum(each[:-1]) <= LONG for each in portions)


@given(LENGTHS)
def test_some_are_the_first_and_no_more_are_taken(lengths: list[int]) -> None:
    left = iter(lengths)
    some = take_some(left, length)
    assert some + list(left) == lengths
    assert bool(some) == bool(lengths)
    assert sum(some[:-1]) <= LONG


@given(st.lists(st.floats(0, SECONDS * 2), max_size=20))
def test_what_takes_long_is_handed_back(durations: list[float]) -> None:
    passed = 0.0

    def work() -> Iterator[float]:
        nonlocal passed
        for duration in durations:
            passed += duration
            yield duration

    some = take_some(work(), lambda _: 0, lambda: passed)
    assert some == durations[: len(some)]
    assert sum(some[:-1]) <= SECONDS
    assert len(some) == len(durations) or sum(some) > SECONDS


def test_jobs_stop_where_they_take_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("refeed.workers.portions.SECONDS", -1)
    config = config_in(tmp_path)
    names = ["1.md", "2.md"]
    for name in names:
        put(config.seeds[0] / name, Article(f"https://news.example.org/{name}"))
    files = [(0, name) for name in names]
    assert len(jobs.read_files(config, files)) == 1
    assert len(jobs.read_and_clean_files(config, files)) == 1
    rows = [_row(config.seeds[0], number, name) for number, name in enumerate(names)]
    assert len(jobs.clean_entries(config, rows)) == 1
    assert len(jobs.extract_texts(config, rows)) == 1
    assert len(jobs.digest_texts(config, [(1, ()), (2, ())])) == 1


@pytest.mark.parametrize("where", ["here", "pool", "executor"])
def test_tasks_that_a_job_leaves_over_are_done_as_well(tmp_path: Path, where: str) -> None:
    executor = ThreadPoolExecutor(1) if where == "executor" else None
    pool = GuardedPool(1, "fork") if where == "pool" else None
    tasks = list(range(23))
    workers = Workers(config_in(tmp_path), 1, executor, pool=pool)
    results = list(workers.map(double_two, tasks, fallback=lambda *_: 0, chunk_size=5))
    assert results == [(task, task * 2) for task in tasks]
    for each in (executor.shutdown if executor else None, pool.close if pool else None):
        if each:
            each()


def test_jobs_stop_where_their_results_are_long(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    text = "word " * (LONG // 12)
    names = [f"{number}.md" for number in range(6)]
    for number, name in enumerate(names):
        put(
            config.seeds[0] / name,
            Article(f"https://news.example.org/{number}", html=f"<p>{text}</p>"),
        )
    files = [(0, name) for name in names]
    assert len(jobs.read_files(config, files)) == len(files)
    assert len(jobs.read_and_clean_files(config, files)) == len("abc")
    rows = [_row(config.seeds[0], number, name) for number, name in enumerate(names)]
    assert len(jobs.clean_entries(config, rows)) == len("abc")
    assert len(jobs.extract_texts(config, rows)) == len("abc")
    formats = ("rss", "atom", "json")
    tasks = [RenderJob(row, None, is_current=False, formats=formats) for row in rows]
    assert len(render_entries(config, tasks)) == 1


def _row(folder: Path, number: int, name: str) -> EntryRow:
    digest = digest_of((folder / name).read_bytes())
    url = f"https://news.example.org/{number}"
    return EntryRow(number, url, 0, 0, url, name, (), (), 0, name, 0, digest)
