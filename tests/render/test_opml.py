from __future__ import annotations

import pytest
from lxml import etree

import feed_cases
from refeed.render.opml import FeedOutline, build_outline, render_opml
from validity import faults

FEED = feed_cases.feed("ordinary")
ALL = ("rss", "atom", "json", "html")


def test_the_list_holds_each_feed_in_order() -> None:
    outlines = [
        FeedOutline("all", "All", "https://example.org/all/atom.xml", "https://example.org/all/"),
        FeedOutline("b", 'A "b" & <c>\x01', "https://example.org/b/atom.xml?x&y", ""),
    ]
    document = render_opml("Mine & yours\x02", outlines)
    assert faults("opml", document) == []
    root = etree.fromstring(document)
    assert root.findtext("head/title") == "Mine & yours"
    assert [dict(each.attrib) for each in root.iterfind("body/outline")] == [
        {
            "text": "All",
            "title": "All",
            "type": "rss",
            "xmlUrl": "https://example.org/all/atom.xml",
            "htmlUrl": "https://example.org/all/",
        },
        {
            "text": 'A "b" & <c>',
            "title": 'A "b" & <c>',
            "type": "rss",
            "xmlUrl": "https://example.org/b/atom.xml?x&y",
        },
    ]


def test_titles_that_readers_take_for_one_are_told_apart() -> None:
    titles = {"all": "News", "c-sharp": "C#", "c": "C++", "n": "news", "source/a.b": "a.b – News"}
    outlines = [FeedOutline(name, title, "", "") for name, title in titles.items()]
    lines = etree.fromstring(render_opml("News", outlines)).iterfind("body/outline")
    told = ["News (all)", "C# (c-sharp)", "C++ (c)", "news (n)", "a.b – News"]
    assert [line.get("text") for line in lines] == told


def test_it_has_no_date() -> None:
    assert b"date" not in render_opml("All", [build_outline(FEED, ALL)]).lower()


@pytest.mark.parametrize(
    ("formats", "file"),
    [
        (ALL, "atom.xml"),
        (("rss", "json"), "rss.xml"),
        (("json",), "feed.json"),
    ],
)
def test_subscriptions_are_to_the_richest_format_there_is(
    formats: tuple[str, ...], file: str
) -> None:
    assert (
        build_outline(FEED, formats).url
        == f"https://feeds.example.net/source/news.example.org/{file}"
    )


def test_only_a_page_that_exists_is_linked() -> None:
    assert build_outline(FEED, ALL).page == "https://feeds.example.net/source/news.example.org/"
    assert build_outline(FEED, ("atom",)).page == ""
