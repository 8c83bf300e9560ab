"""Folders that ArchiveBox and wget have written, from the files to the feed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from archives import config_in, from_nothing, put, run, synced, tree

if TYPE_CHECKING:
    from pathlib import Path

    from refeed.config import Config

PAGE = "<html><head><title>{0}</title></head><body><article><h1>{0}</h1>{1}</article></body></html>"
TEXT = "<p>The river has risen since the morning, and nobody in the village is surprised.</p>" * 5
INDEX = {"url": "https://example.org/{}", "title": "{}", "updated": "2024-06-19 01:00:00+00:00"}


def page(title: str) -> bytes:
    return PAGE.format(title, TEXT).encode()


def put_boxed(folder: Path, name: str, *forms: str) -> None:
    stated = {key: text.format(name) for key, text in INDEX.items()}
    put(folder / "index.json", json.dumps(stated).encode())
    put(folder / "index.html", page("ArchiveBox"))
    put(folder / "headers.json", b"{}")
    put(folder / "htmltotext.txt", b"The river has risen.")
    for extract in ("readability", "mercury"):
        put(folder / extract / "article.json", b'{"title": "Extracted", "content": "<p>A.</p>"}')
    put(folder / "warc/1718758800.warc.gz", b"no archive")
    for form in forms:
        put(folder / form, page(name))


def addresses(config: Config) -> list[str]:
    items = json.loads((config.output / "all/feed.json").read_text("utf-8"))["items"]
    return sorted(item["url"] for item in items)


def test_five_pages_of_archivebox_are_five_entries(tmp_path: Path) -> None:
    config = config_in(tmp_path, formats=["json"], limit=20)
    box = config.seeds[0]
    put(box / "ArchiveBox.conf", b"[SERVER_CONFIG]\n")
    put(box / "index.html", page("All"))
    put(box / "sources/1-import.txt", b"https://example.org/a\nhttps://example.org/b\n")
    archive = box / "archive"
    every = ("singlefile.html", "output.html", "readability/content.html", "mercury/content.html")
    put_boxed(archive / "1718758800.0", "a", *every, "example.org/a/index.html")
    put_boxed(archive / "1718758801.0", "b", *every[1:])
    put_boxed(archive / "1718758802.0", "c", *every[2:], "example.org/c.html", "warc/1.txt")
    put_boxed(archive / "1718758803.0", "d", *every[2:], "readability/content.txt")
    put_boxed(archive / "1718758804.0", "e", every[3], "mercury/content.txt")
    report = synced(config)
    assert (report.files, report.entries, report.rejected) == (5, 5, ())
    assert addresses(config) == [f"https://example.org/{name}" for name in "abcde"]


def test_a_page_that_is_saved_bit_by_bit_is_what_a_rebuild_makes(tmp_path: Path) -> None:
    config = config_in(tmp_path, formats=["json"])
    folder = config.seeds[0] / "1718758800.0"
    synced(config)
    put_boxed(folder, "a")
    for form in ("readability/content.html", "example.org/a.html", "output.html"):
        put(folder / form, page(form))
        report = synced(config, [folder / form])
        assert (report.files, report.entries, report.rejected) == (1, 1, ())
        assert tree(config.output) == from_nothing(config, tmp_path / form.replace("/", "-"))
    index = put(folder / "index.json", b'{"url": "https://example.org/other", "title": "Other"}')
    synced(config, [index])
    assert addresses(config) == ["https://example.org/other"]
    index.unlink()
    report = synced(config, [index])
    assert report.files == len(report.rejected) + report.entries + sum(report.no_article.values())
    assert report.files > 3
    assert tree(config.output) == from_nothing(config, tmp_path / "without")


def test_a_mirror_of_wget_has_the_addresses_of_its_paths(tmp_path: Path) -> None:
    config = config_in(tmp_path, formats=["json"])
    host = config.seeds[0] / "www.example.org"
    put(host / "2019/foo/index.html", page("Foo"))
    put(host / "index.html?p=3", page("Third"))
    put(host / "robots.txt", b"User-agent: *\n")
    report = synced(config)
    assert report.rejected == ()
    assert report.no_article == {"a robots.txt, not an article": 1}
    assert addresses(config) == [
        "https://www.example.org/2019/foo/",
        "https://www.example.org/?p=3",
    ]


def test_pages_of_a_mirror_need_no_suffix(tmp_path: Path) -> None:
    config = config_in(tmp_path, formats=["json"])
    host = config.seeds[0] / "www.example.org"
    synced(config)
    written = [
        put(host / "2019/foo", page("Foo")),
        put(host / "post.php?id=3", page("Third")),
        put(host / "css?family=Serif", b"@font-face { src: url(a.woff) }"),
        put(host / "photo.png", b"PNG"),
    ]
    left_out = put(config.seeds[0] / "notes/LICENSE", page("License"))
    report = synced(config, [*written, left_out])
    assert report.rejected == ()
    assert report.no_article == {"a file of a mirror, not a page": 1}
    assert addresses(config) == [
        "https://www.example.org/2019/foo",
        "https://www.example.org/post.php?id=3",
    ]
    assert tree(config.output) == from_nothing(config, tmp_path / "again")


def test_the_folders_around_the_seeds_are_no_mirror(tmp_path: Path) -> None:
    config = config_in(tmp_path / "example.org", formats=["json"])
    put(config.seeds[0] / "LICENSE", page("License"))
    assert synced(config).files == 0


def test_what_is_left_out_is_explained(tmp_path: Path) -> None:
    put(tmp_path / "seeds/a.html", page("A"))
    put(tmp_path / "seeds/a_files/frame.html", page("Frame"))
    put_boxed(tmp_path / "seeds/box", "b", "singlefile.html", "output.html")
    for file in ("seeds/a_files/frame.html", "seeds/box/output.html"):
        done = run("explain", file, folder=tmp_path)
        if done.returncode == 0:
            assert "is not read: it belongs to a page or an export beside it" in done.stdout
    assert "is not read" in run("explain", "seeds/box/output.html", folder=tmp_path).stdout


def test_an_export_of_substack_has_titles_and_dates_of_its_table(tmp_path: Path) -> None:
    address = "https://letter.example.org/p/{slug}"
    config = config_in(tmp_path, formats=["json"], folders=[{"path": "", "url": address}])
    post = put(config.seeds[0] / "posts/7001.gates.html", b"<p>They are mended.</p>")
    put(config.seeds[0] / "posts/7002.later.html", b"<p>Not yet.</p>")
    table = (
        "post_id,post_date,is_published,type,title,subtitle\n"
        '7001.gates,{},TRUE,newsletter,"{}",""\n'
        "7002.later,,FALSE,newsletter,Later,\n"
    )
    first = table.format("2024-06-19T01:04:05.000Z", "Gates, at last").encode()
    put(config.seeds[0] / "posts.csv", first)
    report = synced(config)
    assert report.no_article == {"a draft": 1, "a table, not an article": 1}
    assert told(config) == [
        ("https://letter.example.org/p/gates", "Gates, at last", "2024-06-19T01:04:05Z")
    ]
    changed = table.format("2024-06-20T01:04:05.000Z", "Gates &#8211; again").encode()
    synced(config, [put(config.seeds[0] / "posts.csv", changed)])
    assert told(config) == [
        ("https://letter.example.org/p/gates", "Gates – again", "2024-06-20T01:04:05Z")
    ]
    assert tree(config.output) == from_nothing(config, tmp_path / "again")
    synced(config, [put(post, b"<p>They are open.</p>")])
    assert tree(config.output) == from_nothing(config, tmp_path / "and again")


def told(config: Config) -> list[tuple[str, str, str]]:
    items = json.loads((config.output / "all/feed.json").read_text("utf-8"))["items"]
    return [(item["url"], item["title"], item["date_published"]) for item in items]
