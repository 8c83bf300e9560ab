"""The header by which subscribers and hubs find each other (W3C WebSub, section 4)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from refeed.model import Feed
from refeed.render.feed_urls import file_url
from refeed.render.websub_topics import link_header, topic_url
from refeed.server import HttpServer
from serving import ANYWHERE, ask

if TYPE_CHECKING:
    from pathlib import Path

HUB = "https://hub.example.com/push?a=1,2;b"
BASE = "https://feeds.example.org/a/"
TOPICS = {
    "/all/rss.xml": "all/rss.xml",
    "/%61ll/atom.xml?x": "all/atom.xml",
    "/all/feed.json": "all/feed.json",
    "/%E7%BB%8F%E6%B5%8E/rss.xml": "%E7%BB%8F%E6%B5%8E/rss.xml",
}


def test_feeds_name_the_hub_and_themselves_and_nothing_else_does(output: Path) -> None:
    with HttpServer(output, ANYWHERE, link=partial(link_header, HUB, BASE)) as server:
        for target, topic in TOPICS.items():
            for method in ("GET", "HEAD"):
                answer = ask(server, target, method=method)
                assert answer.headers["link"] == (
                    f'<{HUB}>; rel="hub", <{BASE}{topic}>; rel="self"'
                )
        for target in ("/", "/all/", "/all/index.html", "/feeds.opml", "/nothing", "/all"):
            assert "link" not in ask(server, target).headers
        etag = ask(server, "/all/rss.xml").headers["etag"]
        answer = ask(server, "/all/rss.xml", f"If-None-Match: {etag}")
        # It says nothing about the content that the client doesn't have (RFC 9110, 15.4.5).
        assert (answer.status, "link" in answer.headers) == (304, False)


def test_without_a_hub_there_is_no_header(server: HttpServer) -> None:
    assert "link" not in ask(server, "/all/rss.xml").headers
    assert not link_header("", BASE, "all/rss.xml")


@pytest.mark.parametrize("name", ["all", "tag/a b~/天", "source/a.example:8080"])
@pytest.mark.parametrize("base_url", [BASE, "http://[::1]:8080/"])
def test_a_topic_is_what_the_feed_calls_itself(base_url: str, name: str) -> None:
    feed = Feed(name, "x", base_url, "", ())
    assert topic_url(base_url, f"{name}/rss.xml") == file_url(feed, "rss.xml")
