"""feedparser, which many readers in Python are made with, used as its documentation says."""

from __future__ import annotations

from calendar import timegm
from typing import TYPE_CHECKING, Any

import feedparser
import pytest

from readers.following import Seen, follow
from readers.publisher import IMAGE, LETTERS, TITLE

if TYPE_CHECKING:
    from readers.publisher import Publisher


class Feedparser:
    warm_up = 0
    shows_corrections = True

    def __init__(self) -> None:
        self._url = ""
        self._validators: dict[str, str] = {}
        self._entries: dict[str, Any] = {}
        self._known: set[str] = set()

    def subscribe(self, url: str) -> None:
        self._url = url

    def poll(self) -> None:
        answer = feedparser.parse(self._url, **self._validators)
        assert not answer.bozo
        names = {"etag", "modified"} & answer.keys()
        self._validators |= {name: answer[name] for name in names}
        self._entries |= {entry.id: entry for entry in answer.entries}

    def entries(self) -> list[Seen]:
        return [
            Seen(
                entry.id,
                entry.link,
                entry.title,
                timegm(entry.published_parsed),
                timegm(entry.updated_parsed),
                ", ".join(author.name for author in entry.authors),
                entry.content[0].value,
            )
            for entry in self._entries.values()
        ]

    def unread(self) -> list[str]:
        return [entry.link for id_, entry in self._entries.items() if id_ not in self._known]

    def read_all(self) -> None:
        self._known |= self._entries.keys()


@pytest.mark.parametrize("form", ["rss", "atom"])
def test_feedparser(publisher: Publisher, form: str) -> None:
    follow(Feedparser(), publisher, form)


@pytest.mark.parametrize("form", ["rss", "atom"])
def test_feedparser_finds_all_that_an_entry_has(publisher: Publisher, form: str) -> None:
    answer = feedparser.parse(publisher.feed(form))
    assert answer.feed.title == TITLE
    *_, letters = answer.entries
    assert [author.name for author in letters.authors] == list(LETTERS.authors)
    assert [tag.term for tag in letters.tags] == list(LETTERS.tags)
    assert [image["url"] for image in letters.media_content] == [IMAGE]


@pytest.mark.parametrize("page", ["", "all/", "all/index.html"])
def test_the_feed_is_discovered_from_a_page(publisher: Publisher, page: str) -> None:
    found = [
        link.href
        for link in feedparser.parse(publisher.url + page).feed.links
        if link.rel == "alternate" and link.type == "application/atom+xml"
    ]
    assert found[0] == publisher.feed("atom")
    assert feedparser.parse(found[0]).entries
