"""An id never changes; `updated` moves with the text that a reader sees, and with nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from archives import DAY, SPRING, Article, config_in, put, synced

if TYPE_CHECKING:
    from pathlib import Path

    from refeed.config import Config

STORY = Article(
    "https://news.example.org/story?utm_source=feed",
    html='<p>It <b>shines</b>. <a href="https://example.org/?utm_medium=x">More</a></p>'
    '<footer>A footer.</footer><div class="promo">Buy!</div>'
    '<img src="https://images.weserv.nl/?url=img.example.org/a.jpg">',
)
FIRST, SECOND = "2024-04-01T00:00:00Z", "2024-04-02T00:00:00Z"


def shown(config: Config, feed: str = "all") -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = json.loads((config.output / feed / "feed.json").read_bytes())[
        "items"
    ]
    return items


def the_one(config: Config) -> dict[str, Any]:
    (item,) = shown(config)
    return item


def dates(item: dict[str, Any]) -> tuple[str, str]:
    published = item["date_published"]
    return published, item.get("date_modified", published)


@pytest.mark.parametrize(
    "keys",
    [
        {"cleaning": {"boilerplate": False}},
        {"cleaning": {"links": False, "trackers": False, "structure": False}},
        {"images": {"mode": "keep"}},
        {"rules": [{"source": "*", "drop": [".promo"], "drop_text": ["it shines.*"]}]},
        {"rules": [{"source": "*", "timezone": "Asia/Tokyo"}]},
        {"limit": 0, "title": "Another", "by_source": False, "formats": ["json"]},
        {"base_url": "https://elsewhere.example.org/feeds/"},
    ],
    ids=["boilerplate", "no steps", "images", "drop", "time zone", "fewer feeds", "base_url"],
)
def test_another_configuration_renews_nothing(tmp_path: Path, keys: dict[str, object]) -> None:
    config = config_in(tmp_path)
    put(tmp_path / "seeds/a.md", STORY)
    put(tmp_path / "seeds/b.md", replace(STORY, instant=SPRING + DAY))
    synced(config)
    before = the_one(config)
    synced(config_in(tmp_path, **keys))
    after = the_one(config)
    assert (after["id"], dates(after)) == (before["id"], dates(before))


def test_cleaning_that_is_configured_otherwise_is_seen(tmp_path: Path) -> None:
    put(tmp_path / "seeds/a.md", STORY)
    synced(config := config_in(tmp_path))
    assert "Buy!" in the_one(config)["content_html"]
    synced(config_in(tmp_path, rules=[{"source": "news.example.org", "drop": [".promo"]}]))
    assert "Buy!" not in the_one(config)["content_html"]


@pytest.mark.parametrize(
    ("later", "updated"),
    [
        (STORY, FIRST),
        (replace(STORY, html=STORY.html.replace("<b>", "<em>").replace("</b>", "</em>")), FIRST),
        (replace(STORY, html=STORY.html.replace("a.jpg", "b.jpg")), FIRST),
        (replace(STORY, title="Another title"), FIRST),
        (replace(STORY, author="Ada"), FIRST),
        (replace(STORY, html=STORY.html.replace("shines", "rains")), SECOND),
        (replace(STORY, html=f"{STORY.html}<p>More.</p>"), SECOND),
    ],
    ids=["same", "markup", "image", "title", "author", "words", "more words"],
)
def test_a_later_snapshot(tmp_path: Path, later: Article, updated: str) -> None:
    config = config_in(tmp_path)
    put(tmp_path / "seeds/a.md", STORY)
    synced(config)
    put(tmp_path / "seeds/b.md", replace(later, instant=SPRING + DAY))
    synced(config)
    assert dates(the_one(config)) == (FIRST, updated)


def test_an_edit_of_the_only_file(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    put(tmp_path / "seeds/a.md", STORY)
    synced(config)
    before = the_one(config)
    edited = replace(STORY, html="<p>Other words altogether.</p>")
    put(tmp_path / "seeds/a.md", edited)
    synced(config)
    after = the_one(config)
    assert "Other words" in after["content_html"]
    assert (after["id"], dates(after)) == (before["id"], dates(before))


def test_the_id_is_that_of_the_address_in_any_spelling(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    put(tmp_path / "seeds/a.md", STORY)
    synced(config)
    before = the_one(config)["id"]
    put(tmp_path / "seeds/a.md", replace(STORY, url="http://www.news.example.org//story/#top"))
    synced(config)
    assert the_one(config)["id"] == before
