"""MHTML and WARC files from a seeds folder to the feeds, by the commands that people use."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archives import put, run, tree
from warcs import crawl, members, page

if TYPE_CHECKING:
    from pathlib import Path as Folder

CASES = Path(__file__).parent.parent / "reading/web_archives"
SITE = "https://river.example.org"


def publish(folder: Folder) -> list[dict[str, Any]]:
    done = run("rebuild", folder=folder)
    assert done.returncode == 0, done.stderr
    feed: dict[str, list[dict[str, Any]]] = json.loads(
        (folder / "feeds/all/feed.json").read_text(encoding="utf-8")
    )
    return feed["items"]


def test_their_pages_are_entries(tmp_path: Folder) -> None:
    put(tmp_path / "seeds/ferry.mhtml", (CASES / "saved-by-blink.mhtml").read_bytes())
    pages = [crawl(f"{SITE}/{n}", page(f"Part {n}")) for n in range(3)]
    advert = crawl("https://ads.example.net/", page("Boats", sentences=1))
    put(tmp_path / "seeds/2024/crawl.warc.gz", members([*pages, advert]))
    items = publish(tmp_path)
    assert {item["title"] for item in items} == {
        *("Part 0", "Part 1", "Part 2"),
        "The ferry that needs no engine",
    }
    assert {item["url"] for item in items} == {
        *(f"{SITE}/{n}" for n in range(3)),
        "https://news.example.org/2024/ferry",
    }
    assert all("nobody has heard it do so" in item["content_html"] for item in items)


def test_a_second_rebuild_changes_nothing(tmp_path: Folder) -> None:
    put(tmp_path / "seeds/a.warc.gz", members([crawl(f"{SITE}/1", page())]))
    publish(tmp_path)
    before = tree(tmp_path / "feeds")
    publish(tmp_path)
    assert tree(tmp_path / "feeds") == before


def test_a_broken_archive_is_reported_and_its_whole_pages_are_published(tmp_path: Folder) -> None:
    data = members([crawl(f"{SITE}/1", page()), crawl(f"{SITE}/2", page())])
    put(tmp_path / "seeds/a.warc.gz", data[:-30])
    assert [item["url"] for item in publish(tmp_path)] == [f"{SITE}/1"]
    assert "its compressed data is broken or cut off" in run("status", folder=tmp_path).stdout
