from __future__ import annotations

import ctypes
import errno
import io
import os
import shutil
import subprocess
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from threading import active_count
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from watchdog.observers.inotify_c import (
    InotifyConstants,
    InotifyEvent,
    InotifyFD,
    inotify_add_watch,
)
from watchdog.observers.polling import PollingEmitter

from conftest import examples
from daemons import until
from refeed.log.logger import make_logger
from refeed.watch import inotify
from refeed.watch.events import EventKind, EventsLost, FolderAppeared, PathChanged
from refeed.watch.polling import is_remote
from refeed.watch.watcher import Watcher

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from refeed.watch.events import WatchEvent


class Events:
    """Keeps what was reported."""

    def __init__(self) -> None:
        self._queue: SimpleQueue[WatchEvent] = SimpleQueue()
        self.seen: list[WatchEvent] = []

    def __call__(self, event: WatchEvent) -> None:
        self._queue.put(event)

    def all(self) -> list[WatchEvent]:
        try:
            while True:
                self.seen.append(self._queue.get_nowait())
        except Empty:
            return self.seen

    def has_file(self, file: Path) -> bool:
        return any(getattr(event, "path", "") == str(file) for event in self.all())

    def troubles(self) -> list[str]:
        return [event.reason for event in self.all() if isinstance(event, EventsLost)]


@contextmanager
def watched(*folders: Path, polling: bool = False) -> Iterator[tuple[Watcher, Events]]:
    events = Events()
    watcher = Watcher(folders, events, make_logger("json", io.StringIO(), {}), polling=polling)
    try:
        yield watcher, events
    finally:
        watcher.close()


def checked(watcher: Watcher) -> Watcher:
    watcher.check()
    return watcher


def full_below(folder: Path) -> Callable[[int, bytes, int], int]:
    """Return a way to add watches that works for the folder and for nothing below it."""

    def limited(descriptor: int, path: bytes, mask: int) -> int:
        if path == bytes(folder):
            return inotify_add_watch(descriptor, path, mask)
        ctypes.set_errno(errno.ENOSPC)
        return -1

    return limited


def unwatched(watcher: Watcher, top: Path) -> list[str]:
    """Return the folders of a tree that the kernel watches not, by its own account."""
    instance = watcher._inotify  # noqa: SLF001 - to ask the kernel
    assert instance is not None
    descriptor = instance._inotify_fd  # noqa: SLF001 - as above
    with open(f"/proc/self/fdinfo/{descriptor}", encoding="ascii") as lines:  # noqa: PTH123 - a file of the kernel's
        inodes = {int(line.split("ino:")[1].split()[0], 16) for line in lines if "ino:" in line}
    folders = [top, *(path for path in top.rglob("*") if path.is_dir())]
    return [str(path) for path in folders if path.stat().st_ino not in inodes]


def test_what_is_closed_or_renamed_is_whole_and_what_is_gone_has_changed(tmp_path: Path) -> None:
    with watched(tmp_path) as (_, events):
        file, other = tmp_path / "a.md", tmp_path / "b.md"
        file.write_text("x", encoding="utf-8")
        until(lambda: PathChanged(str(file), EventKind.COMPLETE) in events.all(), "closed")
        assert PathChanged(str(file), EventKind.WRITING) in events.seen
        file.rename(other)
        until(lambda: PathChanged(str(other), EventKind.COMPLETE) in events.all(), "renamed")
        other.unlink()
        until(lambda: PathChanged(str(other), EventKind.CHANGED) in events.all(), "deleted")
        (tmp_path / ".hidden").mkdir()
        (tmp_path / ".hidden" / "x.md").write_text("x", encoding="utf-8")
        (tmp_path / "notes.txt~").write_text("x", encoding="utf-8")
        (tmp_path / "folder").mkdir()
        until(lambda: FolderAppeared(str(tmp_path / "folder")) in events.all(), "a folder")
        assert {seen.path for seen in events.seen if not isinstance(seen, EventsLost)} == {
            str(file),
            str(other),
            str(tmp_path / "folder"),
        }


def test_reading_is_not_heard(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text("x", encoding="utf-8")
    with watched(tmp_path) as (_, events):
        for _ in range(50):
            file.read_text(encoding="utf-8")
        (tmp_path / "last.md").write_text("x", encoding="utf-8")
        until(
            lambda: PathChanged(str(tmp_path / "last.md"), EventKind.COMPLETE) in events.all(),
            "the last",
        )
        assert not [seen for seen in events.seen if getattr(seen, "path", "") == str(file)]


def test_without_watches_left_it_falls_back_to_polling(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inotify, "inotify_add_watch", full_below(tmp_path / "nothing"))
    with watched(tmp_path) as (watcher, events):
        assert watcher.list_polled() == [tmp_path]
        assert events.troubles() == ["polling instead of inotify: inotify watch limit reached"]
        (tmp_path / "a.md").write_text("x", encoding="utf-8")
        polled = PathChanged(str(tmp_path / "a.md"), EventKind.CHANGED)
        until(lambda: checked(watcher) is watcher and polled in events.all(), "polled")


def test_without_watches_left_for_a_new_folder_it_falls_back_to_polling(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inotify, "inotify_add_watch", full_below(tmp_path))
    with watched(tmp_path) as (watcher, events):
        assert watcher.list_polled() == []
        (tmp_path / "new").mkdir()
        until(lambda: checked(watcher).list_polled() == [tmp_path], "polling")
        assert "polling instead of inotify: inotify watch limit reached" in events.troubles()


@pytest.mark.parametrize("polling", [False, True])
def test_mails_and_what_decides_of_a_layout_are_heard_of(tmp_path: Path, *, polling: bool) -> None:
    names = ("index.json", "ArchiveBox.conf", "cur/1700000000.M1P2.host:2,S", "index.html?p=3")
    (tmp_path / "cur").mkdir()
    with watched(tmp_path, polling=polling) as (watcher, events):
        for name in names:
            (tmp_path / name).write_text("x", encoding="utf-8")
        for name in names:
            until(lambda n=name: checked(watcher) and events.has_file(tmp_path / n), name)  # type: ignore[misc, truthy-bool]


@pytest.mark.parametrize("polling", [False, True])
def test_a_long_walk_has_a_heartbeat(tmp_path: Path, *, polling: bool) -> None:
    for number in range(20):
        (tmp_path / f"{number}").mkdir()
    beats: list[int] = []
    log = make_logger("json", io.StringIO(), {})
    Watcher([tmp_path], Events(), log, polling=polling, beat=lambda: beats.append(1)).close()
    assert len(beats) > 20


@pytest.mark.parametrize("polling", [False, True])
def test_a_folder_that_fails_is_told_once_and_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, polling: bool
) -> None:
    def failing(*_: Any) -> int:  # noqa: ANN401 - as they are called
        ctypes.set_errno(errno.ESTALE)
        raise OSError(errno.ESTALE, "Stale file handle")

    with monkeypatch.context() as broken:
        broken.setattr(inotify, "inotify_add_watch", failing)
        broken.setattr(PollingEmitter, "on_thread_start", failing)
        with watched(tmp_path, polling=polling) as (watcher, events):
            watcher.check()
            watcher.check()
            told = events.troubles()
            assert told == ["seeds folder can't be watched: Stale file handle"]
            broken.undo()
            watcher.check()
            assert events.troubles()[1:] == ["seeds folder can be watched again"]
            (tmp_path / "a.md").write_text("x", encoding="utf-8")
            file = tmp_path / "a.md"
            until(lambda: checked(watcher) is watcher and events.has_file(file), "watched")


def test_an_overflow_is_told(tmp_path: Path) -> None:
    overflow = InotifyEvent(-1, InotifyConstants.IN_Q_OVERFLOW, 0, b"")  # type: ignore[arg-type]
    with watched(tmp_path) as (watcher, events):
        instance = watcher._inotify  # noqa: SLF001 - the kernel's part is played
        assert instance is not None
        instance.handle_event(overflow)
        assert events.troubles() == ["inotify's queue overflowed"]
        (tmp_path / "a.md").write_text("x", encoding="utf-8")
        file = PathChanged(str(tmp_path / "a.md"), EventKind.COMPLETE)
        until(lambda: file in events.all(), "it goes on")


def test_an_instance_that_has_ended_is_replaced(tmp_path: Path) -> None:
    with watched(tmp_path) as (watcher, events):
        instance = watcher._inotify  # noqa: SLF001 - it is broken on purpose
        assert instance is not None
        instance.shut_down()
        watcher.check()
        assert events.troubles() == ["watching had stopped"]
        (tmp_path / "a.md").write_text("x", encoding="utf-8")
        file = PathChanged(str(tmp_path / "a.md"), EventKind.COMPLETE)
        until(lambda: file in events.all(), "it goes on")


def test_whatever_handling_an_event_raises_the_instance_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: str) -> bool:
        raise KeyError(7)

    with watched(tmp_path) as (watcher, events):
        with monkeypatch.context() as patched:
            patched.setattr(inotify, "is_snapshot_name", broken)
            (tmp_path / "a.md").touch()
            until(lambda: checked(watcher) is watcher and events.troubles(), "it is noticed")
        assert events.troubles()[0] == "an event could not be handled: KeyError(7)"
        (tmp_path / "b.md").touch()
        until(lambda: events.has_file(tmp_path / "b.md"), "it goes on")


def test_a_folder_that_vanishes_is_watched_again_when_it_is_back(tmp_path: Path) -> None:
    folder = tmp_path / "seeds"
    with watched(folder) as (watcher, events):
        folder.mkdir()
        watcher.check()
        assert events.troubles() == ["seeds folder is there"]
        folder.rmdir()
        until(lambda: checked(watcher) is watcher and len(events.troubles()) == 2, "it is gone")
        folder.mkdir()
        watcher.check()
        (folder / "a.md").write_text("x", encoding="utf-8")
        until(
            lambda: PathChanged(str(folder / "a.md"), EventKind.COMPLETE) in events.all(),
            "it goes on",
        )


def test_watches_of_folders_that_were_moved_out_are_removed(tmp_path: Path) -> None:
    folder = tmp_path / "seeds"
    (folder / "a" / "b").mkdir(parents=True)
    with watched(folder) as (watcher, _):
        instance = watcher._inotify  # noqa: SLF001 - its watches are counted
        assert instance is not None
        assert instance.count_watches() == 3
        (folder / "a").rename(tmp_path / "out")
        until(lambda: instance.count_watches() == 1, "two watches are removed")


def swap(seeds: Path) -> None:
    (seeds / "current").rename(seeds.parent / "old")
    (seeds / "staging").rename(seeds / "current")


def exchange(seeds: Path) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    here, exchange_flag = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
    one, other = bytes(seeds / "current"), bytes(seeds / "staging")
    assert libc.renameat2(here, one, here, other, exchange_flag) == 0


def rename_in_a_ring(seeds: Path) -> None:
    (seeds / "current").rename(seeds / "other")
    (seeds / "staging").rename(seeds / "current")
    (seeds / "other").rename(seeds / "staging")


def rename_what_was_just_filled(seeds: Path) -> None:
    for number in range(12):
        (seeds / "staging" / f"{number}" / "deep").mkdir(parents=True)
    (seeds / "staging").rename(seeds / "2024-06")


def make_and_rename(seeds: Path) -> None:
    for _ in range(5):
        (seeds / "x" / "y").mkdir(parents=True)
        (seeds / "x").rename(seeds / "z")
        (seeds / "z" / "y").rename(seeds / "z" / "w")
        (seeds / "x").mkdir()
        (seeds / "x").rmdir()
        (seeds / "z").rename(seeds / "current" / "z")
        (seeds / "current" / "z" / "w").rmdir()
        (seeds / "current" / "z").rmdir()
    (seeds / "last" / "one").mkdir(parents=True)


def nest(seeds: Path, depth: int = 400) -> None:
    descriptor = os.open(seeds / "staging", os.O_RDONLY)
    for _ in range(depth):
        os.mkdir("d", dir_fd=descriptor)
        below = os.open("d", os.O_RDONLY, dir_fd=descriptor)
        os.close(descriptor)
        descriptor = below
    os.close(descriptor)


@pytest.mark.parametrize(
    "change",
    [swap, exchange, rename_in_a_ring, rename_what_was_just_filled, make_and_rename, nest],
)
def test_after_any_change_of_folders_all_are_watched(
    tmp_path: Path, change: Callable[[Path], None]
) -> None:
    seeds = tmp_path / "seeds"
    for name in ("current", "staging"):
        (seeds / name / "sub").mkdir(parents=True)
    with watched(seeds) as (watcher, events):
        change(seeds)
        (seeds / "last.md").touch()
        until(lambda: events.has_file(seeds / "last.md"), "what happened before is handled")
        watcher.check()
        assert events.troubles() == []
        assert unwatched(watcher, seeds) == []
        instance = watcher._inotify  # noqa: SLF001 - its watches are counted
        assert instance is not None
        folders = [seeds, *(path for path in seeds.rglob("*") if path.is_dir())]
        assert instance.count_watches() == len(folders)
        for folder in folders[-3:]:
            (folder / "a.md").touch()
            until(lambda f=folder: events.has_file(f / "a.md"), f"a file in {folder}")  # type: ignore[misc]


OPERATIONS = ("mkdir", "rename", "exchange", "move out", "move in", "remove", "file")
PLACES = ("a", "b", "a/a", "a/b", "b/a", "a/a/a")


def operate(seeds: Path, operation: str, one: Path, other: Path) -> None:
    """Do something with two places in the seeds; what can't be done isn't."""
    outside = seeds.parent / "outside"
    with suppress(OSError):
        match operation:
            case "mkdir":
                one.mkdir(parents=True)
            case "rename":
                one.rename(other)
            case "exchange":
                flag = 2  # RENAME_EXCHANGE
                ctypes.CDLL(None).renameat2(-100, bytes(one), -100, bytes(other), flag)
            case "move out":
                one.rename(outside / str(len(list(outside.iterdir()))))
            case "move in":
                (outside / str(len(list(outside.iterdir())) - 1)).rename(one)
            case "remove":
                shutil.rmtree(one)
            case _:
                (one / "x.md").touch()


@settings(max_examples=examples(20), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from(OPERATIONS), st.sampled_from(PLACES), st.sampled_from(PLACES)),
        min_size=5,
        max_size=60,
    )
)
def test_whatever_happens_to_folders_all_that_are_there_are_watched_and_no_others(
    tmp_path_factory: pytest.TempPathFactory, operations: list[tuple[str, str, str]]
) -> None:
    seeds = tmp_path_factory.mktemp("law") / "seeds"
    seeds.mkdir()
    (seeds.parent / "outside").mkdir()
    with watched(seeds) as (watcher, events):
        for operation, one, other in operations:
            operate(seeds, operation, seeds / one, seeds / other)
        (seeds / "last.md").touch()
        until(lambda: events.has_file(seeds / "last.md"), "what happened before is handled")
        assert events.troubles() == []
        assert unwatched(watcher, seeds) == []
        instance = watcher._inotify  # noqa: SLF001 - its watches are counted
        assert instance is not None
        paths = {str(path) for path in (seeds, *seeds.rglob("*")) if path.is_dir()}
        assert set(instance._watch_of) == paths  # noqa: SLF001 - each under its name
        assert instance.count_watches() == len(paths)


def test_a_deep_tree_is_watched_from_the_start(tmp_path: Path) -> None:
    (tmp_path / "staging").mkdir()
    deeper_than_pythons_stack = 1_200
    nest(tmp_path, deeper_than_pythons_stack)
    with watched(tmp_path) as (watcher, events):
        instance = watcher._inotify  # noqa: SLF001 - its watches are counted
        assert instance is not None
        assert instance.count_watches() == deeper_than_pythons_stack + 2
        assert events.troubles() == []
    with watched(tmp_path, polling=True) as (_, events):
        assert events.troubles() == []
    # shutil and pytest can't.
    subprocess.run(["rm", "-r", str(tmp_path / "staging")], check=True)


def test_what_inotify_missed_is_watched_by_the_next_rescan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with watched(tmp_path) as (watcher, events):
        watcher.repair()
        with monkeypatch.context() as deaf:
            deaf.setattr(inotify.Inotify, "_look_at", lambda *_, **__: None)
            (tmp_path / "a" / "b").mkdir(parents=True)
            (tmp_path / "last.md").touch()
            until(lambda: events.has_file(tmp_path / "last.md"), "what happened before is handled")
        assert len(unwatched(watcher, tmp_path)) == 2
        watcher.repair()
        assert unwatched(watcher, tmp_path) == []


def test_an_exchanged_kubernetes_volume_is_reported(tmp_path: Path) -> None:
    for version in ("..v1", "..v2"):
        (tmp_path / version).mkdir()
        (tmp_path / version / "a.md").write_text(version, encoding="utf-8")
    (tmp_path / "..data").symlink_to("..v1")
    (tmp_path / "a.md").symlink_to("..data/a.md")
    with watched(tmp_path) as (_, events):
        (tmp_path / "..data_tmp").symlink_to("..v2")
        (tmp_path / "..data_tmp").rename(tmp_path / "..data")
        until(lambda: FolderAppeared(str(tmp_path)) in events.all(), "the exchange")


@pytest.mark.parametrize("polling", [False, True])
def test_many_seeds_folders_need_no_more_threads_than_one(tmp_path: Path, *, polling: bool) -> None:
    folders = [tmp_path / f"{number}" for number in range(40)]
    for folder in folders:
        folder.mkdir()
    before = active_count()
    with watched(*folders, polling=polling):
        assert active_count() <= before + 1


def test_closing_waits_for_no_thread_that_does_not_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inotify, "_JOIN_SECONDS", 0.05)
    monkeypatch.setattr(InotifyFD, "close", lambda _: None)
    with watched(tmp_path) as (watcher, _):
        instance = watcher._inotify  # noqa: SLF001 - to end it afterwards
    assert instance is not None
    assert instance.is_alive()
    monkeypatch.undo()
    instance.close()
    instance.join()


def test_a_file_system_on_another_machine_is_polled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not is_remote(str(tmp_path))
    monkeypatch.setattr("refeed.watch.watcher.is_remote", lambda _: True)
    with watched(tmp_path) as (watcher, events):
        assert watcher.list_polled() == [tmp_path]
        assert len(events.troubles()) == 1
