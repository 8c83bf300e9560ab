"""One state folder for an output folder; real processes, and locks of one process in real files."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from archives import Article, config_in, environment, from_nothing, put, tree
from daemons import Daemon, Place, snapshot, until
from refeed.commands.rebuild import rebuild
from refeed.errors import FolderError
from refeed.publish.output_folder import OutputFolder
from refeed.publish.output_lock import LOCK_FILE, OutputLock

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def place(tmp_path: Path) -> Place:
    place = Place(tmp_path)
    place.drop("1.md", snapshot(1))
    return place


@pytest.mark.parametrize("command", [("run", "--no-server"), ("rebuild",)])
def test_a_process_with_another_state_is_refused(place: Place, command: tuple[str, ...]) -> None:
    with Daemon(place) as daemon:
        until(place.numbers, "the first article")
        before = tree(place.output)
        done = place.refeed(*command, "--state", "other")
        assert done.returncode == 2
        assert f"another refeed run, process {daemon.process.pid} " in done.stderr
        assert f"with the state folder {place.state}, " in done.stderr
        assert "Stop it first" in done.stderr
        assert tree(place.output) == before
        daemon.stop()
    assert place.refeed(*("rebuild", "--state", "other")).returncode == 0


def test_a_rebuild_with_the_same_state_takes_its_turn(place: Place) -> None:
    with Daemon(place) as daemon:
        until(place.numbers, "the first article")
        (place.folder / "alias").symlink_to("state")
        for state in ("state", "alias"):
            done = place.refeed("rebuild", "--state", state)
            assert done.returncode == 0, done.stderr
        place.drop("2.md", snapshot(2))
        until(lambda: place.numbers() == {1, 2}, "the second article")
        daemon.stop()


def test_a_killed_process_holds_nothing(place: Place) -> None:
    with Daemon(place) as daemon:
        until(place.numbers, "the first article")
        os.kill(daemon.process.pid, signal.SIGKILL)
        daemon.process.wait()
    done = place.refeed("rebuild", "--state", "other")
    assert done.returncode == 0, done.stderr


def test_a_daemon_that_was_overtaken_says_by_whom_and_goes_on_later(place: Place) -> None:
    with Daemon(place) as daemon, closing(OutputLock("refeed rebuild")) as other:
        until(place.numbers, "the first article")
        (place.output / LOCK_FILE).unlink()
        other.acquire(place.output, place.folder)
        place.drop("2.md", snapshot(2))
        until(lambda: daemon.log("sync failed"), "it is refused")
        (line,) = daemon.log("sync failed")
        assert f"another refeed rebuild, process {os.getpid()} " in line["reason"]
        assert place.numbers() == {1}
        other.close()
        until(lambda: place.numbers() == {1, 2}, "it goes on")
        daemon.stop()


def test_a_dry_run_needs_no_lock(place: Place) -> None:
    with closing(OutputLock("refeed run")) as lock:
        lock.acquire(place.output, place.folder / "state")
        assert place.refeed("rebuild", "--state", "other", "--dry-run").returncode == 0
        assert not (place.folder / "other").exists()


def test_processes_of_one_state_share_an_output(tmp_path: Path) -> None:
    output, state, other = (tmp_path / name for name in ("output", "state", "other"))
    with closing(OutputLock("first")) as first, closing(OutputLock("second")) as second:
        first.acquire(output, state)
        second.acquire(output, state)
        first.close()
        with closing(OutputLock("third")) as third:
            with pytest.raises(FolderError, match=f"another first, process {os.getpid()} "):
                third.acquire(output, other)
            second.acquire(tmp_path / "elsewhere", state)
            third.acquire(output, other)
            with pytest.raises(FolderError, match=r"another third, .*other, publishes"):
                second.acquire(output, state)


def test_of_many_at_once_only_those_of_one_state_go_on(tmp_path: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path;"
        "from refeed.errors import FolderError; from refeed.publish.output_lock import OutputLock\n"
        "for output in sys.stdin:\n"
        "    lock = OutputLock('x')\n"
        "    try: lock.acquire(Path(output.strip()), Path(sys.argv[1]))\n"
        "    except FolderError: print('refused', flush=True)\n"
        "    else: print(sys.argv[1], flush=True)\n"
        "    sys.stdin.readline(); lock.close()"
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", script, f"state{number % 3}"],
            cwd=tmp_path,
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(6)
    ]

    def tell(line: str) -> None:
        for process in processes:
            assert process.stdin
            process.stdin.write(line)
            process.stdin.flush()

    for turn in range(10):
        tell(f"output{turn}\n")
        found = {process.stdout.readline().strip() for process in processes if process.stdout}
        tell("\n")
        assert len(found - {"refused"}) == 1, found
    for process in processes:
        process.communicate()


def test_a_lock_that_was_deleted_is_taken_again(tmp_path: Path) -> None:
    with closing(OutputLock("refeed run")) as lock:
        lock.acquire(tmp_path / "output", tmp_path / "state")
        file = tmp_path / "output" / LOCK_FILE
        file.unlink()
        lock.acquire(tmp_path / "output", tmp_path / "state")
        assert json.loads(file.read_bytes())["command"] == "refeed run"


def test_two_writers_never_write_the_same_draft(tmp_path: Path) -> None:
    one, other = OutputFolder(tmp_path), OutputFolder(tmp_path)
    with one.draft("all/rss.xml") as first, other.draft("all/rss.xml") as second:
        first.write(b"one")
        second.write(b"the other")
        assert one.stage(first)
        assert other.stage(second)
    one.commit()
    assert (tmp_path / "all/rss.xml").read_bytes() == b"one"
    other.commit()
    assert (tmp_path / "all/rss.xml").read_bytes() == b"the other"


def test_drafts_of_killed_processes_are_deleted_and_no_other_file(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    put(tmp_path / "seeds/a.md", Article())
    rebuild(config, jobs=1)
    killed = OutputFolder(config.output)
    left = [killed.draft(name) for name in ("all/rss.xml", "index.html", ".refeed-files")]
    for draft in left:
        draft.keep()
    assert len(tree(config.output)) == len(from_nothing(config, tmp_path / "fresh")) + len(left)
    others = [
        put(config.output / f"all/{name}", b"mine")
        for name in (".rss.xml.new", f".mine.{'0' * 32}.new", f"rss.xml.{'0' * 32}.new")
    ]
    rebuild(config, jobs=1)
    for file in others:
        assert file.read_bytes() == b"mine"
        file.unlink()
    assert tree(config.output) == from_nothing(config, tmp_path / "fresh2")
