"""Pictures in files beside a snapshot: companion folders, attachments, mirrors."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from archives import Article, config_in, native, put, synced, tree, with_front_matter
from carrying import FILES, SITE, name_of, page_with, tell

if TYPE_CHECKING:
    from pathlib import Path

    from refeed.config import Config

HEAD = "---\ntitle: The ferry\nurl: https://boats.example.org/ferry\ndate: 2024-06-19\n---\n\n"


def shown(config: Config) -> set[str]:
    """Return the pictures that are published, which must be those that the feed names."""
    published = tree(config.output)
    names = {path.removeprefix("media/") for path in published if path.startswith("media/")}
    feed = published["all/feed.json"].decode()
    known = set(map(name_of, (name for name in FILES if name.startswith(("boat", "harb")))))
    assert names == {name for name in known if name in feed}
    assert "media.invalid" not in feed
    return names


@pytest.mark.parametrize(
    ("page", "folder", "reference"),
    [
        ("a.html", "a_files", "./a_files/1.jpg"),
        ("The ferry.html", "The ferry_files", "The%20ferry_files/1.jpg"),
        ("b/a.htm", "b/a-Dateien", "a-Dateien/1.jpg"),
        ("a.html", "a_文件", "a_文件/1.jpg"),
        ("a.html", "pictures", "pictures/1.jpg"),
        ("b/c/a.html", "b/img", "../img/1.jpg"),
        ("boats.example.org/b/a.html", "boats.example.org/img", "/img/1.jpg"),
        ("boats.example.org/b/a", "boats.example.org/img", "/img/1.jpg"),
    ],
)
def test_pages_with_a_folder(tmp_path: Path, page: str, folder: str, reference: str) -> None:
    config = config_in(tmp_path)
    put(tmp_path / "seeds" / page, page_with(reference).encode())
    put(tmp_path / "seeds" / folder / "1.jpg", FILES["boat.jpg"])
    synced(config)
    assert shown(config) == {name_of("boat.jpg")}


def test_a_folder_with_a_comma_in_its_name_is_found_by_sizes(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    page = page_with("Ferry,%20boat_files/1.jpg").replace(
        ' src="', ' srcset="Ferry,%20boat_files/2.jpg 2x" src="'
    )
    put(tmp_path / "seeds/Ferry, boat.html", page.encode())
    put(tmp_path / "seeds/Ferry, boat_files/2.jpg", FILES["boat.jpg"])
    synced(config)
    assert shown(config) == {name_of("boat.jpg")}


@pytest.mark.parametrize(
    ("note", "file", "written"),
    [
        ("a.md", "boat.png", "![[boat.png]]"),
        ("a.md", "attachments/my boat.png", "![[my boat.png|300]]"),
        ("notes/2024/a.md", "attachments/boat.png", "![[boat.png]]"),
        ("notes/a.md", "assets/boat.png", "![a boat](../assets/boat.png)"),
        ("notes/a.md", "notes/img/my boat.png", "![a boat](img/my%20boat.png)"),
        ("notes/a.md", "assets/boat.png", "![a boat](assets/boat.png)"),
    ],
)
def test_notes_with_attachments(tmp_path: Path, note: str, file: str, written: str) -> None:
    config = config_in(tmp_path)
    put(tmp_path / "seeds" / note, f"{HEAD}{tell(1)}\n\n{written}\n\n{tell(2)}\n".encode())
    put(tmp_path / "seeds" / file, FILES["boat.png"])
    synced(config)
    assert shown(config) == {name_of("boat.png")}


@pytest.mark.parametrize(
    "tag",
    [
        '{{< figure src="boat.png" title="A boat" >}}',
        '{% include figure.html src="boat.png" caption="A boat" %}',
    ],
)
def test_figures_of_a_post(tmp_path: Path, tag: str) -> None:
    config = config_in(tmp_path)
    post = HEAD.replace("url:", "layout: post\nurl:") + f"{tell(1)}\n\n{tag}\n\n{tell(2)}\n"
    put(tmp_path / "seeds/ferry/index.md", post.encode())
    put(tmp_path / "seeds/ferry/boat.png", FILES["boat.png"])
    synced(config)
    assert shown(config) == {name_of("boat.png")}


def test_pictures_come_change_and_go(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    seeds = tmp_path / "seeds"
    put(seeds / "a.html", page_with("a_files/1.jpg", "a_files/2").encode())
    note = f"{HEAD.replace('ferry', 'boat')}{tell(1)}\n\n![[harbour.jpg]]\n\n{tell(2)}\n"
    put(seeds / "notes/a.md", note.encode())
    synced(config)
    assert shown(config) == set()
    assert b"a_files" not in tree(config.output)["all/feed.json"]
    # By the event of a file.
    first = put(seeds / "a_files/1.jpg", FILES["boat.jpg"])
    synced(config, [first])
    assert shown(config) == {name_of("boat.jpg")}
    # By a look at the folder.
    put(seeds / "a_files/2", FILES["boat.webp"])
    harbour = put(seeds / "attachments/harbour.jpg", FILES["harbour.jpg"])
    synced(config, [seeds / "a_files", seeds / "attachments"])
    names = {name_of(file) for file in ("boat.jpg", "boat.webp", "harbour.jpg")}
    assert shown(config) == names
    # By a rescan.
    first.write_bytes(FILES["boat.png"])
    os.utime(first, (1, 1))
    synced(config)
    assert shown(config) == {name_of(f) for f in ("boat.png", "boat.webp", "harbour.jpg")}
    first.write_bytes(b"no picture")
    harbour.unlink()
    synced(config, [first, harbour])
    assert shown(config) == {name_of("boat.webp")}
    (seeds / "a.html").unlink()
    synced(config, [seeds / "a.html"])
    assert shown(config) == set()


def test_nothing_outside_of_the_seeds_folder_is_published(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    outside = put(tmp_path / "secret.png", FILES["boat.png"])
    put(tmp_path / "secrets/1.jpg", FILES["boat.jpg"])
    sources = "../secret.png", "a_files/../../secret.png", "a_files/link.png", "linked/1.jpg"
    put(tmp_path / "seeds/a.html", page_with(*sources, outside.as_uri(), str(outside)).encode())
    (tmp_path / "seeds/a_files").mkdir()
    (tmp_path / "seeds/a_files/link.png").symlink_to(outside)
    (tmp_path / "seeds/linked").symlink_to(tmp_path / "secrets")
    synced(config)
    assert shown(config) == set()


@pytest.mark.parametrize("reference", ["a%00.jpg", "/a%00.jpg", "/../other.example.org/1.jpg"])
def test_what_no_file_of_the_site_can_be_called_is_passed_over(
    tmp_path: Path, reference: str
) -> None:
    config = config_in(tmp_path)
    put(tmp_path / "seeds/boats.example.org/b/a.html", page_with(reference).encode())
    put(tmp_path / "seeds/other.example.org/1.jpg", FILES["boat.jpg"])
    synced(config)
    assert shown(config) == set()


@pytest.mark.parametrize("write", [native, with_front_matter])
def test_files_of_archivers_have_nothing_beside(tmp_path: Path, write: object) -> None:
    config = config_in(tmp_path)
    html = '<p>a</p><img src="img/boat.png">'
    article = Article(url=f"{SITE}/a/", html=html)
    data = native(article) if write is native else with_front_matter(article)
    put(tmp_path / "seeds/a.md", data)
    put(tmp_path / "seeds/img/boat.png", FILES["boat.png"])
    synced(config)
    assert shown(config) == set()
    assert f"{SITE}/a/img/boat.png".encode() in tree(config.output)["all/feed.json"]


def test_dates_of_first_sight_stay_when_a_picture_comes(tmp_path: Path) -> None:
    config = config_in(tmp_path, first_seen="seen.tsv")
    page = page_with("a_files/1.jpg").encode()
    put(tmp_path / "seeds/a.html", page)
    synced(config)
    before = tree(config.output)["all/feed.json"]
    put(tmp_path / "seeds/a_files/1.jpg", FILES["boat.jpg"])
    os.utime(tmp_path / "seeds/a.html", (1, 1))
    synced(config)
    after = tree(config.output)["all/feed.json"]
    dates = [line for line in before.split(b",") if b"date_published" in line]
    assert dates
    assert dates == [line for line in after.split(b",") if b"date_published" in line]
