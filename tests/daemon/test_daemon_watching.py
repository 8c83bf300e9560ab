from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import pytest

from daemons import Daemon, Place, snapshot, until

# Where events were lost, what is fresh is given ten times as long.
IMPATIENT = "limit = 0\n[watch]\nsettle = 0.1\n"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_a_file_that_is_dropped_edited_moved_and_deleted_is_followed(place: Place) -> None:
    with Daemon(place):
        place.drop("1.md", snapshot(1))
        until(lambda: place.numbers() == {1}, "the article is in the feed")
        with (place.watched / "1.md").open("w", encoding="utf-8") as file:
            file.write(snapshot(1, title="Another title"))
        until(lambda: place.titles() == {"https://news.example/1": "Another title"}, "the edit")
        (place.watched / "1.md").rename(place.watched / "2.md")
        (place.watched / "3.md").write_text(snapshot(3), encoding="utf-8")
        until(lambda: place.numbers() == {1, 3}, "a second article")
        (place.watched / "2.md").unlink()
        until(lambda: place.numbers() == {3}, "the first is gone")
        place.await_rebuilt()


def test_folders_that_are_made_moved_in_renamed_and_moved_out_are_followed(place: Place) -> None:
    outside = place.folder / "outside" / "deep"
    outside.mkdir(parents=True)
    for number in range(1, 6):
        (outside / f"{number}.md").write_text(snapshot(number), encoding="utf-8")
    with Daemon(place):
        outside.parent.rename(place.watched / "in")
        until(lambda: place.numbers() == {1, 2, 3, 4, 5}, "what a folder brought along")
        (place.watched / "in").rename(place.watched / "renamed")
        new = place.watched / "renamed" / "deep" / "6.md"
        new.write_text(snapshot(6), encoding="utf-8")
        until(lambda: 6 in place.numbers(), "a file in a renamed folder")
        (place.watched / "a" / "b").mkdir(parents=True)
        (place.watched / "a" / "b" / "7.md").write_text(snapshot(7), encoding="utf-8")
        until(lambda: 7 in place.numbers(), "a file in a new folder")
        (place.watched / "renamed").rename(place.folder / "out")
        until(lambda: place.numbers() == {7}, "what has left with its folder")
        (place.folder / "out" / "8.md").write_text(snapshot(8), encoding="utf-8")
        shutil.rmtree(place.watched / "a")
        until(lambda: place.numbers() == set(), "what was deleted with its folder")
        place.await_rebuilt()


def test_half_of_a_file_is_not_published(place: Place) -> None:
    text = snapshot(1, text="word " * 200)
    place.configure("limit = 0\n[watch]\nsettle = 1000\n")
    with Daemon(place, "--verbose") as daemon:
        with (place.watched / "1.md").open("w", encoding="utf-8") as file:
            file.write(text[:400])
            file.flush()
            place.drop("2.md", snapshot(2))
            until(lambda: place.numbers() == {2}, "another article")
            unchanged = len(daemon.log("sync found no change"))
            daemon.signal(signal.SIGUSR1)
            until(
                lambda: len(daemon.log("sync found no change")) > unchanged,
                "a look at everything",
            )
            assert place.numbers() == {2}
            file.write(text[400:])
        until(lambda: place.numbers() == {1, 2}, "the article, when it is whole")
        assert b"END-1" in place.published()["all/feed.json"]


def test_a_file_that_stays_open_is_published_after_a_while(place: Place) -> None:
    place.configure(IMPATIENT)
    with Daemon(place), (place.watched / "1.md").open("w", encoding="utf-8") as file:
        file.write(snapshot(1))
        file.flush()
        until(lambda: place.numbers() == {1}, "an article in an open file")


def test_a_file_that_is_changed_without_its_size_and_time_changing_is_read(place: Place) -> None:
    with Daemon(place):
        file = place.watched / "1.md"
        file.write_text(snapshot(1, title="One"), encoding="utf-8")
        until(lambda: "One" in place.titles().values(), "the article")
        status = file.stat()
        with file.open("r+", encoding="utf-8") as opened:
            opened.write(snapshot(1, title="Two"))
        os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
        until(lambda: "Two" in place.titles().values(), "the change")


def test_what_is_no_snapshot_file_does_no_harm(place: Place) -> None:
    with Daemon(place) as daemon:
        os.mkfifo(place.watched / "fifo.md")
        (place.watched / "loop").symlink_to("..")
        (place.watched / "self.md").symlink_to("self.md")
        (place.watched / "folder.md").mkdir()
        (place.watched / ".hidden.md").write_text(snapshot(9), encoding="utf-8")
        (place.watched / "8.md~").write_text(snapshot(8), encoding="utf-8")
        raw = os.path.join(os.fsencode(place.watched), b"latin1-\xe9\xff.md")  # noqa: PTH118 - a name that is no text
        Path(os.fsdecode(raw)).write_text(snapshot(1), encoding="utf-8")
        (place.watched / "new\nline.md").write_text("no article\n", encoding="utf-8")
        (place.watched / "folder.md" / "2.md").write_text(snapshot(2), encoding="utf-8")
        until(lambda: place.numbers() == {1, 2}, "the articles among it")
        until(lambda: daemon.log("rejected"), "what is no article is told")
        assert [line["path"] for line in daemon.log("rejected")] == ["new\\nline.md"]
        daemon.stop()


def test_a_burst_is_few_syncs(place: Place) -> None:
    with Daemon(place) as daemon:
        before = len(daemon.log("synced"))
        for number in range(500):
            (place.watched / f"{number}.md").write_text(snapshot(number), encoding="utf-8")
        until(lambda: len(place.numbers()) == 500, "all of the burst")
        assert len(daemon.log("synced")) - before <= 12


def test_touching_what_is_unchanged_publishes_nothing(place: Place) -> None:
    for number in range(300):
        (place.watched / f"{number}.md").write_text(snapshot(number), encoding="utf-8")
    with Daemon(place) as daemon:
        until(lambda: len(place.numbers()) == 300, "all articles")
        until(lambda: sum(line["read"] for line in daemon.log("synced")) >= 300, "told so")
        files = {file: file.stat() for file in place.output.rglob("*.*")}
        seen = len(daemon.log("synced"))
        for _ in range(10):
            for number in range(300):
                os.utime(place.watched / f"{number}.md")
        place.drop("last.md", "")
        until(lambda: daemon.log("rejected"), "what was written last")
        now = {file: file.stat() for file in place.output.rglob("*.*")}
        assert [(f.st_ino, f.st_mtime_ns) for f in now.values()] == [
            (f.st_ino, f.st_mtime_ns) for f in files.values()
        ]
        assert sum(line["feeds_changed"] for line in daemon.log("synced")[seen:]) == 0


def test_a_seeds_folder_that_is_not_there_yet_is_waited_for(place: Place) -> None:
    place.configure(IMPATIENT)
    place.watched.rmdir()
    with Daemon(place) as daemon:
        until(
            lambda: daemon.log("seeds folder unavailable; its feeds stay as they are"), "told once"
        )
        assert not (place.output / "all").exists()
        place.watched.mkdir()
        (place.watched / "1.md").write_text(snapshot(1), encoding="utf-8")
        until(lambda: place.numbers() == {1}, "an article in the new folder")
        place.drop("2.md", snapshot(2))
        until(lambda: place.numbers() == {1, 2}, "it is watched")
        assert len(daemon.log("seeds folder unavailable; its feeds stay as they are")) == 1


def test_feeds_stay_while_a_seeds_folder_is_gone_and_the_others_go_on(tmp_path: Path) -> None:
    place = Place(tmp_path, IMPATIENT, ["one", "two"])
    (tmp_path / "two" / "2.md").write_text(snapshot(2), encoding="utf-8")
    with Daemon(place) as daemon:
        until(lambda: place.numbers() == {2}, "the first article")
        (tmp_path / "two").rename(tmp_path / "away")
        place.drop("1.md", snapshot(1))
        until(lambda: place.numbers() == {1, 2}, "an article of the folder that is there")
        daemon.signal(signal.SIGUSR1)
        until(lambda: daemon.log("seeds folder unavailable; its feeds stay as they are"), "told")
        assert place.numbers() == {1, 2}
        found = place.refeed("status", "--json").stdout
        assert f"seeds folders unavailable: {tmp_path / 'two'}" in found
        (tmp_path / "away" / "2.md").unlink()
        (tmp_path / "away" / "3.md").write_text(snapshot(3), encoding="utf-8")
        (tmp_path / "away").rename(tmp_path / "two")
        until(lambda: place.numbers() == {1, 3}, "what has changed while it was gone")
        assert daemon.log("seeds folder available")


def test_feeds_stay_when_seeds_and_state_are_both_gone(place: Place) -> None:
    place.drop("1.md", snapshot(1))
    assert place.refeed("rebuild").returncode == 0
    place.watched.rename(place.folder / "away")
    shutil.rmtree(place.state)
    with Daemon(place) as daemon:
        daemon.signal(signal.SIGUSR1)
        until(lambda: daemon.log("looking at everything, as asked"), "asked")
        daemon.stop()
    assert place.numbers() == {1}


def test_a_symlinked_seeds_folder_is_watched_and_its_exchange_is_seen(place: Place) -> None:
    place.configure(IMPATIENT)
    for name, number in (("blue", 1), ("green", 2)):
        (place.folder / name).mkdir()
        (place.folder / name / "x.md").write_text(snapshot(number), encoding="utf-8")
    place.watched.rmdir()
    place.watched.symlink_to("blue")
    with Daemon(place):
        until(lambda: place.numbers() == {1}, "what the link leads to")
        (place.folder / "new").symlink_to("green")
        (place.folder / "new").rename(place.watched)
        until(lambda: place.numbers() == {2}, "what it leads to now")
        place.drop("3.md", snapshot(3))
        until(lambda: place.numbers() == {2, 3}, "it is watched there")


def test_polling_follows_changes_too(place: Place) -> None:
    place.configure("limit = 0\n[watch]\npolling = true\nsettle = 0.1\n")
    with Daemon(place) as daemon:
        assert daemon.log("ready")[0]["polling"] == [str(place.watched)]
        (place.watched / "a").mkdir()
        (place.watched / "a" / "1.md").write_text(snapshot(1), encoding="utf-8")
        (place.watched / "loop").symlink_to("/")
        until(lambda: place.numbers() == {1}, "a new file")
        (place.watched / "a" / "1.md").unlink()
        place.drop("2.md", snapshot(2))
        until(lambda: place.numbers() == {2}, "a deleted and a renamed file")
