"""An article's own address as it is published, and what in the article depends on it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from archives import DAY, SPRING, Article, config_in, put, synced
from refeed.commands.explain import explain

if TYPE_CHECKING:
    from pathlib import Path

    from refeed.config import Config

STORY = Article("https://news.example.org/story", html="<p>It shines.</p>")

SAME = [
    ("https://www.google.com/url?sa=t&url=https://news.example.org/story&usg=1", "a redirector"),
    ("https://l.facebook.com/l.php?u=https%3A%2F%2Fnews.example.org%2Fstory%3Ffbclid%3Dx", "two"),
    ("https://news-example-org.cdn.ampproject.org/c/s/news.example.org/story", "an AMP cache"),
    ("https://news.example.org/story;jsessionid=0A1B2C", "a session"),
    ("https://news.example.org/story?PHPSESSID=0a1b2c", "another"),
    ("https://jane:s3cret@news.example.org/story", "a user"),
    ("//news.example.org/story", "no scheme"),
]


def items(config: Config, feed: str = "all") -> list[dict[str, Any]]:
    feed_items: list[dict[str, Any]] = json.loads(
        (config.output / feed / "feed.json").read_bytes()
    )["items"]
    return feed_items


@pytest.mark.parametrize("url", [url for url, _ in SAME], ids=[note for _, note in SAME])
def test_one_article_with_the_address_that_is_its_own(tmp_path: Path, url: str) -> None:
    config = config_in(tmp_path)
    put(tmp_path / "seeds/a.md", STORY)
    put(tmp_path / "seeds/b.md", replace(STORY, url=url, instant=SPRING + DAY))
    synced(config)
    (item,) = items(config)
    assert item["url"] == "https://news.example.org/story"
    assert items(config, "source/news.example.org") == [item]


def test_what_became_of_an_address_is_explained(tmp_path: Path) -> None:
    put(tmp_path / "seeds/a.md", replace(STORY, url=SAME[1][0]))
    explained = explain(config_in(tmp_path), "seeds/a.md", tmp_path)
    (article,) = explained["articles"]
    assert article["key"] == "https://news.example.org/story"
    assert article["cleaning"] == [
        {
            "step": "links",
            "rule": "facebook + tracking fbclid",
            "action": "rewritten",
            "what": SAME[1][0],
            "became": "https://news.example.org/story",
            "where": "the article",
        }
    ]


def test_a_secret_of_an_address_is_in_no_file(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    secret = replace(
        STORY,
        url="https://jane:s3cret@news.example.org/story",
        title="",
        html='<p><a href="/b">b</a> <img src="//jane:s3cret@img.example.org/a.jpg"></p>'
        '<iframe src="https://jane:s3cret@player.example.org/1"></iframe>',
    )
    put(tmp_path / "seeds/a.md", secret)
    synced(config)
    files = [path for path in config.output.rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if b"s3cret" in path.read_bytes()]


def test_routes_are_articles(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    urls = [f"https://app.example.org/#/news/{number}" for number in (1, 2)]
    for number, url in enumerate(urls):
        put(tmp_path / f"seeds/{number}.md", replace(STORY, url=url))
    synced(config)
    assert sorted(item["url"] for item in items(config)) == urls


def test_relative_addresses_are_of_the_article_not_of_its_redirector(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    put(
        tmp_path / "seeds/a.md",
        replace(STORY, url=SAME[0][0], html='<p>It <a href="more">shines</a>.</p>'),
    )
    synced(config)
    assert 'href="https://news.example.org/more"' in items(config)[0]["content_html"]


def test_relative_addresses_are_of_the_base_that_a_page_states(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    put(
        tmp_path / "seeds/a.html",
        b'<!DOCTYPE html><html><head><link rel="canonical" href="https://example.org/html/1">'
        b'<base href="/html/1v2/"><title>A paper</title></head><body><article><p>It '
        b'<img src="x.png"> <a href="more">shines</a> <a href="#note">1</a>.</p></article></body>'
        b"</html>",
    )
    synced(config)
    html = items(config)[0]["content_html"]
    assert 'src="https://example.org/html/1v2/x.png"' in html
    assert 'href="https://example.org/html/1v2/more"' in html
    assert 'href="https://example.org/html/1#note"' in html


def test_an_international_host_is_in_punycode_wherever_a_uri_must_be(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    html = '<p>It shines.</p><p><img src="https://bilder.bücher.example/ä.jpg"></p>'
    put(tmp_path / "seeds/a.md", replace(STORY, url="https://bücher.example/straße", html=html))
    synced(config)
    rss = (config.output / "all/rss.xml").read_text("utf-8")
    assert "<link>https://xn--bcher-kva.example/stra%C3%9Fe</link>" in rss
    assert "<dc:creator>bücher.example</dc:creator>" in rss
    assert 'url="https://bilder.xn--bcher-kva.example/%C3%A4.jpg"' in rss
