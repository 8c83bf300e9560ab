"""A damaged index is rebuilt, and what is published is what a rebuild from nothing publishes."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from archives import Article, config_in, from_nothing, put, tree
from refeed.commands.rebuild import rebuild
from refeed.commands.status import status
from refeed.errors import RefeedError

if TYPE_CHECKING:
    from pathlib import Path

    from refeed.config import Config

SCHEMA_PAGES = 2 * 4096


def archive(folder: Path) -> Config:
    config = config_in(folder)
    for number in range(4):
        put(
            config.seeds[0] / f"{number}.md",
            Article(
                url=f"https://a.example/{number}",
                title=f"Title {number}",
                html=f"<p>This is not true of number {number}.</p>",
            ),
        )
    rebuild(config, jobs=1)
    return config


def test_any_damaged_byte_of_the_schema_is_mended(tmp_path: Path) -> None:
    config = archive(tmp_path)
    published = tree(config.output)
    file = config.state / "index.sqlite3"
    whole = file.read_bytes()
    for position in range(100, SCHEMA_PAGES, 97):
        for value in (0xFF, whole[position] ^ 1):
            damaged = bytearray(whole)
            damaged[position] = value
            file.write_bytes(damaged)
            rebuild(config, jobs=1)
            assert tree(config.output) == published, position


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("content", "html"),
        ("content", "summary"),
        ("snapshot", "title"),
        ("snapshot", "url"),
        ("entry", "published"),
        ("entry", "updated"),
    ],
)
def test_a_changed_value_is_noticed_when_it_is_read(
    tmp_path: Path, table: str, column: str
) -> None:
    config = archive(tmp_path)
    with closing(sqlite3.connect(config.state / "index.sqlite3")) as connection:
        if table == "entry":
            connection.execute(f"UPDATE entry SET {column} = {column} + 1024")
        else:
            connection.execute(
                f"UPDATE {table} SET {column} = replace(replace({column}, 'n', 'o'), 't', 'u')"
            )
        connection.commit()
    put(config.seeds[0] / "9.md", Article(url="https://a.example/9", title="Nine"))
    rebuild(config, jobs=1)
    assert tree(config.output) == from_nothing(config, tmp_path / "fresh")


def test_status_says_that_the_index_is_damaged(tmp_path: Path) -> None:
    config = archive(tmp_path)
    with closing(sqlite3.connect(config.state / "index.sqlite3")) as connection:
        connection.execute("UPDATE setting SET value = '{' WHERE name = 'last seeds'")
        connection.commit()
    with pytest.raises(RefeedError, match="damaged"):
        status(config)
