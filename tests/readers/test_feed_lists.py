"""The list of all feeds, imported into readers."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest

from readers.following import urls
from readers.publisher import FIRST, LETTERS
from readers.test_newsboat import Newsboat
from readers.test_rss2email import Rss2email

if TYPE_CHECKING:
    from readers.following import Home
    from readers.publisher import Publisher

SOURCES = ["blog.example.com", "cn.example.com", "news.example.org"]


@pytest.fixture
def feeds(home: Home, publisher: Publisher) -> list[str]:
    """The addresses in the list, which is in the home folder then."""
    with urlopen(f"{publisher.url}feeds.opml") as answer:  # noqa: S310 - http, to our own server
        (home.folder / "feeds.opml").write_bytes(answer.read())
    folders = ["all", "letters", *(f"source/{source}" for source in SOURCES)]
    return sorted(f"{publisher.url}{folder}/atom.xml" for folder in folders)


@pytest.mark.skipif(not shutil.which("newsboat"), reason="newsboat is not installed")
def test_newsboat_imports_the_list(home: Home, feeds: list[str]) -> None:
    client = Newsboat(home)
    client.run("-i", "feeds.opml")
    assert sorted((home.folder / "urls").read_text().splitlines()) == feeds
    client.poll()
    # It shows an entry once, in however many feeds it is.
    assert sorted(seen.url for seen in client.entries()) == urls(FIRST)


@pytest.mark.skipif(not shutil.which("r2e"), reason="rss2email is not installed")
def test_rss2email_imports_the_list(home: Home, feeds: list[str]) -> None:
    client = Rss2email(home)
    client.run("opmlimport", "feeds.opml")
    listed = client.run("list")
    assert len(listed.splitlines()) == len(feeds)
    assert all(f"({feed} -> " in listed for feed in feeds)
    client.poll()
    assert sorted(seen.url for seen in client.entries()) == sorted(
        [*urls(FIRST), *urls(FIRST), LETTERS.url]
    )
