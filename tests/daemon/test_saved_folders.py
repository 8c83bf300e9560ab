"""Folders as ArchiveBox and browsers write them, while they are being written."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from archives import put
from carrying import FILES, name_of, page_with
from daemons import Daemon, Place, until

if TYPE_CHECKING:
    from pathlib import Path

URL = "https://example.org/river"
PAGE = b"<html><head><title>%s</title>%s</head><body><p>The river has risen.</p></body></html>"
CANONICAL = b'<link rel="canonical" href="https://example.org/saved">'


@pytest.fixture(params=[False, True], ids=["inotify", "polling"])
def place(tmp_path: Path, request: pytest.FixtureRequest) -> Place:
    polling = json.dumps(request.param)
    return Place(tmp_path, f"limit = 0\n[watch]\npolling = {polling}\nrescan = 3600\n")


def test_a_page_of_archivebox_comes_bit_by_bit_and_loses_its_index(place: Place) -> None:
    box = place.watched / "archive" / "1718758800.0"
    with Daemon(place):
        put(box / "readability" / "content.html", b"<div><p>The river has risen.</p></div>")
        put(box / "index.json", json.dumps({"url": URL, "title": "River"}).encode())
        until(lambda: place.titles() == {URL: "River"}, "the extract")
        put(box / "singlefile.html", PAGE % (b"The river", b""))
        until(lambda: place.titles() == {URL: "The river"}, "a better form")
        put(box / "index.json", json.dumps({"url": f"{URL}-2", "title": "River"}).encode())
        until(lambda: place.titles() == {f"{URL}-2": "The river"}, "another address")
        (box / "index.json").unlink()
        until(lambda: place.titles() == {}, "no address")
        place.await_rebuilt()


def test_the_folder_beside_a_page_is_looked_at_when_the_page_is_gone(place: Place) -> None:
    page = put(place.watched / "a.html", PAGE % (b"A", CANONICAL.replace(b"saved", b"a")))
    put(place.watched / "a_files" / "b.html", PAGE % (b"B", CANONICAL.replace(b"saved", b"b")))
    with Daemon(place):
        assert list(place.titles().values()) == ["A"]
        page.unlink()
        until(lambda: list(place.titles().values()) == ["B"], "the page of the folder")
        put(page, PAGE % (b"A", CANONICAL.replace(b"saved", b"a")))
        until(lambda: list(place.titles().values()) == ["A"], "the page alone")
        shutil.rmtree(place.watched / "a_files")
        place.await_rebuilt()


def test_pictures_come_after_the_page_that_shows_them(place: Place) -> None:
    published = place.output / "media" / name_of("boat.jpg")
    with Daemon(place):
        put(place.watched / "a.html", page_with("a_files/1").encode())
        until(lambda: list(place.titles().values()) == ["The ferry"], "the page")
        put(place.watched / "a_files" / "1", FILES["boat.jpg"])
        until(published.exists, "the picture")
        (place.watched / "a_files" / "1").unlink()
        until(lambda: not published.exists(), "no picture")
        place.await_rebuilt()
