from __future__ import annotations

import json
import warnings
from calendar import timegm
from dataclasses import replace
from html import escape
from typing import Any
from uuid import UUID

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import examples
from refeed.model import Entry, Feed, Link
from refeed.render import render_entry
from refeed.render.feed_urls import page_url
from refeed.render.publishable import list_authors, make_publishable, plain_description
from refeed.render.verify import verify_entry
from rendering import render
from validity import faults

NASTY = ["]]>", "<![CDATA[", "&", "&amp;", "&#65;", "<", ">", '"', "'", "</title>", "%s", "%(a)s"]
NASTY += [
    "HTML",
    ">HTML</content",
    "\r\n",
    "\r",
    "\t",
    "\n",
    " ",
    "\u0085",
    "\u2028",
    "\u202e",
    "שלום",
    "文",
    "😀",
]
NASTY += ["<!DOCTYPE a>", "<?xml?>", "<script>alert(1)</script>", "é", "e\u0301"]
FORBIDDEN = ["\x00", "\x01", "\x0b", "\x1f", "\ud800", "\udfff", "\ufffe", "\uffff"]

# Each of these examples has several entries, and each of those many strings.
FEW = settings(max_examples=examples(40))

letters = st.text("abc XYZ0", min_size=1, max_size=8)
texts = st.lists(st.sampled_from(NASTY) | letters, min_size=1, max_size=6).map("".join)
dirty = st.lists(st.sampled_from(NASTY + FORBIDDEN) | letters, max_size=6).map("".join)
# feedparser takes U+0085 for the Windows character of that number.
readable = texts.filter(lambda text: "\u0085" not in text)
urls = st.builds(
    "{}://{}.example/{}".format,
    st.sampled_from(["http", "https"]),
    st.sampled_from(["a", "www.b", "c.d"]),
    st.sampled_from(["", "a/b", "a?b=c&d='e'", "%E5%A4%A9#f", "a//b/?&=;"]),
)
# From 1990 to 2100, with milliseconds now and then.
instants = st.integers(631_152_000, 4_102_444_800).map(lambda s: s * 1000) | st.integers(
    631_152_000_000, 4_102_444_800_000
)


def entries(text: st.SearchStrategy[str], url: st.SearchStrategy[str]) -> st.SearchStrategy[Entry]:
    def entry(number: int, published: int, later: int, **fields: Any) -> Entry:  # noqa: ANN401 - Entry's own
        identifier = UUID(int=number).urn
        return Entry(id=identifier, published=published, updated=published + later, **fields)

    return st.builds(
        entry,
        number=st.integers(0, 2**128 - 1),
        published=instants,
        later=st.integers(0, 10**10),
        url=url,
        title=text,
        html=text,
        summary=text | st.just(""),
        image=url | st.just(""),
        authors=st.lists(text, max_size=3).map(tuple),
        tags=st.lists(text, max_size=3).map(tuple),
    )


def feeds(entry: st.SearchStrategy[Entry]) -> st.SearchStrategy[Feed]:
    return st.builds(
        Feed,
        name=st.sampled_from(["all", "source/example.org", "tag/文 a&b"]),
        title=dirty,
        base_url=st.just("https://feeds.example.net/a/"),
        language=st.sampled_from(["", "en", "zh-Hant"]),
        entries=st.lists(entry, max_size=4, unique_by=lambda each: each.id).map(tuple),
        links=st.lists(st.builds(Link, st.sampled_from(["hub", "license"]), urls), max_size=3).map(
            tuple
        ),
    )


def parsed(document: bytes) -> Any:  # noqa: ANN401 - feedparser has no types
    with warnings.catch_warnings():
        # feedparser's own: it answers `updated` with `published` where there is none.
        warnings.simplefilter("ignore", DeprecationWarning)
        return feedparser.parse(document, sanitize_html=False, resolve_relative_uris=False)


@pytest.mark.parametrize("name", ["rss", "atom", "json"])
@FEW
@given(feed=feeds(entries(dirty, urls | dirty.map("https://example.org/".__add__))))
def test_whatever_goes_in_a_valid_document_comes_out(name: str, feed: Feed) -> None:
    document = render(name, feed)
    assert faults(name, document) == []
    for entry in map(make_publishable, feed.entries):
        verify_entry(name, render_entry(name, entry, feed.language), entry)


@pytest.mark.parametrize("name", ["rss", "atom"])
@FEW
@given(feed=feeds(entries(readable, urls)))
def test_a_feed_reader_reads_what_went_in(name: str, feed: Feed) -> None:
    found = parsed(render(name, feed))
    assert not found.bozo
    links = [(link.rel, link.href) for link in found.feed.links]
    assert [link for link in links if link[0] in {"hub", "license"}] == [
        (link.rel, link.href) for link in feed.links
    ]
    assert found.feed.link == page_url(feed)
    assert len(found.entries) == len(feed.entries)
    for entry, given_entry in zip(found.entries, map(make_publishable, feed.entries), strict=True):
        assert entry.id == given_entry.id
        assert entry.link == given_entry.url
        assert entry.title == given_entry.title.strip()
        assert entry.content[0].value == given_entry.html.strip()
        assert timegm(entry.published_parsed) == given_entry.published // 1000
        assert timegm(entry.updated_parsed) == given_entry.updated // 1000
        assert [author.name for author in entry.authors] == [
            name.strip() for name in list_authors(given_entry)
        ]


@FEW
@given(feed=feeds(entries(texts, urls)))
def test_json_holds_what_went_in(feed: Feed) -> None:
    document = json.loads(render("json", feed))
    hubs = [{"type": "WebSub", "url": link.href} for link in feed.links if link.rel == "hub"]
    assert document.get("hubs", []) == hubs
    items = document["items"]
    for item, entry in zip(items, map(make_publishable, feed.entries), strict=True):
        assert item["id"] == entry.id
        assert item["url"] == entry.url
        assert item["title"] == entry.title
        assert item["content_html"] == entry.html
        assert item.get("summary", "") == entry.summary
        assert item.get("image", "") == entry.image
        assert tuple(item.get("tags", ())) == entry.tags
        assert [author["name"] for author in item["authors"]] == list(list_authors(entry))


@FEW
@given(entry=entries(texts, urls), other=entries(texts, urls))
def test_an_entry_is_written_the_same_in_every_feed(entry: Entry, other: Entry) -> None:
    other = replace(other, id=UUID(int=7).urn)
    alone = Feed("all", "All", "https://feeds.example.net/", "", (entry,))
    among = Feed("x", "X", "https://elsewhere.example.net/", "de", (other, entry, other))
    for name in ("rss", "atom", "json"):
        written = render_entry(name, make_publishable(entry), "").encode()
        assert written in render(name, alone)
        assert written in render(name, among)


@given(given_entry=entries(texts, urls))
def test_a_summary_never_becomes_markup_in_a_description(given_entry: Entry) -> None:
    entry = make_publishable(given_entry)
    assert plain_description(entry) == escape(entry.summary or entry.title, quote=False)


@given(entry=entries(dirty, urls | dirty))
def test_what_is_publishable_stays_as_it_is(entry: Entry) -> None:
    once = make_publishable(entry)
    assert make_publishable(once) == once
