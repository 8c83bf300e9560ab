"""Archived feeds (RFC 5005): a reader gets everything, and a change costs what the change is."""

from __future__ import annotations

import json
import socket
import urllib.request
from contextlib import closing
from typing import TYPE_CHECKING, Any

import feedparser
import pytest

from archives import (
    DAY,
    SPRING,
    Article,
    chain,
    config_in,
    from_nothing,
    modified,
    put,
    synced,
    tree,
)
from refeed.archive.pages import PageLimit
from refeed.cli.status_text import format_status
from refeed.commands.rebuild import rebuild
from refeed.commands.status import status
from refeed.config import Listen
from refeed.publish import archive_pages_to_check
from refeed.render.formats import ATOM, JSON, RSS
from refeed.server import HttpServer
from refeed.store import Store
from validity import faults

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from refeed.config import Config

ENTRIES = 11
MOST = 3


@pytest.fixture(autouse=True)
def _small_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_pages_to_check, "page_limit", lambda _: PageLimit(MOST, 100_000))


def article(number: int, day: float | None = None, text: str = "It shines.") -> Article:
    """Article `number`, of that day of spring if no other is given."""
    return Article(
        url=f"https://news.example.org/{number}",
        title=f"Day {number}",
        html=f"<p>{text}</p>",
        instant=SPRING + int((number if day is None else day) * DAY),
    )


def archive(folder: Path, **keys: object) -> Config:
    """Publish an archived feed of a few articles, a day apart."""
    config = config_in(folder, by_source=False, limit=2, archive="all", **keys)
    for number in range(ENTRIES):
        put(folder / f"seeds/{number}.md", article(number))
    synced(config)
    return config


def changed(before: dict[str, tuple[int, int]], folder: Path) -> set[str]:
    """The feed's files that were written or removed."""
    after = modified(folder)
    return {
        path for path in before | after if before.get(path) != after.get(path) and "all/" in path
    }


def followed(url: str) -> Iterator[Any]:
    """Read a feed as a reader does that wants everything, the document to subscribe to first."""
    while url:
        with urllib.request.urlopen(url) as answer:  # noqa: S310 - http, see the caller
            document: Any = feedparser.parse(answer.read())
        assert not document.bozo
        yield document
        links = document.feed.links
        url = next((link.href for link in links if link.rel == "prev-archive"), "")


@pytest.mark.parametrize("file", ["rss.xml", "atom.xml"])
def test_a_reader_that_follows_the_archive_gets_every_entry(tmp_path: Path, file: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    config = archive(tmp_path, base_url=f"http://127.0.0.1:{port}/")
    address = f"http://127.0.0.1:{port}/all/{file}"
    with HttpServer(config.output, Listen("127.0.0.1", port)):
        feed, *documents = followed(address)
    titles = [entry.title for document in (feed, *documents) for entry in document.entries]
    assert set(titles) == {f"Day {number}" for number in range(ENTRIES)}
    assert [entry.title for entry in feed.entries] == titles[: len(feed.entries)]
    archived = [entry.title for document in documents for entry in document.entries]
    assert len(archived) == len(set(archived))
    for document in documents:
        assert "fh_archive" in document.feed
        links = {link.rel: link.href for link in document.feed.links}
        assert links["current"] == address
        assert links["self"].startswith(f"http://127.0.0.1:{port}/all/archive/2024-04-")
        assert document.feed.get("id") == feed.feed.get("id")


def test_every_document_is_valid(tmp_path: Path) -> None:
    config = archive(tmp_path)
    for form in (RSS, ATOM, JSON):
        files = list(config.output.glob(f"all/archive/*.{form.file}"))
        assert len(files) == 4
        assert [fault for file in files for fault in faults(form.name, file.read_bytes())] == []


@pytest.mark.parametrize(
    ("happens", "documents", "itself"),
    [
        # The documents are of the first to the third of April, of the fourth and fifth, sixth and
        # seventh, eighth and ninth; the tenth and eleventh are still open.
        pytest.param(article(ENTRIES, 9.5), 0, True, id="new"),
        pytest.param(article(ENTRIES), 1, True, id="new, at a turn of period"),
        pytest.param(article(ENTRIES, 400), 1, True, id="new, a year later"),
        pytest.param(article(ENTRIES, 5.5), 1, False, id="late"),
        pytest.param(article(ENTRIES, 1.5), 2, False, id="late, in a document that is full"),
        pytest.param(article(ENTRIES, -400), 2, False, id="late, before all others"),
        pytest.param(article(4, text="It rained."), 1, False, id="corrected"),
        pytest.param(article(ENTRIES - 1, text="It rained."), 0, True, id="corrected at once"),
    ],
)
def test_what_an_entry_costs(
    tmp_path: Path, happens: Article, documents: int, *, itself: bool
) -> None:
    config = archive(tmp_path, formats=["atom"])
    before = modified(config.output)
    file = put(tmp_path / f"seeds/{happens.url.rpartition('/')[2]}.md", happens)
    report = synced(config, [file])
    files = changed(before, config.output)
    assert ("all/atom.xml" in files) is itself
    assert len(files - {"all/atom.xml"}) == documents
    assert report.publication.changed == ("all",)
    assert tree(config.output) == from_nothing(config, tmp_path / "fresh")


def test_without_a_change_nothing_is_written(tmp_path: Path) -> None:
    config = archive(tmp_path)
    before = modified(config.output)
    assert synced(config).publication.changed == ()
    assert modified(config.output) == before


def test_a_document_that_was_lost_or_changed_is_made_again(tmp_path: Path) -> None:
    config = archive(tmp_path)
    whole = tree(config.output)
    lost, spoilt, *_ = sorted(config.output.glob("all/archive/*.atom.xml"))
    before = modified(config.output)
    lost.unlink()
    spoilt.write_bytes(b"<feed/>")
    assert synced(config).publication.changed == ("all",)
    assert tree(config.output) == whole
    names = {f"all/archive/{file.name}" for file in (lost, spoilt)}
    assert changed(before, config.output) == names


def test_status_tells_how_many_documents_there_are(tmp_path: Path) -> None:
    config = archive(tmp_path, formats=["json"])
    rebuild(config, jobs=1)
    found = status(config)
    assert found["archive_documents"] == {"all": len(list(config.output.glob("all/archive/*")))}
    told = f"        {ENTRIES}  all   ({found['archive_documents']['all']} archive documents)\n"
    assert told in format_status(found)


def test_an_archive_that_is_no_longer_wanted_goes(tmp_path: Path) -> None:
    config = archive(tmp_path)
    files = set(tree(config.output))
    without = config_in(tmp_path, by_source=False, limit=2)
    removed = set(synced(without).publication.removed)
    assert removed == {path for path in files if "/archive/" in path}
    assert tree(config.output) == from_nothing(without, tmp_path / "fresh")
    synced(config)
    assert set(tree(config.output)) == files


def test_a_source_with_an_archive_can_go_and_come_back(tmp_path: Path) -> None:
    config = config_in(tmp_path, limit=1, archive="source", formats=["json"])
    files = [put(tmp_path / f"seeds/{number}.md", article(number)) for number in range(5)]
    synced(config)
    whole = tree(config.output)
    for file in files:
        file.rename(file.with_suffix(".away"))
    synced(config)
    assert not list(config.output.glob("source/*"))
    synced(config)
    for file in files:
        file.with_suffix(".away").rename(file)
    synced(config)
    assert tree(config.output) == whole


def test_documents_are_cut_before_they_are_too_big_for_readers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    config = config_in(
        tmp_path, by_source=False, limit=1, archive="all", formats=["rss", "json"], max_feed_kb=0
    )
    for number in range(7):
        # JSON writes a quotation mark as two characters.
        put(tmp_path / f"seeds/{number}.md", article(number, text='""""""" ' * 80_000))
    synced(config)
    sizes = {path: len(data) for path, data in tree(config.output).items()}
    assert max(sizes.values()) < 5_000_000
    assert len(chain(tree(config.output), "all/feed.json")) == 2


def test_json_feed_leads_to_the_archive_as_well(tmp_path: Path) -> None:
    config = archive(tmp_path, formats=["json"])
    documents = chain(tree(config.output), "all/feed.json")
    assert len(set().union(*documents.values())) == ENTRIES
    for path in documents:
        document = json.loads((config.output / path).read_bytes())
        assert document["feed_url"] == "http://127.0.0.1:8080/all/feed.json"


def test_tidying_keeps_what_an_archive_shows(tmp_path: Path) -> None:
    config = archive(tmp_path)
    with closing(Store.open(config.state / "index.sqlite3")) as store:
        assert store.delete_unused(config.limit) == 0
