"""The two seeds: what must be in the feeds, and what must not."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from bs4 import BeautifulSoup

from archives import config_in, tree
from refeed.commands.rebuild import rebuild

if TYPE_CHECKING:
    from pathlib import Path

    from refeed.config import Config

FOOTER = ("点击查看本文英文版", "翻译：", "翻译:")


@pytest.fixture(scope="module")
def config(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Config:
    folder = tmp_path_factory.mktemp("seeds")
    config = config_in(folder, seeds=[str(shared / "seeds")], limit=50)
    assert rebuild(config, jobs=1).report.rejected == ()
    return config


def items(config: Config) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((config.output / "all/feed.json").read_bytes())[
        "items"
    ]
    return found


def test_two_entries_newest_first(config: Config) -> None:
    dates = [item["date_published"] for item in items(config)]
    assert dates == ["2024-10-25T07:37:02Z", "2024-06-19T05:37:02Z"]
    authors = [[author["name"] for author in item["authors"]] for item in items(config)]
    assert [len(names) for names in authors] == [2, 1]


def test_nothing_that_must_go_is_left(config: Config) -> None:
    for name, data in tree(config.output).items():
        text = data.decode(errors="replace")  # the icon is none
        for words in ("feedx", "weserv", *FOOTER):
            assert words not in text, (name, words)


def test_all_images_are_the_newspapers_own(config: Config) -> None:
    sources = [
        image["src"]
        for item in items(config)
        for image in BeautifulSoup(item["content_html"], "html.parser").find_all("img")
    ]
    assert len(sources) == 7
    assert all(str(source).startswith("https://static01.nyt.com/images/") for source in sources)


def test_every_paragraph_is_there(config: Config, shared: Path) -> None:
    cleaned = {
        item["url"]: _letters(BeautifulSoup(item["content_html"], "html.parser").get_text())
        for item in items(config)
    }
    checked = 0
    for file in sorted((shared / "seeds").glob("*.txt")):
        source = file.read_text(encoding="utf-8")
        url = re.search(r"\]\((https://cn\.nytimes\.com/[^)]*)\)", source)
        assert url
        section = BeautifulSoup(source, "html.parser").find("section")
        assert section
        for element in section.find_all(["p", "figcaption", "h2", "h3"]):
            text = element.get_text()
            if not any(words in text for words in FOOTER) and "RSS" not in text:
                assert _letters(text) in cleaned[url[1]], text
                checked += bool(text.strip())
    assert checked > 50


def _letters(text: str) -> str:
    return "".join(text.split())
