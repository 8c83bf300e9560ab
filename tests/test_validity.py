"""The checks of tests/validity.py find the faults that they are there for."""

from __future__ import annotations

import pytest

import feed_cases
from validity import faults

RSS, ATOM, JSON = (
    feed_cases.expected("ordinary", name).read_text(encoding="utf-8")
    for name in ("rss", "atom", "json")
)
ID_1, ID_2 = (f"urn:uuid:00000000-0000-5000-8000-00000000000{number}" for number in (1, 2))
PLANTED = [
    (RSS, "</item>", "", "well-formed"),
    (RSS, "<rss ", "<!DOCTYPE rss><rss ", "document type"),
    (RSS, "<rss ", "<rss\n", "one line"),
    (RSS, 'version="2.0"', 'version="0.91"', "not RSS 2.0"),
    (RSS, "<title>News</title>", "<title> </title>", "title is blank"),
    (RSS, "<title>Sun</title>", "", "0 of title"),
    (RSS, ID_1, ID_2, "is there 2 times"),
    (RSS, "Wed, 19 Jun", "Thu, 19 Jun", "wrong day"),
    (RSS, "<pubDate>Wed, ", "<pubDate>", "not an RFC 822 date"),
    (RSS, "<atom:updated>2024-06-19", "<atom:updated>2024-06-18", "before it was published"),
    (RSS, 'rel="self"', 'rel="hub"', "0 links to itself"),
    (RSS, "<link>https://news", "<link>//news", "absolute web address"),
    (RSS, 'url="https://img', 'url="javascript:', "absolute web address"),
    (RSS, "2024/06/sun", "2024/06/s n", "no URI has"),
    (RSS, ' isPermaLink="false"', "", "no address"),
    (RSS, "<lastBuildDate>", "<lastBuildDate>x", "not an RFC 822 date"),
    (ATOM, "<icon>https:", "<icon>data:", "absolute web address"),
    (JSON, '"favicon":"https:', '"favicon":"', "absolute web address"),
    (ATOM, "<id>", "<identifier/><id>", "line"),
    (ATOM, "T05:37:02Z</published>", "T05:37:02</published>", "line"),
    (ATOM, "<generator>", "<generator>refeed</generator><generator>", "line"),
    (ATOM, '<content type="html">', '<content type="html"><p/>', "line"),
    (ATOM, ' term="weather"', "", "line"),
    (ATOM, "<name>Ada Berg</name>", "<name> </name>", "line"),
    (
        ATOM,
        '<link href="https://news.example.org/2024/06/sun" rel="alternate"/>',
        "",
        "0 alternate",
    ),
    (ATOM, ID_1, ID_2, "is there 2 times"),
    (ATOM, "<title>Sun</title>", "<title/>", "title is blank"),
    (ATOM, "<updated>2024-06-18", "<updated>2024-06-17", "before it was published"),
    (ATOM, 'rel="self"', 'rel="via"', "0 links to itself"),
    (JSON, '"items":[', '"items":[,', "not JSON"),
    (JSON, '"title":"Sun"', '"title":"Sun","title":"Sun"', "member twice"),
    (JSON, "version/1.1", "version/1", "its version"),
    (JSON, '"feed_url"', '"feed"', "feed_url"),
    (JSON, ID_1, ID_2, "is there 2 times"),
    (JSON, '"content_html":"<p>It shines.</p>"', '"content_html":""', "no content_html"),
    (JSON, "It shines.", "It\\u0000shines.", "forbidden"),
    (JSON, '"date_modified":"2024-06-18', '"date_modified":"2024-06-17', "before it was published"),
    (JSON, '{"name":"Ada Berg"}', '{"name":""}', "without a name"),
]


@pytest.mark.parametrize(("document", "old", "new", "fault"), PLANTED)
def test_a_planted_fault_is_found(document: str, old: str, new: str, fault: str) -> None:
    name = {RSS: "rss", ATOM: "atom", JSON: "json"}[document]
    assert old in document
    found = faults(name, document.replace(old, new).encode())
    assert any(fault in line for line in found), found


def test_an_author_is_missed() -> None:
    without = ATOM.replace("<author><name>News</name></author>", "").replace("Ada Berg", "")
    assert any("name" in line for line in faults("atom", without.encode()))
    without = without.replace("<author><name></name></author>", "")
    assert any("no author" in line for line in faults("atom", without.encode()))


@pytest.mark.parametrize("name", ["rss", "atom", "opml"])
def test_something_else_is_not_a_feed(name: str) -> None:
    assert faults(name, b"<html/>")
    assert faults(name, b"hello")
