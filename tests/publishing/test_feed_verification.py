from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

import feed_cases
from refeed.errors import FeedError
from refeed.publishing import FORMATS, render
from refeed.publishing.verification import verify

FEED = feed_cases.feed("ordinary")
EACH_FORMAT = pytest.mark.parametrize("name", ["rss", "atom", "json"])


@EACH_FORMAT
@pytest.mark.parametrize("keep", [0, 1, 50, -2, -20])
def test_a_document_cut_short_is_refused(name: str, keep: int) -> None:
    with pytest.raises(FeedError) as refused:
        verify(name, render(name, FEED)[:keep], FEED)
    assert refused.value.feed == FEED.name
    assert refused.value.format == FORMATS[name].file


@EACH_FORMAT
@pytest.mark.parametrize(
    "change",
    [
        {"title": "Another"},
        {"url": "https://example.org/another"},
        {"html": "<p>another</p>"},
        {"published": 1718775421000},
        {"updated": 1718779000001},
        {"id": "urn:uuid:00000000-0000-5000-8000-000000000009"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_an_entry_that_differs_is_refused(name: str, change: dict[str, Any]) -> None:
    document = render(name, FEED)
    entry = replace(FEED.entries[0], **change)
    with pytest.raises(FeedError, match="of entry 0 is"):
        verify(name, document, replace(FEED, entries=(entry, *FEED.entries[1:])))


@EACH_FORMAT
def test_entries_in_another_order_too_few_or_too_many_are_refused(name: str) -> None:
    document = render(name, FEED)
    for entries in (FEED.entries[::-1], FEED.entries[:1], (*FEED.entries, FEED.entries[0])):
        with pytest.raises(FeedError):
            verify(name, document, replace(FEED, entries=entries))


@EACH_FORMAT
def test_an_id_that_is_there_twice_is_refused(name: str) -> None:
    twice = replace(FEED, entries=(FEED.entries[0], FEED.entries[0]))
    with pytest.raises(FeedError, match="same id"):
        verify(name, render(name, twice), twice)


@pytest.mark.parametrize("name", ["rss", "atom"])
def test_a_document_type_is_refused(name: str) -> None:
    head, _, rest = render(name, FEED).partition(b"\n")
    with pytest.raises(FeedError, match="document type"):
        verify(name, head + b"<!DOCTYPE rss>" + rest, FEED)


@pytest.mark.parametrize("name", ["rss", "atom"])
def test_one_format_is_not_taken_for_the_other(name: str) -> None:
    other = "atom" if name == "rss" else "rss"
    with pytest.raises(FeedError, match="root element"):
        verify(name, render(other, FEED), FEED)


def test_a_page_must_link_to_every_entry() -> None:
    links = "".join(f'<p><a href="{entry.url.replace("&", "&amp;")}">' for entry in FEED.entries)
    page = f"<!doctype html>{links}</html>\n"
    verify("html", page.encode(), FEED)
    with pytest.raises(FeedError, match="no link"):
        verify("html", page.replace("rain", "snow").encode(), FEED)
    with pytest.raises(FeedError, match="cut off"):
        verify("html", links.encode(), FEED)


@pytest.mark.parametrize("data", [b"null", b"[]", b"{}", b'{"items":null}', b'{"items":[1]}'])
def test_json_of_another_kind_is_refused(data: bytes) -> None:
    with pytest.raises(FeedError):
        verify("json", data, FEED)
