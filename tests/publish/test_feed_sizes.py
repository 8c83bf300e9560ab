"""No document of a feed is larger than `max_feed_kb`, and nothing is lost or unsaid."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import feedparser
import pytest

from archives import (
    DAY,
    SPRING,
    Article,
    chain,
    config_in,
    from_nothing,
    put,
    synced,
    tree,
)
from refeed.cli.rebuild_summary import print_summary
from refeed.cli.status_text import format_status
from refeed.commands.rebuild import rebuild
from refeed.commands.status import status
from refeed.render import render_entry

if TYPE_CHECKING:
    from pathlib import Path

    from refeed.config import Config
    from refeed.render.publishable import Publishable

ENTRIES = 50
FEEDS = ("all/rss.xml", "all/atom.xml", "all/feed.json")


def article(number: int, kb: int) -> Article:
    # JSON writes a quotation mark as two characters, XML an ampersand as five.
    text = 'He said "Tom &amp; Ann", twice. '
    html = f"<p>{text * (kb * 1_000 // len(text))}</p>"
    return Article(f"https://a.example/{number}", f"No {number}", html, SPRING + number * DAY)


def folder_of(folder: Path, sizes: list[int], **keys: object) -> Config:
    """Put articles of these sizes in kB into a folder, the oldest first."""
    for number, kb in enumerate(sizes):
        put(folder / f"seeds/{number}.md", article(number, kb))
    return config_in(folder, by_source=False, limit=ENTRIES, **keys)


def titles(config: Config) -> dict[str, list[str]]:
    """Return what each document of the feed shows, newest first."""
    xml = {file: feedparser.parse((config.output / file).read_bytes()) for file in FEEDS[:2]}
    found = {file: [entry.title for entry in each.entries] for file, each in xml.items()}
    feed = json.loads((config.output / FEEDS[2]).read_bytes())
    return found | {FEEDS[2]: [item["title"] for item in feed["items"]]}


def newest(among: int, shown: int) -> dict[str, list[str]]:
    return {key: [f"No {among - 1 - each}" for each in range(shown)] for key in FEEDS}


def test_large_entries_give_feeds_below_the_limit(tmp_path: Path) -> None:
    config = folder_of(tmp_path, [300] * 10)
    synced(config)
    sizes = [len(data) for path, data in tree(config.output).items() if path in FEEDS]
    assert max(sizes) <= 2_000_000
    assert titles(config) == newest(10, 6)


def test_with_an_archive_nothing_is_lost(tmp_path: Path) -> None:
    config = folder_of(tmp_path, [30] * ENTRIES, max_feed_kb=200, archive="all")
    synced(config)
    published = tree(config.output)
    for path, data in published.items():
        if path.endswith((".xml", ".json")):
            assert len(data) <= 200_000, path
    assert len(set().union(*chain(published, "all/feed.json").values())) == ENTRIES
    for file in FEEDS[:2]:
        shown, document = set(), file
        while document:
            feed = feedparser.parse(published[document])
            shown |= {entry.title for entry in feed.entries}
            links = {link.rel: link.href for link in feed.feed.links}
            document = links.get("prev-archive", "").removeprefix(config.base_url)
        assert len(shown) == ENTRIES


@pytest.mark.parametrize("archive", [(), ("all",)])
def test_an_entry_that_is_too_large_is_published_alone(
    tmp_path: Path, archive: tuple[str, ...]
) -> None:
    config = folder_of(tmp_path, [1, 1, 30], max_feed_kb=10, archive=archive)
    synced(config)
    assert titles(config) == newest(3, 1)
    put(tmp_path / "seeds/3.md", article(3, 1))
    synced(config)
    assert titles(config) == newest(4, 1)
    assert tree(config.output) == from_nothing(config, tmp_path / "fresh")


def test_without_a_limit_everything_is_shown(tmp_path: Path) -> None:
    config = folder_of(tmp_path, [30] * 10, max_feed_kb=0)
    synced(config)
    assert titles(config) == newest(10, 10)
    assert status(config)["left_out"] == {}


def test_a_page_for_people_has_what_feeds_leave_out(tmp_path: Path) -> None:
    config = folder_of(tmp_path, [3] * 5, max_feed_kb=10)
    synced(config)
    assert titles(config) == newest(5, 2)
    page = (config.output / "all/index.html").read_text(encoding="utf-8")
    assert {f"No {number}" for number in range(5)} <= set(re.findall(r"No \d", page))


def test_little_is_rendered_that_no_feed_has_room_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = folder_of(tmp_path, [30] * ENTRIES, max_feed_kb=200, formats=["rss", "json"])
    synced(config)
    rendered: list[str] = []

    def note(name: str, entry: Publishable, *about: str) -> str:
        rendered.append(entry.title)
        return render_entry(name, entry, *about)

    monkeypatch.setattr("refeed.workers.render_entry.render_entry", note)
    put(tmp_path / f"seeds/{ENTRIES}.md", article(ENTRIES, 30))
    synced(config)
    assert len(set(rendered)) <= 7


def test_what_is_left_out_is_said_where_it_changes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = folder_of(tmp_path, [3] * 5, max_feed_kb=10)
    rebuilt = rebuild(config, jobs=1)
    assert rebuilt.report.publication.left_out == {"all": 3}
    print_summary(config, rebuilt, dry_run=False)
    assert "  all is full: 3 entries left out, by max_feed_kb = 10\n" in capsys.readouterr().out
    assert "       5  all   (3 of its newest left out: max_feed_kb = 10)\n" in format_status(
        status(config)
    )
    assert rebuild(config, jobs=1).report.publication.left_out == {}
    for number in range(3):
        (tmp_path / f"seeds/{number}.md").unlink()
    rebuilt = rebuild(config, jobs=1)
    assert rebuilt.report.publication.left_out == {"all": 0}
    print_summary(config, rebuilt, dry_run=False)
    assert "all has room for all of its newest entries again" in capsys.readouterr().out


def test_what_is_left_to_the_archive_is_said_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = folder_of(tmp_path, [3] * 5, max_feed_kb=12, archive="all")
    rebuilt = rebuild(config, jobs=1)
    left = rebuilt.report.publication.left_out["all"]
    print_summary(config, rebuilt, dry_run=False)
    assert "left to its archive, by max_feed_kb = 12\n" in capsys.readouterr().out
    assert f"; {left} of its newest left to them: max_feed_kb = 12)" in format_status(
        status(config)
    )
