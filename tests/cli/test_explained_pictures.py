"""What `refeed explain` says of pictures, and of feeds that have no room."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from archives import DAY, SPRING, Article, put, run
from carrying import FILES, data_address, mail_with, name_of
from refeed.pictures.addresses import HOST, PREFIX
from refeed.web_pictures.catalogue import Attempt
from stored_pictures import add_picture, open_store

if TYPE_CHECKING:
    from pathlib import Path

THERE, FAILED, NEW = (f"https://img.example.org/{name}.png" for name in ("a", "b", "c"))
LOCAL = '[images]\nmode = "local"\nstore = "pictures"\n'


def _write(folder: Path) -> None:
    shown = "".join(f'<p>See:</p><img src="{url}">' for url in (THERE, FAILED, NEW))
    put(folder / "seeds/a.md", Article(html=shown))


def test_pictures_of_the_web_are_there_or_missing_for_a_reason(tmp_path: Path) -> None:
    _write(tmp_path)
    put(tmp_path / "refeed.toml", LOCAL.encode())
    with closing(open_store(tmp_path / "pictures")) as store:
        picture = add_picture(store, THERE)
        store.add_failure(FAILED, Attempt(1, "it answered 404", 2**40))
    told = run("explain", "seeds/a.md", folder=tmp_path).stdout
    assert "pictures 1 of 3 pictures of the web in the picture store" in told
    assert f"missing: {FAILED}   (it answered 404)" in told
    assert f"missing: {NEW}   (not asked for yet)" in told
    found = json.loads(run("explain", "seeds/a.md", "--json", folder=tmp_path).stdout)
    assert found["articles"][0]["web_pictures"][0] == {
        "address": THERE,
        "file": picture.name,
        "reason": "",
    }


@pytest.mark.parametrize("settings", ["", LOCAL])
def test_without_a_store_nothing_is_there(tmp_path: Path, settings: str) -> None:
    _write(tmp_path)
    put(tmp_path / "refeed.toml", settings.encode())
    told = run("explain", "seeds/a.md", folder=tmp_path).stdout
    assert ("0 of 3 pictures of the web" in told) == bool(settings)
    assert not (tmp_path / "pictures").exists()


def test_carried_pictures_are_in_the_page_and_named_by_their_files(tmp_path: Path) -> None:
    put(tmp_path / "seeds/a.eml", mail_with("boat.png", "boat.gif"))
    assert run("explain", "seeds/a.eml", "--html", "page.html", folder=tmp_path).returncode == 0
    page = (tmp_path / "page.html").read_text("utf-8")
    assert page.count(f'src="{data_address("boat.png")}"') == 2
    assert HOST not in page
    assert HOST not in run("explain", "seeds/a.eml", folder=tmp_path).stdout


def test_what_a_note_embeds_and_is_not_there_is_named(tmp_path: Path) -> None:
    shown = "![[boat.png]] ![[no boat.png]]"
    put(tmp_path / "seeds/a.md", f"---\nurl: https://example.org/a\n---\nA. {shown}\n".encode())
    put(tmp_path / "seeds/boat.png", FILES["boat.png"])
    told = run("explain", "seeds/a.md", "--html", "page.html", folder=tmp_path).stdout
    assert "picture missing: no boat.png is not beside it" in told
    assert told.count("missing") == 1
    assert "pictures 1 picture in the file or beside it" in told
    page = (tmp_path / "page.html").read_text("utf-8")
    assert data_address("boat.png") in page
    assert "example.org/no" not in page


def test_an_address_of_ours_is_removed_and_said_to_be(tmp_path: Path) -> None:
    address = f"{PREFIX}{name_of('boat.png')}"
    put(tmp_path / "seeds/a.md", Article(html=f'<p>a</p><img src="{address}">'))
    told = run("explain", "seeds/a.md", "--html", "page.html", folder=tmp_path).stdout
    assert "images: removed (address of refeed's own)" in told
    assert "<img" not in (tmp_path / "page.html").read_text("utf-8")


def test_what_a_feed_has_no_room_for_is_not_shown(tmp_path: Path) -> None:
    for number in range(3):
        html = "<p>" + f"Word {number}. " * 300
        url = f"https://news.example.org/{number}"
        put(tmp_path / f"seeds/{number}.md", Article(url, html=html, instant=SPRING + number * DAY))
    put(tmp_path / "refeed.toml", b"max_feed_kb = 10\n")
    run("rebuild", folder=tmp_path)
    reason = "not shown: all has room for the newest 2, and this is number 3: max_feed_kb = 10"
    assert reason in run("explain", "seeds/0.md", folder=tmp_path).stdout
    assert "not shown" not in run("explain", "seeds/1.md", folder=tmp_path).stdout
