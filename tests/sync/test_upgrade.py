"""State and output of another version of refeed, older or newer, are taken over, and back again."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from archives import DAY, SPRING, Article, config_in, put, run, synced, tree
from archives import modified as find_times
from refeed.render.formats import MANIFEST
from refeed.store.schema import SCHEMA_VERSION

if TYPE_CHECKING:
    from pathlib import Path

    from refeed.config import Config

OTHERS = ["0.0.9", "9.9.9"]
COMMAND = ("--seeds", "seeds", "--output", "feeds", "--state", "state")


@pytest.fixture
def config(tmp_path: Path) -> Config:
    found = config_in(tmp_path, limit=2, archive=["all"], first_seen="first-seen.tsv")
    seeds = found.seeds[0]
    for number in range(4):
        article = Article(f"https://news.example.org/{number}", instant=SPRING + number * DAY)
        put(seeds / f"{number}.md", article)
    late = Article("https://news.example.org/0", html="<p>It rains.</p>", instant=SPRING + 9 * DAY)
    put(seeds / "0-late.md", late)
    put(seeds / "undated.md", Article("https://blog.example.org/u", instant=None))
    put(seeds / "bad.md", b"nothing")
    return found


def become(version: str, patch: pytest.MonkeyPatch) -> None:
    for module in ("refeed.sync.index", "refeed.publish.overview"):
        patch.setattr(f"{module}.__version__", version)


def alter_index(config: Config, *statements: str) -> None:
    with closing(sqlite3.connect(config.state / "index.sqlite3")) as database:
        for statement in statements:
            database.execute(statement)
        database.commit()


@pytest.mark.parametrize("other", OTHERS)
def test_an_upgrade_and_the_way_back_write_no_file(config: Config, other: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        become(other, patch)
        synced(config)
    before, times = tree(config.output), find_times(config.output)
    report = synced(config)
    assert report.read == 7
    assert report.publication.changed == ()
    assert tree(config.output) == before
    assert find_times(config.output) == times
    assert synced(config).read == 0
    with pytest.MonkeyPatch.context() as patch:
        become(other, patch)
        report = synced(config)
        assert (report.read, report.publication.changed) == (7, ())
    assert find_times(config.output) == times


@pytest.mark.parametrize(
    "change",
    [
        (f"PRAGMA user_version = {SCHEMA_VERSION - 1}",),
        (f"PRAGMA user_version = {SCHEMA_VERSION + 1}",),
        (f"PRAGMA user_version = {SCHEMA_VERSION - 1}", "DROP TABLE entry", "DROP TABLE touched"),
        (
            f"PRAGMA user_version = {SCHEMA_VERSION + 1}",
            "ALTER TABLE file ADD COLUMN mood TEXT",
            "CREATE TABLE future (id INTEGER PRIMARY KEY)",
        ),
        ("PRAGMA user_version = 13", "DROP TABLE beside"),
    ],
    ids=["older", "newer", "older with fewer tables", "newer with more", "numbered by hand"],
)
def test_an_index_of_another_schema_is_made_anew(config: Config, change: tuple[str, ...]) -> None:
    synced(config)
    before, times = tree(config.output), find_times(config.output)
    alter_index(config, *change)
    report = synced(config)
    assert (report.read, report.publication.changed) == (7, ())
    assert tree(config.output) == before
    assert find_times(config.output) == times


def test_no_command_ends_in_a_traceback_at_another_schema(config: Config, tmp_path: Path) -> None:
    done = run("rebuild", *COMMAND, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    published = tree(config.output)
    alter_index(config, f"PRAGMA user_version = {SCHEMA_VERSION + 1}", "DROP TABLE content")
    index = (config.state / "index.sqlite3").read_bytes()
    codes = {
        ("status", *COMMAND): 3,
        ("explain", *COMMAND, "seeds/0.md"): 0,
        ("rebuild", *COMMAND, "--dry-run"): 0,
    }
    for arguments, code in codes.items():
        done = run(*arguments, folder=tmp_path)
        assert "Traceback" not in done.stderr
        assert done.returncode == code, done.stderr
        assert (config.state / "index.sqlite3").read_bytes() == index
    done = run("rebuild", *COMMAND, folder=tmp_path)
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
    assert tree(config.output) == published


def test_ids_and_dates_survive_a_version_that_writes_other_bytes(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        become(OTHERS[0], patch)
        patch.setattr("refeed.render.rss_atom._GENERATOR", "refeed of another time")
        patch.setattr("refeed.render.templates.fingerprint", lambda *_: "other templates")
        synced(config)
    facts = find_facts(config)
    # A publication date that is the file's time would be lost by a copy of the archive.
    for file in config.seeds[0].iterdir():
        os.utime(file, (2_000_000_000, 2_000_000_000))
    monkeypatch.setattr("refeed.sync.index.__version__", OTHERS[1])
    synced(config)
    assert find_facts(config) == facts
    assert b"<generator>refeed</generator>" in tree(config.output)["all/atom.xml"]


def test_files_that_this_version_does_not_publish_are_deleted(config: Config) -> None:
    synced(config)
    before = tree(config.output)
    shutil.copy(config.output / "all" / "feed.json", config.output / "all" / "feed.old")
    with (config.output / MANIFEST).open("a", encoding="utf-8") as manifest:
        manifest.write("all/feed.old\n")
    synced(config)
    assert tree(config.output) == before


def find_facts(config: Config) -> list[tuple[str, str, str]]:
    items = json.loads((config.output / "all" / "feed.json").read_bytes())["items"]
    return [(item["id"], item["date_published"], item["date_modified"]) for item in items]
