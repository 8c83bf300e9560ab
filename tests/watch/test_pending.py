from __future__ import annotations

import io
import os
import time
from typing import TYPE_CHECKING

import pytest

from refeed.log.logger import make_logger
from refeed.watch.events import EventKind, EventsLost, FolderAppeared, PathChanged
from refeed.watch.pending import PendingChanges

if TYPE_CHECKING:
    from pathlib import Path

SETTLE = 100.0
FRESH, WRITTEN_PERHAPS, OLD = 50, 500, 5_000


@pytest.fixture
def log() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def pending(log: io.StringIO) -> PendingChanges:
    return PendingChanges(SETTLE, make_logger("text", log, {}))


def seconds_ago(seconds: float) -> int:
    return time.time_ns() - int(seconds * 1e9)


@pytest.mark.parametrize(("age", "settled"), [(FRESH, False), (WRITTEN_PERHAPS, True), (-60, True)])
def test_what_nobody_spoke_of_may_be_read_unless_it_is_fresh(
    pending: PendingChanges, age: float, *, settled: bool
) -> None:
    assert pending.is_settled("/seeds/1.md", seconds_ago(age)) is settled
    assert pending.wait() is None, "asking changes nothing"
    if not settled:
        pending.defer(["/seeds/1.md"])
        assert pending.wait() == pytest.approx(SETTLE, abs=1.0)
        assert not pending.is_settled("/seeds/1.md", seconds_ago(OLD)), "it is awaited"


def test_where_events_were_lost_someone_may_still_be_writing(pending: PendingChanges) -> None:
    lost = EventsLost("/seeds", "inotify's queue overflowed")
    assert pending.add(lost)
    assert pending.is_settled("/seeds/1.md", seconds_ago(WRITTEN_PERHAPS)), "nothing was read yet"
    pending.note_sync(0.0, (), everything=False)
    assert pending.add(lost)
    pending.note_failure()
    assert not pending.is_settled("/seeds/1.md", seconds_ago(WRITTEN_PERHAPS))
    assert pending.is_settled("/seeds/2.md", seconds_ago(OLD))
    pending.note_sync(0.0, (), everything=True)
    assert pending.is_settled("/seeds/3.md", seconds_ago(WRITTEN_PERHAPS))


def test_what_is_given_out_may_be_read_once(pending: PendingChanges, tmp_path: Path) -> None:
    file = tmp_path / "1.md"
    pending.add(PathChanged(str(file), EventKind.COMPLETE))
    assert pending.take([tmp_path]) == [file]
    assert pending.is_settled(str(file), seconds_ago(0))
    pending.note_sync(0.0, (), everything=False)
    assert not pending.is_settled(str(file), seconds_ago(0))
    assert pending.take([tmp_path]) == []


def test_a_folder_that_appeared_brings_what_is_in_it(
    pending: PendingChanges, tmp_path: Path
) -> None:
    folder = tmp_path / "new"
    folder.mkdir()
    for name, age in (("fresh.md", FRESH), ("old.md", OLD)):
        (folder / name).touch()
        os.utime(folder / name, ns=(0, seconds_ago(age)))
    assert not pending.add(FolderAppeared(str(folder)))
    assert pending.wait() == 0.0
    assert pending.take([tmp_path]) == [folder / "old.md"]
    assert not pending.is_settled(str(folder / "fresh.md"), seconds_ago(OLD)), "it is awaited"


def test_the_same_trouble_is_told_once(pending: PendingChanges, log: io.StringIO) -> None:
    for _ in range(3):
        pending.add(EventsLost("/seeds", "the seeds folder is gone"))
        pending.add(EventsLost("/seeds", "watching had ended", is_serious=False))
    assert log.getvalue().count("the seeds folder is gone") == 1
    assert "watching had ended" not in log.getvalue()
