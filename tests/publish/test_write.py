"""Documents that share entries are made together."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from archives import (
    DAY,
    SPRING,
    Article,
    command,
    config_in,
    environment,
    from_nothing,
    put,
    synced,
    tree,
)
from refeed.publish import write
from refeed.publish.entry_cache import EntryCache
from refeed.render import render_entry

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from refeed.config import Config
    from refeed.render.publishable import Publishable

ENTRIES = 12


def _config(folder: Path) -> Config:
    config = config_in(folder, limit=0, feeds=[{"name": "odd", "match": {"title": "[13579]$"}}])
    for number in range(ENTRIES):
        url = f"https://{number % 3}.example.org/{number}"
        # Several have the same instant; then their order is that of their numbers.
        article = Article(url=url, title=f"No {number}", instant=SPRING + number // 4 * DAY)
        put(folder / f"seeds/{number}.md", article)
    return config


def test_an_entry_is_written_once_for_all_its_documents(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = _config(tmp_path)
    written: list[tuple[str, str]] = []

    def noted(name: str, entry: Publishable, *about: str) -> str:
        written.append((name, entry.id))
        return render_entry(name, entry, *about)

    monkeypatch.setattr("refeed.workers.render_entry.render_entry", noted)
    monkeypatch.setattr(EntryCache, "put", lambda *_: None)
    synced(config)
    assert len(written) == len(set(written)) == ENTRIES * len(config.formats)


def test_documents_are_the_same_whichever_are_made_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = _config(tmp_path)
    together = from_nothing(config, tmp_path / "together")
    monkeypatch.setattr(write, "_MAX_FILES", 1)
    assert from_nothing(config, tmp_path / "alone") == together
    monkeypatch.setattr(write, "_MAX_FILES", 8)
    assert from_nothing(config, tmp_path / "two at a time") == together


def test_few_descriptors_are_enough_for_many_feeds(tmp_path: Path) -> None:
    config = config_in(tmp_path, limit=0)
    for number in range(60):
        url = f"https://{number}.example.org/"
        put(tmp_path / f"seeds/{number}.md", Article(url=url))
    folders = ("--seeds", config.seeds[0], "--output", config.output, "--state", config.state)
    limited = ["sh", "-c", 'ulimit -n 64 && exec "$@"', "sh", *command("rebuild", *folders)]
    done = subprocess.run(
        limited, cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert len(list((config.output / "source").iterdir())) == 60


def test_a_list_that_cannot_be_written_keeps_no_document_for_programs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = config_in(tmp_path, limit=0)
    for day, site in enumerate(("older", "newer")):
        url = f"https://{site}.example.org/"
        put(tmp_path / f"seeds/{site}.md", Article(url=url, instant=SPRING + day * DAY))

    def faulty(name: str, entry: Publishable, *about: str) -> str:
        is_older = "older" in entry.url
        return "" if name == "html" and is_older else render_entry(name, entry, *about)

    monkeypatch.setattr("refeed.workers.render_entry.render_entry", faulty)
    found = synced(config).publication
    assert [failure.feed for failure in found.failures] == ["all", "source/older.example.org"]
    assert (config.output / "all/atom.xml").is_file()
    assert not (config.output / "all/index.html").exists()
    monkeypatch.undo()
    assert not synced(config).publication.failures
    assert tree(config.output) == from_nothing(config, tmp_path / "fresh")
