"""Folders as browsers and other programs lay them out."""

from __future__ import annotations

import shutil
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from archives import Article, config_in, put, synced
from conftest import examples
from refeed.seeds.files import Listing, path_in, walk
from refeed.store import Store

if TYPE_CHECKING:
    from pathlib import Path

    from refeed.config import Config


def found(folder: Path, below: str = "") -> set[str]:
    walked = (each for each in walk(folder, below) if isinstance(each, Listing))
    return {path_in(listing.folder, file.name) for listing in walked for file in listing.files}


def indexed(config: Config) -> set[str]:
    with closing(Store.open_copy(config.state / "index.sqlite3")) as store:
        return set(store.file_paths(0, ""))


def fill(folder: Path, *paths: str) -> None:
    for path in paths:
        put(folder / path, b"x")


@pytest.mark.parametrize(
    "companion", ["a_files", "a.files", "a-Dateien", "a_fichiers", "a_bestanden", "a_archivos"]
)
def test_the_folder_of_what_a_page_loads_is_left_out(tmp_path: Path, companion: str) -> None:
    fill(tmp_path, "a.html", f"{companion}/frame.html", f"{companion}/deep/frame.html")
    assert found(tmp_path) == {"a.html"}
    assert found(tmp_path, companion) == set()
    assert found(tmp_path, f"{companion}/deep") == set()


def test_such_a_name_alone_is_a_folder_like_others(tmp_path: Path) -> None:
    fill(tmp_path, "my_files/a.html", "b_files/c.html", "b.md", "assets/d.html", "x.html")
    assert found(tmp_path) == {
        "my_files/a.html",
        "b_files/c.html",
        "b.md",
        "assets/d.html",
        "x.html",
    }


def test_packages_of_node_are_no_articles(tmp_path: Path) -> None:
    fill(tmp_path, "a.md", "node_modules/b/README.md", "site/node_modules/c.md", "site/d.md")
    assert found(tmp_path) == {"a.md", "site/d.md"}
    assert found(tmp_path, "site/node_modules") == set()


BOX = ("index.json", "index.html", "favicon.ico", "headers.json", "htmltotext.txt")


@pytest.mark.parametrize(
    ("forms", "taken"),
    [
        (["singlefile.html", "output.html", "readability/content.html"], {"singlefile.html"}),
        (["output.html", "readability/content.html"], {"output.html"}),
        (
            ["readability/content.html", "www.example.org/2019/a/index.html", "warc/1.txt"],
            {"www.example.org/2019/a/index.html"},
        ),
        (
            ["readability/content.html", "readability/content.txt", "mercury/content.html"],
            {"readability/content.html"},
        ),
        (["mercury/content.html", "mercury/content.txt"], {"mercury/content.html"}),
        (
            ["readability/article.json", "mercury/article.json", "mercury/content.html"],
            {"mercury/content.html"},
        ),
        (["warc/1.txt"], {"warc/1.txt"}),
        ([], set()),
    ],
)
def test_of_a_page_of_archivebox_the_best_form_is_read(
    tmp_path: Path, forms: list[str], taken: set[str]
) -> None:
    fill(tmp_path, *BOX, *forms)
    assert found(tmp_path) == taken


def test_a_form_that_failed_is_none(tmp_path: Path) -> None:
    fill(tmp_path, *BOX, "output.html")
    put(tmp_path / "singlefile.html", b"")
    assert found(tmp_path) == {"output.html"}


def test_an_index_alone_makes_no_page_of_archivebox(tmp_path: Path) -> None:
    fill(tmp_path, "index.json", "a.md", "warc/a.txt", "example.org/a.html")
    assert found(tmp_path) >= {"a.md", "warc/a.txt", "example.org/a.html"}


def test_what_archivebox_keeps_beside_the_pages_is_left_out(tmp_path: Path) -> None:
    fill(tmp_path, "ArchiveBox.conf", "index.html", "sources/1-import.txt", "logs/errors.txt")
    fill(tmp_path, *(f"archive/1.0/{name}" for name in (*BOX, "singlefile.html")))
    assert found(tmp_path) == {"archive/1.0/singlefile.html"}


def test_of_an_export_of_medium_the_posts_are_looked_at(tmp_path: Path) -> None:
    fill(tmp_path, "README.html", "ips.html", "claps/claps-0001.html", "profile/profile.html")
    fill(tmp_path, "posts/2024-06-19_Gates-5c2e8f7a1b3d.html")
    assert found(tmp_path) == {"posts/2024-06-19_Gates-5c2e8f7a1b3d.html"}
    assert found(tmp_path, "profile") == set()


@pytest.mark.parametrize("mark", ["README.html", "claps/notes.html"])
def test_half_the_marks_make_no_export_of_medium(tmp_path: Path, mark: str) -> None:
    fill(tmp_path, mark, "a.html", "posts/b.html")
    assert found(tmp_path) == {mark, "a.html", "posts/b.html"}


PATHS = (
    "a.html",
    "a_files/b.html",
    "a_files/b_files/c.html",
    "a_files/b.htm",
    "box/index.json",
    "box/index.html",
    "box/singlefile.html",
    "box/output.html",
    "box/readability/content.html",
    "box/readability/content.txt",
    "box/mercury/content.html",
    "box/www.example.org/d.html",
    "ArchiveBox.conf",
    "sources/1.txt",
    "sources/box/singlefile.html",
    "sources/box/index.json",
    "export/README.html",
    "export/ips.html",
    "export/claps/claps-0001.html",
    "export/posts/a.html",
    "export/profile/profile.html",
)


@settings(max_examples=examples(25), suppress_health_check=list(HealthCheck))
@given(steps=some.lists(some.sets(some.sampled_from(PATHS), min_size=1, max_size=2), max_size=10))
def test_updates_take_what_a_walk_does(
    tmp_path_factory: pytest.TempPathFactory, steps: list[set[str]]
) -> None:
    """In each step some files appear, or go if they were there; the events name only them."""
    folder = tmp_path_factory.mktemp("layout")
    config = config_in(folder, formats=["json"], by_source=False)
    seeds = config.seeds[0]
    synced(config)
    for paths in steps:
        for path in paths:
            if (seeds / path).exists():
                (seeds / path).unlink()
            else:
                put(seeds / path, Article(url=f"https://example.org/{path}"))
        synced(config, [seeds / path for path in paths])
        assert indexed(config) == found(seeds)
    shutil.rmtree(folder)
