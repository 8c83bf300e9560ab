from __future__ import annotations

import io
import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from archives import Article, config_in, from_nothing, put, synced, tree
from refeed.daemon.syncer import Keeper, StopError
from refeed.errors import FolderError
from refeed.locks import Presence, daemon_of
from refeed.log.logger import logger
from refeed.progress import silent
from refeed.seeds.scan import always_settled
from refeed.store import Store

if TYPE_CHECKING:
    from pathlib import Path


def test_contents_that_no_feed_shows_are_dropped(tmp_path: Path) -> None:
    config = config_in(tmp_path)
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
    log = logger("json", io.StringIO(), {})
    with closing(Presence(config.state, "now")) as presence:
        keeper = Keeper(config, 1, log, presence, silent)
        file = config.seeds[0] / "1.md"
        for doubtful, read in (({}, 1), ({}, 0), ({file: None}, 1), ({file: 1}, 0)):
            report = keeper.sync([file], always_settled, doubtful)
            assert report is not None
            assert report.read == read
        keeper.close()


def test_what_has_not_settled_is_left_as_it_is_known(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    files = [config.seeds[0] / f"{number}.md" for number in range(2)]
    for file in files:
        put(file, Article(url=f"https://a.example/{file.stem}", title="Old"))
    log = logger("json", io.StringIO(), {})
    with closing(Presence(config.state, "now")) as presence:
        keeper = Keeper(config, 1, log, presence, silent)
        keeper.sync(None, always_settled)
        for file in files:
            put(file, Article(url=f"https://a.example/{file.stem}", title="New title"))
        report = keeper.sync(None, lambda path, _: path != str(files[0]))
        keeper.close()
    assert report is not None
    assert report.read == 1
    feed = (config.output / "all" / "feed.json").read_text(encoding="utf-8")
    assert (feed.count("Old"), feed.count("New title")) == (1, 1)


def test_a_folder_is_kept_by_one_and_others_can_ask(tmp_path: Path) -> None:
    assert daemon_of(tmp_path) is None
    with closing(Presence(tmp_path, "2024")) as presence:
        with pytest.raises(FolderError, match="another refeed run"):
            Presence(tmp_path, "2025")
        presence.tell("the disk is full", "noon")
        told = daemon_of(tmp_path)
        assert told is not None
        assert (told["problem"], told["problem_since"], told["since"]) == (
            "the disk is full",
            "noon",
            "2024",
        )
        presence.tell()
        assert "problem" not in (daemon_of(tmp_path) or {})
    assert daemon_of(tmp_path) is None
    Presence(tmp_path, "2026").close()


@pytest.mark.parametrize("letter", ["x", "é", '"', "𝄞"])
def test_a_long_problem_is_cut_and_the_rest_is_told(tmp_path: Path, letter: str) -> None:
    with closing(Presence(tmp_path, "2024")) as presence:
        presence.tell(letter * 5_000, "noon")
        told = daemon_of(tmp_path)
    assert told is not None
    assert (told["since"], told["problem_since"]) == ("2024", "noon")
    assert told["problem"].startswith(letter * 100)


def test_a_broken_index_that_cannot_be_removed_is_a_failure_like_others(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    put(config.seeds[0] / "1.md", Article())
    log = logger("json", io.StringIO(), {})
    index, in_the_way = config.state / "index.sqlite3", config.state / "index.sqlite3-closed"
    with closing(Presence(config.state, "now")) as presence:
        keeper = Keeper(config, 1, log, presence, silent)
        keeper.sync(None, always_settled)
        with sqlite3.connect(index) as connection:
            connection.execute("DROP TABLE output")
        connection.close()
        put(config.seeds[0] / "2.md", Article(url="https://a.example/2"))

        def broken(path: str, mtime_ns: int) -> bool:
            in_the_way.mkdir()
            return always_settled(path, mtime_ns)

        assert keeper.sync(None, broken) is None
        assert keeper.failure
        in_the_way.rmdir()
        assert keeper.sync(None, always_settled) is not None
        keeper.close()


def test_a_long_look_into_the_index_gives_signs_of_life_and_is_not_cut_short(
    tmp_path: Path,
) -> None:
    config = config_in(tmp_path)
    signs = 0

    def observer(stage: str, done: int, total: int | None) -> None:  # noqa: ARG001 - as observers have it
        nonlocal signs
        signs += 1
        raise StopError

    log = logger("json", io.StringIO(), {})
    with closing(Presence(config.state, "now")) as presence:
        keeper = Keeper(config, 1, log, presence, observer)
        with keeper._turn() as (store, _):  # noqa: SLF001 - no sync of a test takes that long
            rows = store._db.execute(  # noqa: SLF001 - likewise
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 500000)"
                " SELECT count(*) FROM n"
            ).fetchone()
        keeper.close()
    assert rows == (500_000,)
    assert signs > 0


def test_a_look_through_folders_where_nothing_has_changed_gives_signs_of_life(
    tmp_path: Path,
) -> None:
    config = config_in(tmp_path)
    for number in range(30):
        put(config.seeds[0] / f"{number}/1.md", Article(url=f"https://a.example/{number}"))
    signs: list[str] = []
    log = logger("json", io.StringIO(), {})
    with closing(Presence(config.state, "now")) as presence:
        keeper = Keeper(config, 1, log, presence, lambda stage, *_: signs.append(stage))
        keeper.sync(None, always_settled)
        signs.clear()
        keeper.sync(None, always_settled)
        keeper.close()
    assert len(signs) >= 30


def test_a_reload_of_the_output_publishes_there(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    put(config.seeds[0] / "1.md", Article())
    log = logger("json", io.StringIO(), {})
    with closing(Presence(config.state, "now")) as presence:
        keeper = Keeper(config, 1, log, presence, silent)
        keeper.sync(None, always_settled)
        keeper.close()
        keeper.config = replace(config, output=tmp_path / "elsewhere")
        keeper.sync(None, always_settled)
        keeper.close()
    assert tree(tmp_path / "elsewhere") == tree(config.output)
