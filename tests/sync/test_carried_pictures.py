"""Pictures that snapshots carry, from the files to what is published."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

import carrying
from archives import Article, chain, config_in, from_nothing, native, put, synced, tree
from carrying import FILES, data_address, name_of, page_with
from refeed.errors import FolderError
from refeed.pictures.addresses import HOST, PREFIX

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

UNLEARNED = {"learn": False}
BASE = "https://feeds.example.org/river/"
KINDS: dict[str, Callable[..., bytes]] = {
    "a.eml": carrying.mail_with,
    "a.mhtml": carrying.mhtml_with,
    "a.warc.gz": carrying.warc_with,
    "a.wacz": carrying.wacz_with,
    "a.maff": carrying.maff_with,
    "a.webarchive": carrying.webarchive_with,
    "a.html": carrying.singlefile_with,
}


def media(published: dict[str, bytes]) -> dict[str, bytes]:
    """Return the pictures among published files."""
    return {
        path.removeprefix("media/"): data
        for path, data in published.items()
        if path.startswith("media/")
    }


def items(published: dict[str, bytes]) -> list[dict[str, Any]]:
    """Return the items of the feed of everything."""
    found: list[dict[str, Any]] = json.loads(published["all/feed.json"])["items"]
    return found


def letter(*files: str, number: int = 1) -> Article:
    """Return an article with pictures in `data:` addresses."""
    shown = "".join(f'<p>Boats.</p><img src="{data_address(file)}">' for file in files)
    return Article(url=f"https://news.example.org/{number}", title=f"Boats {number}", html=shown)


@pytest.mark.parametrize("kind", KINDS)
def test_each_format_carries_pictures(tmp_path: Path, kind: str) -> None:
    files = "boat.png", "boat.gif"
    config = config_in(tmp_path, base_url=BASE)
    put(tmp_path / "seeds" / kind, KINDS[kind](*files))
    synced(config)
    published = tree(config.output)
    assert media(published) == {name_of(file): FILES[file] for file in files}
    (item,) = items(published)
    for file in files:
        shown = f'<img src="{BASE}media/{name_of(file)}" width="60" height="40" alt="">'
        assert item["content_html"].count(shown) == 1
        assert published["all/rss.xml"].count(f"{BASE}media/{name_of(file)}".encode()) >= 1
        assert published["all/atom.xml"].count(f"{BASE}media/{name_of(file)}".encode()) >= 1
    assert item["image"] == f"{BASE}media/{name_of(files[0])}"
    assert not any(PREFIX.encode() in data for data in published.values())


def test_lists_show_the_lead_picture(tmp_path: Path) -> None:
    config = config_in(tmp_path, formats=["html"])
    put(tmp_path / "seeds/a.html", letter("harbour.jpg", "boat.png"))
    synced(config)
    published = tree(config.output)
    assert set(media(published)) == {name_of("harbour.jpg"), name_of("boat.png")}
    for page, up in {"all": "../", "source/news.example.org": "../../"}.items():
        shown = f'src="{up}media/{name_of("harbour.jpg")}" alt="" width="120" height="80"'
        assert shown.encode() in published[f"{page}/index.html"]


def test_pictures_stay_as_long_as_a_document_shows_them(tmp_path: Path) -> None:
    config = config_in(tmp_path, limit=2, archive=["all"], formats=["json"], cleaning=UNLEARNED)
    for number in range(4):
        put(
            tmp_path / f"seeds/{number}.html",
            replace(letter("boat.png", number=number), instant=1_718_000_000_000 + number),
        )
    put(tmp_path / "seeds/5.html", letter("boat.jpg", number=5))
    synced(config)
    assert set(media(tree(config.output))) == {name_of("boat.png"), name_of("boat.jpg")}
    (tmp_path / "seeds/5.html").unlink()
    synced(config, [tmp_path / "seeds/5.html"])
    assert set(media(tree(config.output))) == {name_of("boat.png")}
    for number in range(4):
        (tmp_path / f"seeds/{number}.html").unlink()
    put(tmp_path / "seeds/6.html", Article())
    synced(config, [tmp_path / "seeds"])
    published = tree(config.output)
    assert media(published) == {}
    assert not (config.output / "media").exists()
    assert chain(published, "all/feed.json")


@pytest.mark.parametrize("fault", ["deleted", "changed"])
def test_a_damaged_picture_is_written_again(tmp_path: Path, fault: str) -> None:
    config = config_in(tmp_path)
    put(tmp_path / "seeds/a.html", letter("boat.png", "boat.jpg"))
    synced(config)
    before = tree(config.output)
    stamps = {path: (config.output / path).stat().st_mtime_ns for path in before}
    file = config.output / "media" / name_of("boat.jpg")
    if fault == "deleted":
        file.unlink()
    else:
        file.write_bytes(b"nothing")
        os.utime(file, (1, 1))
    synced(config)
    assert tree(config.output) == before
    touched = {p for p in before if (config.output / p).stat().st_mtime_ns != stamps[p]}
    assert touched == {f"media/{name_of('boat.jpg')}"}


@pytest.mark.parametrize("fault", ["deleted", "changed"])
def test_a_damaged_picture_is_noticed_where_a_document_shows_it(tmp_path: Path, fault: str) -> None:
    config = config_in(tmp_path)
    put(tmp_path / "seeds/a.html", letter("boat.png", "boat.jpg"))
    synced(config)
    file = config.output / "media" / name_of("boat.jpg")
    if fault == "deleted":
        file.unlink()
    else:
        file.write_bytes(b"nothing")
    synced(config, [put(tmp_path / "seeds/b.html", letter("boat.png", number=2))])
    assert media(tree(config.output)) == {
        name_of(each): FILES[each] for each in ("boat.png", "boat.jpg")
    }
    assert tree(config.output) == from_nothing(config, tmp_path / "fresh")


def test_pictures_are_taken_over_without_an_index(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    put(tmp_path / "seeds/a.html", letter("boat.png"))
    synced(config)
    before = tree(config.output)
    for file in config.state.iterdir():
        file.unlink()
    (config.output / ".refeed-files").unlink()
    put(config.output / "media" / name_of("boat.gif"), FILES["boat.gif"])
    synced(config)
    assert tree(config.output) == before


def test_a_file_of_somebody_else_is_in_the_way(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    put(tmp_path / "seeds/a.html", letter("boat.png"))
    foreign = put(config.output / "media" / name_of("boat.png"), b"something else")
    with pytest.raises(FolderError, match="files that refeed did not make"):
        synced(config)
    assert foreign.read_bytes() == b"something else"


def test_what_only_looks_like_a_picture_of_ours_leads_nowhere(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    address = f"{PREFIX}{name_of('boat.png')}"
    put(tmp_path / "seeds/a.html", Article(html=f'<p>a</p><img src="{address}"><p>b</p>'))
    synced(config)
    published = tree(config.output)
    assert media(published) == {}
    assert items(published)[0]["content_html"] == "<p>a</p><p>b</p>"
    assert not any(HOST.encode() in data for data in published.values())


def test_an_article_with_an_address_of_ours_shows_no_picture(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    address = f"{PREFIX}{name_of('boat.png')}"
    put(tmp_path / "seeds/a.html", replace(letter("boat.jpg"), url=address))
    report = synced(config)
    assert not report.publication.outdated
    published = tree(config.output)
    assert set(media(published)) == {name_of("boat.jpg")}
    assert name_of("boat.png").encode() not in published["all/index.html"].replace(
        address.encode(), b""
    )


def test_a_lead_picture_that_an_archive_holds_is_published(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    head = f'<meta property="og:image" content="{carrying.SITE}/img/boat.jpg">'
    archive = carrying.mhtml_with("boat.jpg").decode()
    page = page_with(f"{carrying.SITE}/img/boat.jpg")
    assert page in archive
    put(tmp_path / "seeds/a.mhtml", archive.replace(page, page_with(head=head)).encode())
    synced(config)
    assert set(media(tree(config.output))) == {name_of("boat.jpg")}


def test_an_entry_is_shown_without_pictures_that_are_gone(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    file = put(tmp_path / "seeds/a.html", letter("boat.png", "boat.gif"))
    synced(config)
    (config.output / "media" / name_of("boat.png")).unlink()
    file.write_bytes(native(letter("boat.gif")))
    # The index has not heard of the change.
    synced(config, [])
    published = tree(config.output)
    named = [name_of("boat.png"), name_of("boat.gif")]
    shown = {name for name in named if name in items(published)[0]["content_html"]}
    synced(config)
    assert set(media(tree(config.output))) == {name_of("boat.gif")}
    assert shown >= {name_of("boat.gif")}


def test_bytes_are_the_same_at_another_place(tmp_path: Path) -> None:
    published = []
    for place in ("here", "there"):
        folder = tmp_path / place
        config = config_in(folder, base_url=BASE)
        for kind, make in KINDS.items():
            file = put(folder / "seeds" / kind, make("boat.png", "boat.webp", "boat.avif"))
            # Some have no other date.
            os.utime(file, (1_718_000_000, 1_718_000_000))
        synced(config)
        published.append(tree(config.output))
    assert published[0] == published[1]


def test_no_proxy_is_asked_for_pictures_of_our_own(tmp_path: Path) -> None:
    proxy = "https://proxy.example.org/?url={url}"
    config = config_in(tmp_path, base_url=BASE, images={"mode": "proxy", "template": proxy})
    put(tmp_path / "seeds/a.html", letter("boat.png"))
    synced(config)
    published = tree(config.output)
    assert f'src="{BASE}media/{name_of("boat.png")}"' in items(published)[0]["content_html"]
