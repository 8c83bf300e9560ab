from __future__ import annotations

import io
import os
import sqlite3
import subprocess
from contextlib import closing, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from archives import Article, config_in, from_nothing, put, synced, tree
from refeed.daemon.syncer import Syncer
from refeed.errors import FolderError
from refeed.locks import DaemonLock, read_daemon_status
from refeed.log.logger import make_logger
from refeed.progress import StopError
from refeed.publish.output_lock import OutputLock
from refeed.seeds.changes import always_settled
from refeed.store import Store

if TYPE_CHECKING:
    from pathlib import Path

    from refeed.daemon.sync_result import SyncResult


def go_on() -> None:
    """Want the work to go on."""


def read_in(result: SyncResult) -> int:
    assert result.report is not None
    return result.report.read


def test_contents_that_no_feed_shows_are_dropped(tmp_path: Path) -> None:
    config = replace(config_in(tmp_path), pages="newest")
    for number in range(5):
        article = Article(url=f"https://a.example/{number}", instant=1_700_000_000_000 + number)
        put(config.seeds[0] / f"{number}.md", article)
    synced(config)
    with closing(Store.open(config.state / "index.sqlite3")) as store:
        everything = [row.entry for row in store.entries_of("all", 0)]
        assert len(store.contents(everything)) == 3
        assert store.delete_unused(1) == 2
        assert len(store.contents(everything)) == 1
        assert store.delete_unused(0) == 0
    (tmp_path / "anew").mkdir()
    assert tree(config.output) == from_nothing(config, tmp_path / "anew")


def test_a_file_is_read_again_when_its_stamp_is_doubted(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    put(config.seeds[0] / "1.md", Article())
    log = make_logger("json", io.StringIO(), {})
    with closing(DaemonLock(config.state, "now")) as lock:
        syncer = Syncer(config, 1, log, lock, OutputLock("refeed run"), go_on)
        file = config.seeds[0] / "1.md"
        for recheck, read in (({}, 1), ({}, 0), ({file: None}, 1), ({file: 1}, 0)):
            assert read_in(syncer.sync([file], always_settled, recheck)) == read
        syncer.stop()


def test_what_has_not_settled_is_left_as_it_is_known(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    files = [config.seeds[0] / f"{number}.md" for number in range(2)]
    for file in files:
        put(file, Article(url=f"https://a.example/{file.stem}", title="Old"))
    log = make_logger("json", io.StringIO(), {})
    with closing(DaemonLock(config.state, "now")) as lock:
        syncer = Syncer(config, 1, log, lock, OutputLock("refeed run"), go_on)
        syncer.sync(None, always_settled)
        for file in files:
            put(file, Article(url=f"https://a.example/{file.stem}", title="New title"))
        result = syncer.sync(None, lambda path, _: path != str(files[0]))
        syncer.stop()
    assert read_in(result) == 1
    assert result.report
    assert result.report.unsettled == (str(files[0]),)
    feed = (config.output / "all" / "feed.json").read_text(encoding="utf-8")
    assert (feed.count("Old"), feed.count("New title")) == (1, 1)


def test_a_folder_is_kept_by_one_and_others_can_ask(tmp_path: Path) -> None:
    assert read_daemon_status(tmp_path) is None
    with closing(DaemonLock(tmp_path, "2024")) as lock:
        with pytest.raises(FolderError, match="another refeed run"):
            DaemonLock(tmp_path, "2025")
        lock.set_problem("the disk is full", "noon")
        told = read_daemon_status(tmp_path)
        assert told is not None
        assert (told["problem"], told["problem_since"], told["since"]) == (
            "the disk is full",
            "noon",
            "2024",
        )
        lock.set_problem()
        assert "problem" not in (read_daemon_status(tmp_path) or {})
    assert read_daemon_status(tmp_path) is None
    DaemonLock(tmp_path, "2026").close()


@pytest.mark.parametrize("letter", ["x", "é", '"', "𝄞"])
def test_a_long_problem_is_cut_and_the_rest_is_told(tmp_path: Path, letter: str) -> None:
    with closing(DaemonLock(tmp_path, "2024")) as lock:
        lock.set_problem(letter * 5_000, "noon")
        told = read_daemon_status(tmp_path)
    assert told is not None
    assert (told["since"], told["problem_since"]) == ("2024", "noon")
    assert told["problem"].startswith(letter * 100)


def test_a_broken_index_that_cannot_be_removed_is_a_failure_like_others(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    put(config.seeds[0] / "1.md", Article())
    log = make_logger("json", io.StringIO(), {})
    index, in_the_way = config.state / "index.sqlite3", config.state / "index.sqlite3-closed"
    with closing(DaemonLock(config.state, "now")) as lock:
        syncer = Syncer(config, 1, log, lock, OutputLock("refeed run"), go_on)
        syncer.sync(None, always_settled)
        with sqlite3.connect(index) as connection:
            connection.execute("DROP TABLE output")
        connection.close()
        put(config.seeds[0] / "2.md", Article(url="https://a.example/2"))

        def broken(path: str, mtime_ns: int) -> bool:
            in_the_way.mkdir()
            return always_settled(path, mtime_ns)

        result = syncer.sync(None, broken)
        assert result.report is None
        assert result.failure
        in_the_way.rmdir()
        assert syncer.sync(None, always_settled).report is not None
        syncer.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts a small disk")
def test_a_full_disk_is_called_that(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    put(config.seeds[0] / "1.md", Article())
    config.state.mkdir(exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", "size=200k", "none", str(config.state)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        with suppress(OSError), (config.state / "fill").open("wb", buffering=0) as fill:
            while True:
                fill.write(bytes(4096))
        with closing(DaemonLock(config.state, "now")) as lock:
            syncer = Syncer(
                config,
                1,
                make_logger("json", io.StringIO(), {}),
                lock,
                OutputLock("refeed run"),
                go_on,
            )
            result = syncer.sync(None, always_settled)
            assert "No space left on device" in result.failure
            syncer.stop()
    finally:
        subprocess.run(["umount", "-l", str(config.state)], check=True)


def test_a_long_look_into_the_index_gives_signs_of_life_and_is_not_cut_short(
    tmp_path: Path,
) -> None:
    config = config_in(tmp_path)
    signs = 0

    def beat() -> None:
        nonlocal signs
        signs += 1
        raise StopError

    log = make_logger("json", io.StringIO(), {})
    with closing(DaemonLock(config.state, "now")) as lock:
        syncer = Syncer(config, 1, log, lock, OutputLock("refeed run"), beat)
        with syncer._turn() as (store, _):  # noqa: SLF001 - no sync of a test takes that long
            rows = store._db.execute(  # noqa: SLF001 - likewise
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 500000)"
                " SELECT count(*) FROM n"
            ).fetchone()
        syncer.stop()
    assert rows == (500_000,)
    assert signs > 0


def test_a_look_through_folders_where_nothing_has_changed_gives_signs_of_life(
    tmp_path: Path,
) -> None:
    config = config_in(tmp_path)
    for number in range(30):
        put(config.seeds[0] / f"{number}/1.md", Article(url=f"https://a.example/{number}"))
    signs: list[int] = []
    log = make_logger("json", io.StringIO(), {})
    with closing(DaemonLock(config.state, "now")) as lock:
        syncer = Syncer(config, 1, log, lock, OutputLock("refeed run"), lambda: signs.append(1))
        syncer.sync(None, always_settled)
        signs.clear()
        syncer.sync(None, always_settled)
        syncer.stop()
    assert len(signs) >= 30


def test_a_reload_of_the_output_publishes_there(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    put(config.seeds[0] / "1.md", Article())
    log = make_logger("json", io.StringIO(), {})
    with closing(DaemonLock(config.state, "now")) as lock:
        syncer = Syncer(config, 1, log, lock, OutputLock("refeed run"), go_on)
        syncer.sync(None, always_settled)
        syncer.close()
        syncer.config = replace(config, output=tmp_path / "elsewhere")
        syncer.sync(None, always_settled)
        syncer.stop()
    assert tree(tmp_path / "elsewhere") == tree(config.output)
