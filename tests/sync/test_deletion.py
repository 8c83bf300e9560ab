"""Deleted files leave the feeds, and nothing else does."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from archives import DAY, SPRING, Article, config_in, from_nothing, modified, put, run, synced, tree
from refeed.errors import FolderError

if TYPE_CHECKING:
    from pathlib import Path

OLD = Article("https://news.example.org/1", "Old", "<p>Old.</p>")
NEW = replace(OLD, title="New", html="<p>New.</p>", instant=SPRING + DAY)
OTHER = Article("https://other.example.org/2", "Other", "<p>Other.</p>")


def test_without_the_newest_snapshot_the_one_before_is_shown(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    put(tmp_path / "seeds/old.md", OLD)
    newest = put(tmp_path / "seeds/new.md", NEW)
    synced(config)
    assert b"<title>New</title>" in tree(config.output)["all/rss.xml"]
    newest.unlink()
    synced(config, [newest])
    assert b"<title>Old</title>" in tree(config.output)["all/rss.xml"]
    assert b"New" not in tree(config.output)["all/rss.xml"]


def test_without_its_last_snapshot_an_entry_goes_and_its_sources_feed(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    put(tmp_path / "seeds/old.md", OLD)
    other = put(tmp_path / "seeds/other.md", OTHER)
    synced(config)
    other.unlink()
    report = synced(config)
    assert report.entries == 1
    assert not (config.output / "source/other.example.org").exists()
    assert b"Other" not in b"".join(tree(config.output).values())


@pytest.mark.parametrize("paths", [None, "gone"])
def test_a_seeds_folder_that_is_not_there_changes_nothing(
    tmp_path: Path, paths: str | None
) -> None:
    config = config_in(tmp_path, seeds=["seeds", "mounted"])
    put(tmp_path / "seeds/old.md", OLD)
    put(tmp_path / "mounted/other.md", OTHER)
    synced(config)
    before = modified(config.output)
    (tmp_path / "mounted").rename(tmp_path / "unplugged")
    (tmp_path / "seeds/old.md").unlink()
    with pytest.raises(FolderError, match="mounted"):
        synced(config, None if paths is None else [tmp_path / "mounted/other.md"])
    assert modified(config.output) == before
    (tmp_path / "unplugged").rename(tmp_path / "mounted")
    synced(config)
    assert tree(config.output) == from_nothing(config, tmp_path / "fresh")


def test_a_seeds_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    put(tmp_path / "seeds/old.md", OLD)
    assert run("rebuild", folder=tmp_path).returncode == 0
    before = modified(tmp_path / "feeds")
    shutil.rmtree(tmp_path / "seeds")
    done = run("rebuild", folder=tmp_path)
    assert done.returncode == 2
    assert f"{tmp_path / 'seeds'} can't be read: No such file or directory" in done.stderr
    assert "Traceback" not in done.stderr
    assert modified(tmp_path / "feeds") == before


def test_an_empty_seeds_folder_is_an_empty_archive(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    file = put(tmp_path / "seeds/old.md", OLD)
    synced(config)
    file.unlink()
    assert synced(config).entries == 0
    assert tree(config.output) == from_nothing(config, tmp_path / "fresh")
