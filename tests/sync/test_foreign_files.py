"""Files of somebody else in the output folder: never overwritten, never deleted."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from archives import REPOSITORY, Article, config_in, from_nothing, put, run, tree
from daemons import Daemon, Place, snapshot, until
from refeed.commands.rebuild import rebuild
from refeed.errors import FolderError
from refeed.render.own_documents import is_own_document

if TYPE_CHECKING:
    from pathlib import Path

FOREIGN = {
    "index.html": b"<!DOCTYPE html>\n<html lang='en'><title>My home page</title></html>\n",
    "feeds.opml": b'<?xml version="1.0"?><opml version="2.0"><head/><body/></opml>',
    "all/rss.xml": b"<rss><channel><generator>WordPress</generator></channel></rss>",
    "all/feed.json": json.dumps({"version": "https://jsonfeed.org/version/1.1"}).encode(),
    "source/news.example.org/atom.xml": b"",
    "refeed.css": b"body { color: red }",
}


@pytest.mark.parametrize("name", FOREIGN)
@pytest.mark.parametrize("dry_run", [False, True])
def test_a_rebuild_refuses_them_by_name(tmp_path: Path, name: str, *, dry_run: bool) -> None:
    config = config_in(tmp_path)
    put(tmp_path / "seeds/a.md", Article())
    put(config.output / name, FOREIGN[name])
    put(config.output / "notes.txt", b"beside")
    before = tree(config.output)
    with pytest.raises(FolderError, match=name):
        rebuild(config, jobs=1, dry_run=dry_run)
    published = {path: data for path, data in tree(config.output).items() if path in before}
    assert published == before
    assert not (config.output / ".refeed-files").exists()
    (config.output / name).unlink()
    rebuild(config, jobs=1)
    assert (config.output / "notes.txt").read_bytes() == b"beside"


def test_a_link_and_a_folder_are_refused(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    put(tmp_path / "seeds/a.md", Article())
    config.output.mkdir()
    (config.output / "index.html").symlink_to("nowhere")
    (config.output / "feeds.opml").mkdir()
    with pytest.raises(FolderError, match=r"feeds\.opml, index\.html$"):
        rebuild(config, jobs=1)
    assert (config.output / "index.html").is_symlink()


def test_one_that_is_there_before_its_format_or_feed_is_refused(tmp_path: Path) -> None:
    config = config_in(tmp_path, formats=["atom"])
    put(tmp_path / "seeds/a.md", Article())
    rebuild(config, jobs=1)
    page = put(config.output / "index.html", b"mine")
    rebuild(config, jobs=1)
    with pytest.raises(FolderError, match=r"index\.html"):
        rebuild(replace(config, formats=("atom", "html")), jobs=1)
    assert page.read_bytes() == b"mine"


def test_feeds_whose_manifest_was_lost_are_taken_over(tmp_path: Path) -> None:
    config = config_in(tmp_path, archive=["all"])
    for number in range(130):
        url = f"https://news.example.org/{number}"
        put(tmp_path / f"seeds/{number}.md", Article(url=url, instant=1_700_000_000_000 + number))
    rebuild(config, jobs=1)
    before = tree(config.output)
    assert any("/archive/" in name for name in before)
    (config.output / ".refeed-files").unlink()
    (config.state / "index.sqlite3").unlink()
    rebuild(config, jobs=1)
    assert tree(config.output) == before


def test_a_manifest_that_was_lost_has_the_files_again_that_stay_as_they_are(
    tmp_path: Path,
) -> None:
    config = config_in(tmp_path, archive=["all"])
    for number in range(130):
        url = f"https://news.example.org/{number}"
        put(tmp_path / f"seeds/{number}.md", Article(url=url, instant=1_700_000_000_000 + number))
    rebuild(config, jobs=1)
    before = tree(config.output)
    assert {"archive", "older"} <= {name.split("/")[1] for name in before if "/" in name}
    (config.output / ".refeed-files").unlink()
    rebuild(config, jobs=1)
    assert tree(config.output) == before
    # It names what is to be deleted.
    (config.output / ".refeed-files").unlink()
    fewer = replace(config, archive=(), formats=("atom",))
    rebuild(fewer, jobs=1)
    assert tree(config.output) == from_nothing(fewer, tmp_path / "fresh")


def test_every_published_file_is_known_by_its_layout(tmp_path: Path) -> None:
    seeds, output = REPOSITORY / "examples/seeds", tmp_path / "feeds"
    folders = ("--seeds", seeds, "--output", output, "--state", tmp_path / "state")
    assert run("rebuild", *folders, folder=tmp_path).returncode == 0
    for name, data in tree(output).items():
        assert is_own_document(data[:65_536]) is not name.startswith(".refeed-"), name


def test_the_daemon_says_so_and_goes_on_when_they_are_gone(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.drop("1.md", snapshot(1))
    page = put(place.output / "index.html", b"mine")
    with Daemon(place) as daemon:
        until(lambda: daemon.log("sync failed"), "the failure is logged")
        (line,) = daemon.log("sync failed")
        assert "index.html" in line["reason"]
        assert "exception" not in line
        status = place.refeed("status", "--json")
        assert "index.html" in json.loads(status.stdout)["daemon"]["problem"]
        assert page.read_bytes() == b"mine"
        page.rename(tmp_path / "elsewhere")
        until(place.numbers, "the feeds are published")
        daemon.stop()
