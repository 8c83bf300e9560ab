from __future__ import annotations

import errno
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

import pytest
from watchdog.observers.inotify_c import InotifyConstants, InotifyEvent, InotifyFD
from watchdog.observers.polling import PollingEmitter

from daemons import until
from refeed.watch.debounce import News
from refeed.watch.inotify import Appeared, Changed, Trouble
from refeed.watch.polling import is_remote
from refeed.watch.watcher import Watcher

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from refeed.watch.inotify import Heard


class Ears:
    """Keeps what was heard."""

    def __init__(self) -> None:
        self._queue: SimpleQueue[Heard] = SimpleQueue()
        self.heard: list[Heard] = []

    def __call__(self, heard: Heard) -> None:
        self._queue.put(heard)

    def all(self) -> list[Heard]:
        try:
            while True:
                self.heard.append(self._queue.get_nowait())
        except Empty:
            return self.heard

    def troubles(self) -> list[str]:
        return [heard.reason for heard in self.all() if isinstance(heard, Trouble)]


@contextmanager
def watched(folder: Path, *, polling: bool = False) -> Iterator[tuple[Watcher, Ears]]:
    ears = Ears()
    watcher = Watcher([folder], ears, polling=polling)
    try:
        yield watcher, ears
    finally:
        watcher.close()


def checked(watcher: Watcher) -> Watcher:
    watcher.check()
    return watcher


def full_below(folder: Path) -> Any:  # noqa: ANN401 - stands for a method
    """Return a way to add watches that works for the folder and for nothing below it."""
    add = InotifyFD.add_callback

    def limited(self: InotifyFD, path: bytes, *rest: Any) -> Any:  # noqa: ANN401 - as it is called
        if path == bytes(folder):
            return add(self, path, *rest)
        raise OSError(errno.ENOSPC, "inotify watch limit reached")

    return limited


def test_what_is_closed_or_renamed_is_whole_and_what_is_gone_has_changed(tmp_path: Path) -> None:
    with watched(tmp_path) as (_, ears):
        file, other = tmp_path / "a.md", tmp_path / "b.md"
        file.write_text("x", encoding="utf-8")
        until(lambda: Changed(str(file), News.WHOLE) in ears.all(), "closed")
        assert Changed(str(file), News.WRITING) in ears.heard
        file.rename(other)
        until(lambda: Changed(str(other), News.WHOLE) in ears.all(), "renamed")
        other.unlink()
        until(lambda: Changed(str(other), News.CHANGED) in ears.all(), "deleted")
        (tmp_path / ".hidden").mkdir()
        (tmp_path / ".hidden" / "x.md").write_text("x", encoding="utf-8")
        (tmp_path / "notes.txt~").write_text("x", encoding="utf-8")
        (tmp_path / "folder").mkdir()
        until(lambda: Appeared(str(tmp_path / "folder")) in ears.all(), "a folder")
        assert {heard.path for heard in ears.heard if not isinstance(heard, Trouble)} == {
            str(file),
            str(other),
            str(tmp_path / "folder"),
        }


def test_reading_is_not_heard(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text("x", encoding="utf-8")
    with watched(tmp_path) as (_, ears):
        for _ in range(50):
            file.read_text(encoding="utf-8")
        (tmp_path / "last.md").write_text("x", encoding="utf-8")
        until(lambda: Changed(str(tmp_path / "last.md"), News.WHOLE) in ears.all(), "the last")
        assert not [heard for heard in ears.heard if getattr(heard, "path", "") == str(file)]


def test_without_watches_left_it_falls_back_to_polling(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(InotifyFD, "add_callback", full_below(tmp_path / "nothing"))
    with watched(tmp_path) as (watcher, ears):
        assert watcher.polled() == [tmp_path]
        assert ears.troubles() == ["polling instead of inotify: inotify watch limit reached"]
        (tmp_path / "a.md").write_text("x", encoding="utf-8")
        until(lambda: Changed(str(tmp_path / "a.md"), News.CHANGED) in ears.all(), "polled")


def test_without_watches_left_for_a_new_folder_it_falls_back_to_polling(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(InotifyFD, "add_callback", full_below(tmp_path))
    with watched(tmp_path) as (watcher, ears):
        assert watcher.polled() == []
        (tmp_path / "new").mkdir()
        until(lambda: checked(watcher).polled() == [tmp_path], "polling")
        assert "polling instead of inotify: inotify watch limit reached" in ears.troubles()


def test_a_long_first_listing_gives_signs_of_life(tmp_path: Path) -> None:
    for number in range(20):
        (tmp_path / f"{number}").mkdir()
    signs: list[int] = []
    ears = Ears()
    watcher = Watcher([tmp_path], ears, polling=True, alive=lambda: signs.append(1))
    try:
        before = len(signs)
        assert before > 20
        (tmp_path / "a.md").write_text("x", encoding="utf-8")
        until(lambda: Changed(str(tmp_path / "a.md"), News.CHANGED) in ears.all(), "listed again")
    finally:
        watcher.close()
    assert len(signs) == before, "later listings say nothing of the thread that began"


@pytest.mark.parametrize("polling", [False, True])
def test_a_folder_that_fails_is_told_once_and_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, polling: bool
) -> None:
    def failing(*_: Any) -> None:  # noqa: ANN401 - as they are called
        raise OSError(errno.ESTALE, "Stale file handle")

    with monkeypatch.context() as broken:
        broken.setattr(InotifyFD, "add_callback", failing)
        broken.setattr(PollingEmitter, "on_thread_start", failing)
        with watched(tmp_path, polling=polling) as (watcher, ears):
            watcher.check()
            watcher.check()
            told = ears.troubles()
            assert told == ["the seeds folder can't be watched: Stale file handle"]
            broken.undo()
            watcher.check()
            assert ears.troubles()[1:] == ["the seeds folder can be watched again"]
            (tmp_path / "a.md").write_text("x", encoding="utf-8")
            file = str(tmp_path / "a.md")
            until(lambda: any(getattr(h, "path", "") == file for h in ears.all()), "watched")


def test_an_overflow_is_told(tmp_path: Path) -> None:
    overflow = InotifyEvent(-1, InotifyConstants.IN_Q_OVERFLOW, 0, b"")  # type: ignore[arg-type]
    with watched(tmp_path) as (watcher, ears):
        descriptor = watcher._watches[0]._descriptor  # noqa: SLF001 - the kernel's part is played
        assert descriptor is not None
        descriptor.handle_event(overflow)
        assert ears.troubles() == ["inotify's queue overflowed"]
        (tmp_path / "a.md").write_text("x", encoding="utf-8")
        until(lambda: Changed(str(tmp_path / "a.md"), News.WHOLE) in ears.all(), "it goes on")


def test_a_thread_that_has_ended_is_started_again(tmp_path: Path) -> None:
    with watched(tmp_path) as (watcher, ears):
        descriptor = watcher._watches[0]._descriptor  # noqa: SLF001 - it is broken on purpose
        assert descriptor is not None
        descriptor.stop()
        descriptor.join()
        watcher.check()
        assert ears.troubles() == ["watching had ended"]
        (tmp_path / "a.md").write_text("x", encoding="utf-8")
        until(lambda: Changed(str(tmp_path / "a.md"), News.WHOLE) in ears.all(), "it goes on")


def test_a_folder_that_vanishes_is_watched_again_when_it_is_back(tmp_path: Path) -> None:
    folder = tmp_path / "seeds"
    with watched(folder) as (watcher, ears):
        folder.mkdir()
        watcher.check()
        assert ears.troubles() == ["the seeds folder is there"]
        folder.rmdir()
        until(lambda: checked(watcher) is watcher and len(ears.troubles()) == 2, "it is gone")
        folder.mkdir()
        watcher.check()
        (folder / "a.md").write_text("x", encoding="utf-8")
        until(lambda: Changed(str(folder / "a.md"), News.WHOLE) in ears.all(), "it goes on")


def test_watches_of_folders_that_were_moved_out_are_given_back(tmp_path: Path) -> None:
    folder = tmp_path / "seeds"
    (folder / "a" / "b").mkdir(parents=True)
    with watched(folder) as (watcher, ears):
        (folder / "a").rename(tmp_path / "out")
        until(lambda: checked(watcher) is watcher and ears.troubles(), "it is noticed")
        descriptor = watcher._watches[0]._descriptor  # noqa: SLF001 - its watches are counted
        assert descriptor is not None
        assert len(descriptor._watch_for_wd) == 1  # noqa: SLF001 - as above


def test_a_file_system_on_another_machine_is_polled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not is_remote(str(tmp_path))
    monkeypatch.setattr("refeed.watch.watcher.is_remote", lambda _: True)
    with watched(tmp_path) as (watcher, ears):
        assert watcher.polled() == [tmp_path]
        assert len(ears.troubles()) == 1
