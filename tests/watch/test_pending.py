from __future__ import annotations

import io
import os
import time
from typing import TYPE_CHECKING

import pytest

from refeed.log.logger import logger
from refeed.watch.debounce import News
from refeed.watch.inotify import Appeared, Changed, Trouble
from refeed.watch.pending import Hearing

if TYPE_CHECKING:
    from pathlib import Path

SETTLE = 100.0
FRESH, WRITTEN_PERHAPS, OLD = 50, 500, 5_000


@pytest.fixture
def log() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def hearing(log: io.StringIO) -> Hearing:
    return Hearing(SETTLE, logger("text", log, {}))


def seconds_ago(seconds: float) -> int:
    return time.time_ns() - int(seconds * 1e9)


@pytest.mark.parametrize(("age", "settled"), [(FRESH, False), (WRITTEN_PERHAPS, True), (-60, True)])
def test_what_nobody_spoke_of_may_be_read_unless_it_is_fresh(
    hearing: Hearing, age: float, *, settled: bool
) -> None:
    assert hearing.is_settled("/seeds/1.md", seconds_ago(age)) is settled
    assert (hearing.wait() is None) is settled


def test_where_events_were_lost_someone_may_still_be_writing(hearing: Hearing) -> None:
    lost = Trouble("/seeds", "inotify's queue overflowed")
    assert hearing.hear(lost)
    assert hearing.is_settled("/seeds/1.md", seconds_ago(WRITTEN_PERHAPS)), "nothing was read yet"
    hearing.read(0.0, (), everything=False)
    assert hearing.hear(lost)
    hearing.failed()
    assert not hearing.is_settled("/seeds/1.md", seconds_ago(WRITTEN_PERHAPS))
    assert hearing.is_settled("/seeds/2.md", seconds_ago(OLD))
    hearing.read(0.0, (), everything=True)
    assert hearing.is_settled("/seeds/3.md", seconds_ago(WRITTEN_PERHAPS))


def test_what_is_given_out_may_be_read_once(hearing: Hearing, tmp_path: Path) -> None:
    file = tmp_path / "1.md"
    hearing.hear(Changed(str(file), News.WHOLE))
    assert hearing.take([tmp_path]) == [file]
    assert hearing.is_settled(str(file), seconds_ago(0))
    hearing.read(0.0, (), everything=False)
    assert not hearing.is_settled(str(file), seconds_ago(0))
    assert hearing.take([tmp_path]) == []


def test_a_folder_that_appeared_brings_what_is_in_it(hearing: Hearing, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    folder.mkdir()
    for name, age in (("fresh.md", FRESH), ("old.md", OLD)):
        (folder / name).touch()
        os.utime(folder / name, ns=(0, seconds_ago(age)))
    assert not hearing.hear(Appeared(str(folder)))
    assert hearing.wait() == 0.0
    assert hearing.take([tmp_path]) == [folder / "old.md"]
    assert not hearing.is_settled(str(folder / "fresh.md"), seconds_ago(OLD)), "it is awaited"


def test_the_same_trouble_is_told_once(hearing: Hearing, log: io.StringIO) -> None:
    for _ in range(3):
        hearing.hear(Trouble("/seeds", "the seeds folder is gone"))
        hearing.hear(Trouble("/seeds", "watching had ended", serious=False))
    assert log.getvalue().count("the seeds folder is gone") == 1
    assert "watching had ended" not in log.getvalue()
