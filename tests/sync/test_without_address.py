"""Articles without an address, and such whose address needs its fragment, are published."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any

import feedparser
import pytest

from archives import SPRING, Article, config_in, from_nothing, put, run, synced, tree
from refeed.cli.explain_text import format_explanation
from refeed.commands.explain import explain
from refeed.identity import entry_id
from refeed.model import CarriedPicture
from refeed.reading import readers
from refeed.reading.claims import Record
from refeed.reading.readers import Reader
from refeed.render.formats import name_article_folder
from validity import faults

if TYPE_CHECKING:
    from pathlib import Path

    from refeed.config import Config

NOTE = b"""---
title: A note
date: 2024-04-01
---
<p>See <a href="other.md">the other one</a>, <a href="#part">a part</a> and
<a href="https://example.org/x">a page</a>. <img src="picture.png" alt="A river"></p>
"""
KEY = "path://vault/notes/a.md"
FOLDERS = [{"path": "notes", "without_address": "publish"}]
FOLDER = name_article_folder(entry_id(KEY))


def config_of_vault(folder: Path, **keys: Any) -> Config:  # noqa: ANN401 - any setting
    keys = {"base_url": "https://feeds.example.org/", "folders": FOLDERS, **keys}
    config = config_in(folder, seeds=["vault"], **keys)
    put(config.seeds[0] / "notes/a.md", NOTE)
    return config


def test_the_link_is_our_own_page(tmp_path: Path) -> None:
    config = config_of_vault(tmp_path)
    report = synced(config)
    assert (report.entries, report.rejected) == (1, ())
    link = f"https://feeds.example.org/{FOLDER}/"
    (item,) = json.loads((config.output / "all/feed.json").read_text("utf-8"))["items"]
    assert (item["id"], item["url"]) == (entry_id(KEY), link)
    assert item["authors"] == [{"name": "vault"}]
    page = (config.output / FOLDER / "index.html").read_text("utf-8")
    assert f'<link rel="canonical" href="{link}">' in page
    assert "Original at" not in page
    for file in ("rss.xml", "atom.xml"):
        (entry,) = feedparser.parse((config.output / "all" / file).read_bytes()).entries
        assert (entry.link, entry.id) == (link, entry_id(KEY))
    guid = ET.parse(config.output / "all/rss.xml").find(".//guid")  # noqa: S314 - our own
    assert guid is not None
    assert guid.get("isPermaLink") == "false"
    assert (config.output / "source/vault/feed.json").exists()


def test_relative_addresses_lead_nowhere_and_their_text_stays(tmp_path: Path) -> None:
    config = config_of_vault(tmp_path, formats=["json"])
    synced(config)
    (item,) = json.loads((config.output / "all/feed.json").read_text("utf-8"))["items"]
    html = item["content_html"]
    assert "the other one" in html
    assert "a part" in html
    assert '<a href="https://example.org/x"' in html
    for lost in ("other.md", "#part", "picture.png"):
        assert lost not in html


def test_without_our_own_page_there_is_no_link(tmp_path: Path) -> None:
    config = config_of_vault(tmp_path, formats=["rss", "atom", "json"])
    report = synced(config)
    assert (report.entries, report.publication.failures) == (1, ())
    (item,) = json.loads((config.output / "all/feed.json").read_text("utf-8"))["items"]
    assert "url" not in item
    for file in ("rss.xml", "atom.xml"):
        parsed = feedparser.parse((config.output / "all" / file).read_bytes())
        (entry,) = parsed.entries
        assert not parsed.bozo
        assert (entry.get("link", ""), entry.title) in {("", "A note"), (entry_id(KEY), "A note")}


def test_an_update_does_what_a_rebuild_does(tmp_path: Path) -> None:
    config = config_of_vault(tmp_path)
    synced(config)
    file = put(config.seeds[0] / "notes/b.md", NOTE.replace(b"A note", b"Another"))
    put(config.seeds[0] / "other/c.md", NOTE)
    report = synced(config, [file, config.seeds[0] / "other/c.md"])
    assert report.entries == 2
    assert [row.path for row in report.rejected] == ["other/c.md"]
    assert tree(config.output) == from_nothing(config, tmp_path / "fresh")


def test_a_change_of_the_rules_is_a_change(tmp_path: Path) -> None:
    config = config_of_vault(tmp_path)
    synced(config)
    pattern = [{"path": "notes", "url": "https://garden.example.org/{path}"}]
    config = config_of_vault(tmp_path, folders=pattern)
    synced(config)
    (item,) = json.loads((config.output / "all/feed.json").read_text("utf-8"))["items"]
    assert item["url"] == "https://garden.example.org/a"


def test_it_is_explained_by_its_path_and_by_its_identity(tmp_path: Path) -> None:
    put(tmp_path / "vault/notes/a.md", NOTE)
    settings = b'seeds = ["vault"]\n[[folders]]\npath = "notes"\nwithout_address = "publish"\n'
    put(tmp_path / "refeed.toml", settings)
    assert run("rebuild", folder=tmp_path).returncode == 0
    for name in ("vault/notes/a.md", "notes/a.md", KEY):
        done = run("explain", "--json", name, folder=tmp_path)
        (article,) = json.loads(done.stdout)["articles"]
        assert (article["key"], article["source"]) == (KEY, "vault")
        assert article["link"] == f"http://127.0.0.1:8080/{FOLDER}/"
        assert article["entry"]["feeds"] == ["all", "source/vault"]
    assert (
        f"link     http://127.0.0.1:8080/{FOLDER}/" in run("explain", KEY, folder=tmp_path).stdout
    )


@pytest.fixture
def links(monkeypatch: pytest.MonkeyPatch) -> None:
    """A format of link blogs: each line is the name of an item of one page."""

    def read(data: bytes, _: str) -> list[Record]:
        return [
            Record(
                f"<p>About {name}.</p>",
                ((f"https://blog.example.org/2024#{name}", "link"),),
                ((name, "name"),),
                ((str(SPRING + number), "header epoch"),),
                keeps_fragment=True,
            )
            for number, name in enumerate(data.decode().split()[1:])
        ]

    reader = Reader("Links", (".links",), lambda head, _: head.startswith(b"LINKS"), read)
    monkeypatch.setattr(readers, "READERS", (reader,))


@pytest.mark.usefixtures("links")
def test_permalinks_that_differ_in_the_fragment_are_different_articles(tmp_path: Path) -> None:
    config = config_in(tmp_path, formats=["json"])
    file = put(config.seeds[0] / "a.md", b"LINKS one two three")
    report = synced(config)
    assert (report.snapshots, report.entries) == (3, 3)
    items = json.loads((config.output / "all/feed.json").read_text("utf-8"))["items"]
    assert [item["url"].partition("#")[2] for item in items] == ["three", "two", "one"]
    again = put(config.seeds[0] / "b.md", b"LINKS three two")
    report = synced(config, [file, again])
    assert (report.snapshots, report.entries) == (5, 3)
    plain = put(config.seeds[0] / "c.md", Article(url="https://blog.example.org/2024#two"))
    assert synced(config, [plain]).entries == 4
    assert tree(config.output) == from_nothing(config, tmp_path / "fresh")


MID = "mid://letters.example.org/2024.7%40mail"


@pytest.fixture
def mails(monkeypatch: pytest.MonkeyPatch) -> None:
    """A format of mails without addresses, each of which has a base and a picture."""

    def read(_: bytes, __: str) -> list[Record]:
        html = '<p><a href="archive/7">All of it</a> <a href="#top">Up</a></p>'
        date = (str(SPRING), "header epoch")
        found = Record(html, (), (("A letter", "subject"),), (date,), identity=MID, language="de")
        pictures = (CarriedPicture("cid:1", "image/png", 10), CarriedPicture("cid:2", "", 1))
        return [found._replace(base="https://letters.example.org/", pictures=pictures)]

    reader = Reader("Mail", (".letter",), lambda head, _: head.startswith(b"MAIL"), read)
    monkeypatch.setattr(readers, "READERS", (reader,))


@pytest.mark.usefixtures("mails")
@pytest.mark.parametrize("formats", [["rss", "atom", "json", "html"], ["rss", "atom", "json"]])
def test_mails_are_published_without_being_asked_for(tmp_path: Path, formats: list[str]) -> None:
    config = config_in(tmp_path, formats=formats)
    file = put(config.seeds[0] / "a.txt", b"MAIL")
    report = synced(config)
    assert (report.entries, report.rejected, report.publication.failures) == (1, (), ())
    (item,) = json.loads((config.output / "all/feed.json").read_text("utf-8"))["items"]
    assert item["id"] == entry_id(MID)
    assert ("url" in item) is ("html" in formats)
    assert "mid:" not in "".join(item.get("url", "")) + item["content_html"]
    assert '<a href="https://letters.example.org/archive/7"' in item["content_html"]
    assert 'href="#top"' not in item["content_html"]
    assert (config.output / "source/letters.example.org/rss.xml").exists()
    for name, form in (("rss.xml", "rss"), ("atom.xml", "atom"), ("feed.json", "json")):
        found = faults(form, (config.output / "all" / name).read_bytes())
        # RSS 2.0, RFC 4287 and JSON Feed 1.1 allow an item to have none.
        no_link = re.compile("0 of link|link: .*None|0 alternate links|no url")
        assert [fault for fault in found if "html" in formats or not no_link.search(fault)] == []
    (article,) = explain(config, MID, tmp_path)["articles"]
    assert (article["format"], article["language"], article["pictures"]) == ("Mail", "de", 2)
    lines = format_explanation(explain(config, str(file), tmp_path))
    assert "format   Mail\nlanguage de\npictures 2 pictures in the file or beside it\n" in lines


def test_seeds_folders_that_are_called_the_same_are_different_sources(tmp_path: Path) -> None:
    rules = [{"path": "", "without_address": "publish"}]
    config = config_in(tmp_path, seeds=["one/Vault", "two/vault"], formats=["json"], folders=rules)
    for folder in config.seeds:
        put(folder / "a.md", NOTE)
    assert synced(config).entries == 2
    assert sorted(path.name for path in (config.output / "source").iterdir()) == [
        "vault",
        "vault-2",
    ]
