"""A rebuild repairs any damage to the state and the output."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from archives import DAY, SPRING, Article, config_in, from_nothing, modified, put, synced, tree
from refeed.commands.rebuild import rebuild
from refeed.publish.output_folder import Draft
from refeed.render import build_frame, render_entry

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from refeed.config import Config
    from refeed.model import Feed
    from refeed.render.document_frame import Frame
    from refeed.render.publishable import Publishable

INDEX = "index.sqlite3"
MINE = b"<p>mine</p>"
NEVER = "00000000-0000-5000-8000-000000000000"


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """An archive of eight articles, published."""
    config = config_in(tmp_path, feeds=[{"name": "two/three", "match": {"title": "[23]"}}])
    for number in range(8):
        put(tmp_path / f"seeds/{number}.md", _article(number))
    synced(config)
    return config


def _article(number: int, words: str = "Words") -> Article:
    return Article(
        url=f"https://{number % 2}.example.org/{number}",
        title=f"Title {number}",
        html=f"<p>{words} {number}.</p>" + "<p>Filler.</p>" * 200,
        instant=SPRING + number * DAY,
    )


def _index(config: Config) -> Path:
    return config.state / INDEX


def _garbage(config: Config) -> None:
    _index(config).write_bytes(random.Random(1).randbytes(50_000))  # noqa: S311 - nothing secret


def _torn_pages(config: Config) -> None:
    with _index(config).open("r+b") as file:
        file.seek(4096)
        file.write(random.Random(2).randbytes(40_000))  # noqa: S311 - nothing secret


def _another_version(config: Config) -> None:
    with closing(sqlite3.connect(_index(config))) as connection:
        connection.execute("PRAGMA user_version = 999")
        connection.execute("DROP TABLE member")
        connection.commit()


def _a_table_is_missing(config: Config) -> None:
    with closing(sqlite3.connect(_index(config))) as connection:
        connection.execute("DROP TABLE content")
        connection.commit()


def _foreign_log(config: Config) -> None:
    _index(config).with_name(f"{INDEX}-wal").write_bytes(b"x" * 5000)


def _page(config: Config) -> Path:
    return max((config.output / "article").glob("*/index.html"))


def _put_half_a_page(config: Config) -> None:
    name = _page(config).parent.name
    (config.output / f"article/.{name}.index.html.{'0' * 32}.new").touch()


def _put_page_of_nothing(config: Config) -> None:
    put(config.output / "article" / NEVER / "index.html", _page(config).read_bytes())


DAMAGES: dict[str, Callable[[Config], object]] = {
    "state removed": lambda config: shutil.rmtree(config.state),
    "index removed": lambda config: _index(config).unlink(),
    "index truncated": lambda config: os.truncate(_index(config), 9000),
    "index emptied": lambda config: os.truncate(_index(config), 0),
    "index of garbage": _garbage,
    "index with torn pages": _torn_pages,
    "index of another version": _another_version,
    "index without a table": _a_table_is_missing,
    "index with a foreign log": _foreign_log,
    "output removed": lambda config: shutil.rmtree(config.output),
    "feeds removed": lambda config: shutil.rmtree(config.output / "source"),
    "file removed": lambda config: (config.output / "all/rss.xml").unlink(),
    "file overwritten": lambda config: (config.output / "all/rss.xml").write_bytes(MINE),
    "file truncated": lambda config: os.truncate(config.output / "all/feed.json", 100),
    "page removed": lambda config: (config.output / "all/index.html").unlink(),
    "page overwritten": lambda config: (config.output / "all/index.html").write_bytes(MINE),
    "list of feeds removed": lambda config: (config.output / "feeds.opml").unlink(),
    "start page emptied": lambda config: os.truncate(config.output / "index.html", 0),
    "manifest removed": lambda config: (config.output / ".refeed-files").unlink(),
    "manifest of garbage": lambda config: (config.output / ".refeed-files").write_bytes(b"\xff"),
    "pages of articles removed": lambda config: shutil.rmtree(config.output / "article"),
    "page of an article removed": lambda config: _page(config).unlink(),
    "page of an article overwritten": lambda config: _page(config).write_bytes(MINE),
    "page of an article emptied": lambda config: os.truncate(_page(config), 0),
    "half a page beside": _put_half_a_page,
    "folder of a page that never came": lambda config: (config.output / "article" / NEVER).mkdir(),
    "page of an article that is gone": _put_page_of_nothing,
    "half a file beside": lambda config: (config.output / f"all/.rss.xml.{'0' * 32}.new").touch(),
}


@pytest.mark.parametrize("edited", [False, True], ids=["", "edited"])
@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_mended(config: Config, damage: str, tmp_path: Path, *, edited: bool) -> None:
    DAMAGES[damage](config)
    if edited:
        put(tmp_path / "seeds/3.md", _article(3, "Other words"))
        (tmp_path / "seeds/5.md").unlink()
    rebuild(config, jobs=1)
    assert tree(config.output) == from_nothing(config, tmp_path / "fresh")


@pytest.mark.parametrize(
    "keys",
    [
        {"formats": ["rss"]},
        {"by_source": False},
        {"limit": 1},
        {"feeds": [{"name": "two", "match": {"title": "2"}}]},
    ],
    ids=",".join,
)
def test_what_the_config_no_longer_wants_goes(
    config: Config, tmp_path: Path, keys: dict[str, object]
) -> None:
    fewer = config_in(tmp_path, **keys)
    published = set(tree(config.output))
    rebuild(fewer, jobs=1)
    assert tree(fewer.output) == from_nothing(fewer, tmp_path / "fresh")
    left = {path for path in fewer.output.rglob("*") if path.is_dir() and not any(path.iterdir())}
    assert not left
    if "formats" in keys:
        assert published - set(tree(fewer.output)) >= {"all/atom.xml", "index.html"}


def test_what_is_not_refeeds_is_left_alone(config: Config, tmp_path: Path) -> None:
    foreign = [
        put(config.output / name, MINE)
        for name in (
            "mine.html",
            "all/mine.xml",
            "source/1.example.org/notes.txt",
            ".htaccess",
            "article/notes.txt",
            f"article/{_page(config).parent.name}/notes.txt",
            f"article/{NEVER}/index.html",
            f"article/.{NEVER}.index.html.mine.new",
        )
    ]
    for file in sorted((tmp_path / "seeds").glob("[1357].md")):
        file.unlink()
    rebuild(replace(config, feeds=(), formats=("json",)), jobs=1)
    assert all(file.read_bytes() == MINE for file in foreign)
    assert [path.name for path in (config.output / "source/1.example.org").iterdir()] == [
        "notes.txt"
    ]


def test_a_list_of_files_that_was_tampered_with_removes_nothing_elsewhere(
    config: Config, tmp_path: Path
) -> None:
    elsewhere = put(tmp_path / "elsewhere.txt", MINE)
    with (config.output / ".refeed-files").open("a", encoding="utf-8") as file:
        file.write(f"{elsewhere}\n../elsewhere.txt\nall/../../elsewhere.txt\n")
    rebuild(config, jobs=1)
    assert elsewhere.read_bytes() == MINE


def test_a_feed_that_is_broken_keeps_its_last_good_form(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tree(config.output)
    broken = "source/1.example.org"

    def faulty(name: str, feed: Feed, updated: int | None) -> Frame:
        whole = build_frame(name, feed, updated)
        return whole._replace(tail="") if (name, feed.name) == ("atom", broken) else whole

    monkeypatch.setattr("refeed.publish.document_writer.build_frame", faulty)
    put(tmp_path / "seeds/7.md", _article(7, "Other words"))
    found = rebuild(config, jobs=1).report.publication
    assert [(failure.feed, failure.format) for failure in found.failures] == [(broken, "atom.xml")]
    # Its page for people is well.
    assert found.changed == ("all", broken)
    after = tree(config.output)
    for name, data in after.items():
        if name.startswith(broken) and not name.endswith(".html"):
            assert data == before[name]
    assert b"Other words" in after["all/atom.xml"]

    still = rebuild(config, jobs=1).report.publication
    assert [failure.feed for failure in still.failures] == [broken]
    monkeypatch.undo()
    assert rebuild(config, jobs=1).report.publication.changed == (broken,)
    assert tree(config.output) == from_nothing(config, tmp_path / "fresh")


def test_an_entry_that_is_broken_keeps_its_feeds_as_they_were(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tree(config.output)

    def faulty(name: str, entry: Publishable, *about: str) -> str:
        written = render_entry(name, entry, *about)
        return written.replace("Other", "Some") if name == "json" else written

    monkeypatch.setattr("refeed.workers.render_entry.render_entry", faulty)
    put(tmp_path / "seeds/7.md", _article(7, "Other words"))
    put(tmp_path / "seeds/6.md", _article(6, "More words"))
    found = rebuild(config, jobs=1).report.publication
    assert [failure.feed for failure in found.failures] == ["all", "source/1.example.org"]
    after = tree(config.output)
    different = {name for name in after if after[name] != before[name]}
    assert {name for name in different if not name.startswith("article/")} == {
        *(f"source/0.example.org/{file}" for file in ("rss.xml", "atom.xml", "feed.json")),
        *(f"{feed}/index.html" for feed in ("all", "source/0.example.org", "source/1.example.org")),
    }
    monkeypatch.undo()
    assert rebuild(config, jobs=1).report.publication.changed == ("all", "source/1.example.org")
    assert tree(config.output) == from_nothing(config, tmp_path / "fresh")


def test_a_file_that_does_not_hold_what_was_written_is_not_published(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tree(config.output)
    read = Draft.read
    monkeypatch.setattr(
        Draft, "read", lambda draft: (data.replace(b"w", b"v") for data in read(draft))
    )
    put(tmp_path / "seeds/7.md", _article(7, "Other words"))
    found = rebuild(config, jobs=1).report.publication
    failed = {failure.feed for failure in found.failures}
    assert failed >= {"all", "source/1.example.org"}
    assert any(name.startswith("article/") for name in failed)
    after = tree(config.output)
    assert {name for name in after if after[name] != before[name]} <= {"feeds.opml", "index.html"}


def test_a_new_index_writes_no_feed_again(config: Config) -> None:
    before = modified(config.output)
    shutil.rmtree(config.state)
    rebuild(config, jobs=1)
    assert modified(config.output) == before


def test_a_first_sync_of_a_few_paths_is_a_whole_one(config: Config, tmp_path: Path) -> None:
    shutil.rmtree(config.state)
    synced(config, [tmp_path / "seeds/1.md"])
    assert tree(config.output) == from_nothing(config, tmp_path / "fresh")
