"""The corpus, judged by readings of it that share no code with refeed."""

from __future__ import annotations

import calendar
import json
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

import feedparser
import pytest

from refeed.cleaning import clean
from refeed.identity import key_of, source_of
from refeed.rules.rulebook import rulebook
from validity import faults

if TYPE_CHECKING:
    from pathlib import Path

    from refeed.config import Config
    from refeed.sync.pipeline import Report

FORMATS = {"rss": "rss.xml", "atom": "atom.xml", "json": "feed.json"}
NAMED = re.compile(rb"^(?:from:\s*|\[.*\]\()[\"']?(https?://[^\s\"']+?)[\"']?\)?\s*$", re.MULTILINE)


class Item(NamedTuple):
    """What every format says of an entry."""

    id: str
    link: str
    title: str
    published: int
    updated: int
    authors: tuple[str, ...]


def same_article(url: str) -> str:
    """What two addresses of one article have in common, as far as the corpus needs it."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    query = sorted(
        pair for pair in parse_qsl(parts.query) if not re.match(r"utm_|at_|source$", pair[0])
    )
    return f"{host}{unquote(parts.path).rstrip('/')}?{query}"


def feeds(config: Config) -> list[str]:
    return sorted(
        str(file.parent.relative_to(config.output)) for file in config.output.rglob("feed.json")
    )


def test_what_is_rejected_is_no_article(corpus: tuple[Config, Report], shared: Path) -> None:
    report = corpus[1]
    assert report.files == sum(file.is_file() for file in (shared / "corpus").rglob("*"))
    assert [row.path for row in report.rejected] == ["README.md"]
    assert report.rejected[0].problem.startswith("no URL")


def test_the_number_of_entries(corpus: tuple[Config, Report], shared: Path) -> None:
    report = corpus[1]
    named = [
        same_article(NAMED.findall(file.read_bytes())[0].decode())
        for file in sorted((shared / "corpus").rglob("*.md"))
        if file.name != "README.md"
    ]
    assert report.snapshots == len(named) == report.files - 1
    assert report.entries == len(set(named)) < len(named)


def test_every_feed_is_valid(corpus: tuple[Config, Report]) -> None:
    config = corpus[0]
    names = feeds(config)
    assert len(names) > 30
    for name in names:
        for each, file in FORMATS.items():
            assert faults(each, (config.output / name / file).read_bytes()) == []
    assert faults("opml", (config.output / "feeds.opml").read_bytes()) == []


def _millis(moment: Any) -> int:  # noqa: ANN401 - feedparser is untyped
    return calendar.timegm(moment) * 1000


def _parsed(file: Path) -> list[Item]:
    found = feedparser.parse(file.read_bytes(), sanitize_html=False, resolve_relative_uris=False)
    assert not found.bozo
    return [
        Item(
            entry.id,
            entry.link,
            entry.title,
            _millis(entry.published_parsed),
            _millis(entry.updated_parsed),
            tuple(author["name"] for author in entry.get("authors", ()) if author),
        )
        for entry in found.entries
    ]


def _instant(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp()) * 1000


def _loaded(file: Path) -> list[Item]:
    return [
        Item(
            item["id"],
            item["url"],
            item["title"],
            _instant(item["date_published"]),
            _instant(item.get("date_modified", item["date_published"])),
            tuple(author["name"] for author in item.get("authors", ())),
        )
        for item in json.loads(file.read_bytes())["items"]
    ]


def test_the_formats_say_the_same_and_all(corpus: tuple[Config, Report]) -> None:
    config, report = corpus
    folder = config.output / "all"
    items = _loaded(folder / "feed.json")
    assert len(items) == report.entries
    assert items == sorted(items, key=lambda item: -item.published)
    atom, rss = _parsed(folder / "atom.xml"), _parsed(folder / "rss.xml")
    for there, item in zip(atom, items, strict=True):
        # RFC 4287 wants an author, so an entry without one has its source's name.
        assert there._replace(authors=()) == item._replace(authors=())
        assert not item.authors or there.authors == item.authors
    for there, item in zip(rss, items, strict=True):
        assert there[:4] == item[:4]


def test_dates_are_those_of_the_files(corpus: tuple[Config, Report], shared: Path) -> None:
    """The earliest epoch of the files that name the address; where all have one."""
    config = corpus[0]
    epochs: dict[str, set[int]] = {}
    for file in sorted((shared / "corpus").rglob("*.md")):
        data = file.read_bytes()
        for url in NAMED.findall(data)[:1]:
            epoch = re.search(rb"^<!--(\d{13})-->", data, re.MULTILINE)
            epochs.setdefault(same_article(url.decode()), set()).add(int(epoch[1]) if epoch else 0)
    checked = 0
    for item in _loaded(config.output / "all/feed.json"):
        known = epochs[same_article(item.link)]
        if 0 not in known:
            assert item.published == min(known) // 1000 * 1000
            checked += 1
    assert checked > 500


def test_each_source_has_its_own(corpus: tuple[Config, Report]) -> None:
    config, report = corpus
    total = 0
    for name in feeds(config):
        if name.startswith("source/"):
            items = _loaded(config.output / name / "feed.json")
            assert {source_of(key_of(item.link)) for item in items} == {name.partition("/")[2]}
            total += len(items)
    assert total == report.entries


def test_cleaning_what_is_clean_changes_nothing(corpus: tuple[Config, Report]) -> None:
    book = rulebook(corpus[0])
    for item in json.loads((corpus[0].output / "all/feed.json").read_bytes())["items"]:
        url, html = item["url"], item["content_html"]
        assert clean(html, url, book.rules_for(source_of(key_of(url)))) == html, url


@pytest.mark.parametrize("words", ["feedx.", "获取更多RSS", "images.weserv.nl", "utm_source"])
def test_what_no_reader_wants_is_gone(corpus: tuple[Config, Report], words: str) -> None:
    text = (corpus[0].output / "all/feed.json").read_text(encoding="utf-8")
    assert text.count(words) == 0
