"""The small parts that feeds are made of: addresses, dates, markup."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

import feed_cases
from refeed.model import Feed
from refeed.render import FORMATS, build_frame, render_entry, xml_text
from refeed.render.dates import format_distinct_rfc3339, format_rfc822, format_rfc3339
from refeed.render.feed_urls import feed_id, file_url, host, page_url, to_uri
from refeed.render.publishable import make_publishable
from rendering import render

writable = st.text(
    st.characters(exclude_categories=["Cs"], min_codepoint=32) | st.sampled_from("\t\n\r")
)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org/a?b=c&d#e", "https://example.org/a?b=c&d#e"),
        ("https://example.org/%E5%A4%A9", "https://example.org/%E5%A4%A9"),
        ("https://example.org/天", "https://example.org/%E5%A4%A9"),
        ("https://example.org/a b", "https://example.org/a%20b"),
        ("https://example.org/100%", "https://example.org/100%25"),
        ("https://example.org/%4", "https://example.org/%254"),
        ("https://example.org/a[0]", "https://example.org/a%5B0%5D"),
        ("http://[::1]:8080/[", "http://[::1]:8080/%5B"),
        ("https://example.org/a\x01\ud800", "https://example.org/a%01%3F"),
        ("https://bücher.example/straße/1", "https://xn--bcher-kva.example/stra%C3%9Fe/1"),
        ("https://BÜCHER.example:8080?a=ü", "https://xn--bcher-kva.example:8080?a=%C3%BC"),
        ("https://b%C3%BCcher.example/a", "https://xn--bcher-kva.example/a"),
        ("https://例え.テスト/絵.jpg", "https://xn--r8jz45g.xn--zckzah/%E7%B5%B5.jpg"),
        ("http://пример.испытание", "http://xn--e1afmkfd.xn--80akhbyknj4f"),
        ("https://❤️.example/a", "https://xn--qei.example/a"),
        ("https://a%2Fb.example/c", "https://a%2Fb.example/c"),
        ("https://两个 词.example/a", "https://%E4%B8%A4%E4%B8%AA%20%E8%AF%8D.example/a"),
        ("", ""),
    ],
)
def test_an_address_is_spelt_as_a_uri(url: str, expected: str) -> None:
    assert to_uri(url) == expected
    assert to_uri(expected) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://www.example.org/a", "example.org"),
        ("http://user:secret@example.org:8080", "example.org"),
        ("https://[::1]:8080/", "[::1]"),
        ("not an address", "not an address"),
    ],
)
def test_the_site_of_an_address(url: str, expected: str) -> None:
    assert host(url) == expected


def test_the_addresses_of_a_feed() -> None:
    feed = Feed("tag/a b/天", "x", "https://example.org/feeds/", "", ())
    assert page_url(feed) == "https://example.org/feeds/tag/a%20b/%E5%A4%A9/"
    assert file_url(feed, "rss.xml") == page_url(feed) + "rss.xml"


def test_the_id_of_a_feed_is_fixed() -> None:
    feed = Feed("all", "x", "https://feeds.example.net/", "", ())
    assert feed_id(feed) == "urn:uuid:c74b2526-0b18-51e0-89b2-2d1cc76e614a"


# From the year 1000: what reads RFC 822 reads smaller years as two digits.
@given(instant=st.integers(-30_610_224_000_000, 253_402_300_799_999))
def test_dates_are_read_back(instant: int) -> None:
    atom = datetime.fromisoformat(format_rfc3339(instant))
    assert atom.tzinfo is UTC
    assert round(atom.timestamp() * 1000) == instant
    assert parsedate_to_datetime(format_rfc822(instant)).timestamp() == instant // 1000


@given(value=writable)
def test_markup_is_read_back(value: str) -> None:
    value = value.replace("\ufffe", "").replace("\uffff", "")
    for markup in (
        xml_text.escape_text(value),
        xml_text.escape_attribute(value),
        xml_text.write_cdata(value),
    ):
        assert (etree.fromstring(f"<a>{markup}</a>".encode()).text or "") == value
    assert (
        etree.fromstring(f'<a b="{xml_text.escape_attribute(value)}"/>'.encode()).get("b") == value
    )


def test_an_unknown_format_is_an_error() -> None:
    feed = feed_cases.feed("bare_entry")
    with pytest.raises(KeyError):
        render("xml", feed)
    with pytest.raises(KeyError):
        build_frame("html", feed, None)
    with pytest.raises(KeyError):
        render_entry("xml", make_publishable(feed.entries[0]), "")


def test_what_files_are_served_as() -> None:
    assert {each.file: each.content_type for each in FORMATS.values()} == {
        "rss.xml": "application/rss+xml; charset=utf-8",
        "atom.xml": "application/atom+xml; charset=utf-8",
        "feed.json": "application/feed+json",
        "index.html": "text/html; charset=utf-8",
    }


def test_two_entries_of_one_instant_differ_in_atom_by_less_than_a_millisecond() -> None:
    one, other = (format_distinct_rfc3339(1718775422000, name) for name in ("urn:a", "urn:b"))
    assert one != other
    assert {text[:23] for text in (one, other)} == {"2024-06-19T05:37:02.000"}
    assert {len(text) for text in (one, other)} == {len("2024-06-19T05:37:02.000123456Z")}
