from __future__ import annotations

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from threading import Thread

import pytest

from daemons import DEADLINE, PROGRAM, Daemon, Place, environment, snapshot, until
from refeed.locks import read_daemon_status
from serving import ask

# How often to kill it; 200 takes minutes.
KILLS = int(os.environ.get("REFEED_TEST_KILLS", "20"))


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_it_is_ready_when_the_first_sync_is_published(place: Place) -> None:
    place.drop("1.md", snapshot(1))
    os.utime(place.watched / "1.md", (1, 1))
    with Daemon(place, watchdog=2, program=PROGRAM) as daemon:
        assert place.numbers() == {1}
        until(lambda: sum("WATCHDOG" in m for m in daemon.messages()) > 3, "signs of life")
        assert daemon.stop() < 5
        assert "STOPPING" in daemon.messages()[-1]


@pytest.mark.parametrize(("number", "files"), [(signal.SIGTERM, 120), (signal.SIGINT, 40)])
def test_it_leaves_in_good_order_in_the_midst_of_work(
    place: Place, number: signal.Signals, files: int
) -> None:
    with Daemon(place) as daemon:
        for each in range(files):
            (place.watched / f"{each}.md").write_text(snapshot(each), encoding="utf-8")
        until(place.numbers, "the first of many")
        assert daemon.stop(number) < 5
    with Daemon(place):
        until(lambda: len(place.numbers()) == files, "all of them after another start")
        place.await_rebuilt()


def test_it_never_holds_what_checks_its_configuration(place: Place) -> None:
    place.configure()
    with Daemon(place, program=PROGRAM) as daemon:
        daemon.signal(signal.SIGHUP)
        until(lambda: daemon.log("configuration reloaded"), "a reload")
        maps = Path(f"/proc/{daemon.process.pid}/maps").read_text(encoding="utf-8")
        assert "_hashlib" in maps
        assert "pydantic" not in maps


def test_a_reload_takes_what_is_right_and_refuses_what_is_wrong(place: Place) -> None:
    place.drop("1.md", snapshot(1))
    with Daemon(place) as daemon:
        place.await_rebuilt()
        before = place.published()
        place.configure('limit = "many"\ntitel = "x"\n')
        seen = len(daemon.messages())
        daemon.signal(signal.SIGHUP)
        daemon.await_message("RELOADING", "1", after=seen)
        daemon.await_message("READY", "1", after=seen)
        (refused,) = daemon.log("configuration rejected; keeping the old one")
        assert refused["level"] == "error"
        assert [mistake.split(":")[0] for mistake in refused["mistakes"]] == ["limit", "titel"]
        assert place.published() == before

        (place.folder / "more").mkdir()
        (place.folder / "more" / "2.md").write_text(snapshot(2), encoding="utf-8")
        place.seeds.append("more")
        place.configure('title = "Another"\n')
        seen = len(daemon.messages())
        daemon.signal(signal.SIGHUP)
        daemon.await_message("READY", "1", after=seen)
        until(lambda: place.numbers() == {1, 2}, "what the new folder holds")
        assert json.loads(place.published()["all/feed.json"])["title"] == "Another"
        (place.folder / "more" / "3.md").write_text(snapshot(3), encoding="utf-8")
        until(lambda: place.numbers() == {1, 2, 3}, "the new folder is watched")
        place.await_rebuilt()


@pytest.mark.parametrize("folder", ["feeds", "state"])
def test_a_start_that_fails_is_told_to_the_manager_and_tried_again(
    place: Place, folder: str
) -> None:
    place.drop("1.md", snapshot(1))
    in_the_way = place.folder / folder
    in_the_way.write_text("a file where a folder has to be", encoding="utf-8")
    with Daemon(place, watchdog=2) as daemon:
        (ready,) = [m for m in daemon.messages() if "READY" in m]
        assert "a file is where a folder has to be" in ready["STATUS"]
        assert str(in_the_way) in ready["STATUS"]
        until(lambda: any("WATCHDOG" in m for m in daemon.messages()), "signs of life")
        assert not daemon.log("ready")
        assert len(daemon.log("sync failed")) == 1
        in_the_way.unlink()
        until(lambda: place.numbers() == {1}, "the article")
        until(lambda: daemon.log("ready"), "told when the first sync is published")
        until(lambda: read_daemon_status(place.state), "it holds its state folder")


def test_what_is_fresh_is_in_the_first_feeds(place: Place) -> None:
    place.configure("limit = 0\n[watch]\nsettle = 1000\n")
    place.drop("1.md", snapshot(1))
    with Daemon(place):
        assert place.numbers() == {1}
    (place.watched / "2.md").write_text(snapshot(2), encoding="utf-8")
    shutil.rmtree(place.state)
    with Daemon(place):
        assert place.numbers() == {1, 2}


def test_what_is_being_written_at_the_first_start_is_not_published_by_half(place: Place) -> None:
    text = snapshot(2, text="word " * 200)
    place.drop("1.md", snapshot(1))
    with (place.watched / "2.md").open("w", encoding="utf-8") as file:
        file.write(text[:200])
        file.flush()
        done = False

        def write() -> None:
            for letter in text[200:-1]:
                file.write(letter)
                file.flush()
                if done:
                    break
                time.sleep(0.02)

        writer = Thread(target=write)
        writer.start()
        try:
            with Daemon(place):
                assert place.numbers() == {1}
        finally:
            done = True
            writer.join()


def test_what_is_still_rejected_is_told_at_the_start_in_a_line(place: Place) -> None:
    for number in range(7):
        place.drop(f"{number}.md", "no article")
    with Daemon(place) as daemon:
        until(lambda: len(daemon.log("rejected")) == 7, "told one by one")
        assert not daemon.log("still rejected")
    with Daemon(place) as daemon:
        (told,) = daemon.log("still rejected")
        assert (told["files"], told["names"][-1]) == (7, "2 more")
        assert len(daemon.log("rejected")) == 7


def test_a_verbose_log_says_why_a_file_was_not_read(place: Place) -> None:
    place.configure("limit = 0\n[watch]\nsettle = 1000\n")
    with Daemon(place, "--verbose") as daemon:
        (place.watched / "a.md~").touch()
        os.link(place.watched / "a.md~", place.watched / "linked.md")
        place.drop("1.md", snapshot(1))
        until(lambda: place.numbers() == {1}, "an article")
        daemon.signal(signal.SIGUSR1)
        not_read = "not read yet: it was modified a moment ago"
        until(lambda: daemon.log(not_read), "a look at everything")
        paths = {
            event: {Path(line["path"]).name for line in daemon.log(event)}
            for event in ("event ignored: not a snapshot's name", "settled", "change noted")
        }
        (waiting,) = daemon.log(not_read)
    assert paths["event ignored: not a snapshot's name"] == {"a.md~"}
    assert paths["settled"] == {"1.md"}
    assert paths["change noted"] == {"1.md", "linked.md"}
    assert Path(waiting["path"]).name == "linked.md"


def test_a_reload_changes_the_level_of_the_log_unless_the_command_line_states_it(
    place: Place,
) -> None:
    place.configure('[log]\nlevel = "debug"\n')
    with Daemon(place) as daemon:
        assert daemon.log("change noted") == []
        place.drop("1.md", snapshot(1))
        until(lambda: daemon.log("change noted"), "a decision")
        place.configure('[log]\nlevel = "warning"\n')
        seen = len(daemon.messages())
        daemon.signal(signal.SIGHUP)
        daemon.await_message("READY", "1", after=seen)
        logged = len(daemon.log())
        place.drop("2.md", snapshot(2))
        until(lambda: place.numbers() == {1, 2}, "another article")
        place.drop("3.md", "no article")
        until(lambda: daemon.log("rejected"), "a warning")
        assert [line["level"] for line in daemon.log()[logged:]] == ["warning"]
    with Daemon(place, "--verbose") as daemon:
        daemon.signal(signal.SIGHUP)
        until(lambda: daemon.log("configuration reloaded"), "a reload")


def test_an_unexpected_error_ends_the_process_whatever_hangs(place: Place) -> None:
    broken = """
import runpy, time
from refeed.daemon.schedule import Schedule
from refeed.watch.watcher import Watcher
def fail(*_): raise KeyError("of a library")
Schedule.follow_clock = fail
Watcher.close = lambda _: time.sleep(1000)
runpy.run_module("refeed", run_name="__main__")
"""
    with (place.folder / "log").open("wb") as log, socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
        free.close()
        process = subprocess.Popen(
            [sys.executable, "-c", broken, "run", "--listen", f"127.0.0.1:{port}"],
            cwd=place.folder,
            env=environment(),
            stderr=log,
        )

        def health() -> str:
            try:
                return ask(f"http://127.0.0.1:{port}/", "/healthz").body.decode()
            except OSError:
                return ""

        try:
            until(lambda: "unexpected error: KeyError('of a library')" in health(), "told at once")
            assert process.wait(DEADLINE) == 1
        finally:
            process.kill()
            process.wait()
    text = (place.folder / "log").read_text(encoding="utf-8")
    assert "unexpected error, exiting" in text
    assert "KeyError" in text


def test_a_log_that_cannot_be_written_ends_nothing(place: Place) -> None:
    place.drop("1.md", snapshot(1))
    with Path("/dev/full").open("wb") as full:
        daemon = Daemon(place, log=full)
    with daemon:
        place.drop("2.md", "no article")
        place.drop("3.md", snapshot(3))
        until(lambda: place.numbers() == {1, 3}, "what came later")


def test_a_reload_publishes_only_what_it_changes(place: Place) -> None:
    place.drop("1.md", snapshot(1))
    with Daemon(place) as daemon:
        until(lambda: place.numbers() == {1}, "the article")
        until(lambda: daemon.log("synced")[-1]["entries"] == 1, "told so")
        before = {file: file.stat().st_mtime_ns for file in place.output.rglob("feed.json")}
        feed = '[[feeds]]\nname = "x"\nmatch = { title = "Title" }\n'
        place.configure(f"limit = 0\n{feed}")
        daemon.signal(signal.SIGHUP)
        until((place.output / "x" / "feed.json").exists, "the new feed")
        assert {file: file.stat().st_mtime_ns for file in before} == before


def test_a_look_that_finds_no_change_is_no_news(place: Place) -> None:
    place.drop("1.md", snapshot(1))
    with Daemon(place) as daemon:
        until(lambda: place.numbers() == {1}, "the article")
        daemon.stop()
    with Daemon(place) as daemon:
        logged = len(daemon.log("synced"))
        daemon.signal(signal.SIGUSR1)
        until(lambda: daemon.log("looking at everything, as asked"), "it is asked")
        place.drop("2.md", snapshot(2))
        until(lambda: place.numbers() == {1, 2}, "a change")
        until(lambda: len(daemon.log("synced")) > logged, "told so")
        (told,) = daemon.log("synced")[logged:]
        assert (told["read"], told["entries"]) == (1, 2)


def test_everything_is_looked_at_when_asked(place: Place) -> None:
    place.drop("1.md", snapshot(1))
    with Daemon(place) as daemon:
        until(lambda: place.numbers() == {1}, "the article")
        (place.output / "all" / "rss.xml").write_text("broken by someone", encoding="utf-8")
        (place.output / "all" / "atom.xml").unlink()
        daemon.signal(signal.SIGUSR1)
        place.await_rebuilt()


def test_a_second_daemon_is_refused(place: Place) -> None:
    with Daemon(place) as daemon:
        second = place.refeed("run")
        assert second.returncode == 2
        assert f"another refeed run, process {daemon.process.pid}, keeps" in second.stderr
        status = json.loads(place.refeed("status", "--json").stdout)
        assert status["daemon"]["process"] == daemon.process.pid
    assert json.loads(place.refeed("status", "--json").stdout)["daemon"] is None


def test_a_rebuild_beside_it_takes_turns_and_publishes_the_same(place: Place) -> None:
    with Daemon(place) as daemon:
        for number in range(40):
            (place.watched / f"{number}.md").write_text(snapshot(number), encoding="utf-8")
            if number % 20 == 0:
                assert place.refeed("rebuild").returncode == 0
        until(lambda: len(place.numbers()) == 40, "all articles")
        place.drop("last.md", snapshot(99, host="other.example"))
        until(lambda: 99 in place.numbers(), "one more after the rebuilds")
        place.await_rebuilt()
        before = place.published()
        assert place.refeed("rebuild").returncode == 0
        assert place.published() == before
        assert not daemon.log("sync failed")


def test_a_state_that_is_deleted_meanwhile_is_kept_again(place: Place) -> None:
    with Daemon(place) as daemon:
        shutil.rmtree(place.state)
        place.drop("1.md", snapshot(1))
        until(lambda: place.numbers() == {1}, "a change after that")
        until(lambda: read_daemon_status(place.state), "it says that it is there")
        assert f"process {daemon.process.pid}" in place.refeed("status").stdout
        second = place.refeed("run", "--no-server")
        assert (second.returncode, "another refeed run" in second.stderr) == (2, True)


@pytest.mark.parametrize("damage", ["missing", "garbage", "truncated", "older"])
def test_an_index_that_cannot_be_used_is_made_anew_with_a_warning(
    place: Place, damage: str
) -> None:
    for number in range(30):
        place.drop(f"{number}.md", snapshot(number))
    assert place.refeed("rebuild").returncode == 0
    before = place.published()
    index = place.state / "index.sqlite3"
    match damage:
        case "missing":
            shutil.rmtree(place.state)
        case "garbage":
            index.write_bytes(os.urandom(20_000))
        case "truncated":
            os.truncate(index, index.stat().st_size // 2)
        case "older":
            import sqlite3

            with sqlite3.connect(index) as connection:
                connection.execute("PRAGMA user_version = 0")
            connection.close()
    with Daemon(place) as daemon:
        place.drop("30.md", snapshot(30))
        until(lambda: len(place.numbers()) == 31, "a new article")
        (told,) = daemon.log("index unusable, rebuilding it")
        assert told["level"] == "warning"
        assert before.keys() <= place.published().keys()
        place.await_rebuilt()


def test_a_state_that_is_deleted_meanwhile_is_made_anew(place: Place) -> None:
    place.drop("1.md", snapshot(1))
    with Daemon(place) as daemon:
        until(lambda: place.numbers() == {1}, "the article")
        for file in place.state.glob("index*"):
            file.unlink()
        place.drop("2.md", snapshot(2))
        until(lambda: place.numbers() == {1, 2}, "another article")
        until(lambda: daemon.log("index unusable, rebuilding it"), "told")


def test_a_failing_output_keeps_the_last_good_feeds_and_recovers(place: Place) -> None:
    place.drop("1.md", snapshot(1))
    with Daemon(place) as daemon:
        until(lambda: place.numbers() == {1}, "the article")
        folder = place.output / "all"
        good = folder.rename(place.folder / "all-aside")
        folder.write_text("a file where a folder has to be", encoding="utf-8")
        place.drop("2.md", snapshot(2))
        until(lambda: daemon.log("sync failed"), "told")
        before = daemon.processor_seconds()
        place.drop("3.md", snapshot(3))
        reason = f"output: {folder}: a file is where a folder has to be"
        failing = {"STATUS": f"failing, will retry: {reason}"}
        until(lambda: daemon.messages().count(failing) >= 2, "a second try, a second later")
        assert daemon.processor_seconds() - before < 0.7, "it waits and does not spin"
        assert json.loads(place.refeed("status", "--json").stdout)["daemon"]["problem"] == reason
        assert len(daemon.log("sync failed")) == 1
        folder.unlink()
        good.rename(folder)
        until(lambda: place.numbers() == {1, 2, 3}, "the other articles")
        until(lambda: daemon.log("recovered"), "told")
        assert "problem" not in json.loads(place.refeed("status", "--json").stdout)["daemon"]
        place.await_rebuilt()


def test_it_converges_whenever_it_is_killed(place: Place) -> None:
    chance = random.Random(1)  # noqa: S311 - instants of a test
    faults: list[str] = []
    seen: dict[Path, bytes] = {}
    done = False

    def read() -> None:
        while not done:
            for file in (*seen, *place.output.rglob("feed.json")):
                try:
                    seen[file] = file.read_bytes()
                    items = json.loads(seen[file])["items"]
                except (OSError, ValueError) as error:
                    faults.append(f"{file}: {error}")
                else:
                    faults.extend(
                        f"half of {item['url']}"
                        for item in items
                        if f"END-{item['url'].rpartition('/')[2]}<" not in item["content_html"]
                    )

    reader = Thread(target=read)
    reader.start()
    try:
        number = 0
        for _ in range(KILLS):
            daemon = Daemon(place)
            end = time.monotonic() + chance.uniform(0.1, 0.5)
            while time.monotonic() < end:
                number += 1
                text = snapshot(number, text="word " * chance.randint(1, 2000))
                host = f"h{number % 5}.example"
                file = place.watched / f"{number % 100}.md"
                file.write_text(text.replace("news.example", host), encoding="utf-8")
            daemon.kill()
        with Daemon(place):
            last = {n for n in range(1, number + 1) if n > number - 100}
            until(lambda: place.numbers() == last, "all articles")
            place.await_rebuilt()
    finally:
        done = True
        reader.join()
    assert faults == []


def test_it_logs_in_text_for_people(place: Place) -> None:
    command = [sys.executable, "-m", "refeed", "run", "--log", "text", "--no-server"]
    with Daemon(place) as daemon:
        daemon.stop()
    environment = {"PATH": "/bin", "PYTHONPATH": ":".join(sys.path)}
    process = subprocess.Popen(
        command, cwd=place.folder, env=environment, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    line = process.stderr.readline()
    process.terminate()
    assert process.wait(10) == 0
    process.stderr.close()
    assert "started" in line
    assert "\x1b" not in line
