"""`refeed fetch` fills the store with what entries show; what came is published once."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING, Any

import pytest

from archives import run
from daemons import environment, until
from picture_hosts import PictureHost, endless, reply
from refeed.pictures.identify import is_named_by
from stored_pictures import gzip_bomb, open_store, png, png_bomb

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from http.server import BaseHTTPRequestHandler as Handler
    from pathlib import Path


class Site:
    """A folder of snapshots that show pictures of a host, and a store for them."""

    def __init__(self, folder: Path, articles: Sequence[str], more: str = "") -> None:
        self.folder = folder
        (folder / "seeds").mkdir()
        for number, html in enumerate(articles):
            self.write(number, html)
        (folder / "refeed.toml").write_text(
            'base_url = "https://feeds.example/"\nlimit = 0\n'
            '[images]\nmode = "local"\nstore = "pictures"\n'
            + (more or 'allow_private = ["127.0.0.1"]\n')
        )

    def write(self, number: int, html: str) -> None:
        text = (
            f"<!--{1_600_000_000_000 + number * 60_000}-->\n"
            f"[Title {number}](http://news.example/{number})\n------\n\n"
            f"<p>Text of article {number}.</p>\n{html}\n"
        )
        (self.folder / "seeds" / f"{number}.md").write_text(text)

    def refeed(self, *arguments: str, code: int = 0) -> str:
        done = run(*arguments, folder=self.folder)
        assert done.returncode == code, done.stderr
        return done.stdout + done.stderr

    def items(self) -> list[Mapping[str, Any]]:
        """Return the entries, oldest first."""
        feed = json.loads((self.folder / "feeds/all/feed.json").read_bytes())
        return sorted(feed["items"], key=lambda item: item["date_published"])

    def shown(self) -> list[str]:
        """Return the addresses of the pictures that entries show, oldest first."""
        return [
            address
            for item in self.items()
            for address in re.findall(r'src="([^"]+)"', item["content_html"])
        ]


def test_a_store_that_is_not_mounted_is_not_begun_anew(tmp_path: Path) -> None:
    with PictureHost({"/a.png": png(1)}) as host:
        site = Site(tmp_path, [f'<img src="{host.url("/a.png")}">'])
        site.refeed("rebuild")
        store = tmp_path / "pictures"
        store.rename(tmp_path / "unmounted")
        for options in ((), ("--dry-run",)):
            said = site.refeed("fetch", *options, code=2)
            assert f"the picture store {store} isn't there" in said
        assert not store.exists()
        (tmp_path / "unmounted").rename(store)
        assert "fetched  1 picture" in site.refeed("fetch")


def test_a_picture_is_published_when_it_has_come(tmp_path: Path) -> None:
    with PictureHost({"/a.png": png(1)}) as host:
        address = host.url("/a.png")
        site = Site(tmp_path, [f'<p><img src="{address}" alt="A boat" width="20"></p>'])
        site.refeed("rebuild")
        assert site.shown() == [address]
        before = site.items()
        assert "fetched  1 picture" in site.refeed("fetch")
        site.refeed("rebuild")
        assert re.fullmatch(r"https://feeds\.example/media/[0-9a-f]{32}\.png", site.shown()[0])
        after = site.items()
        assert 'width="20" height="15"' in after[0]["content_html"]
        dates = [(item["date_published"], item.get("date_modified")) for item in before]
        assert dates == [(item["date_published"], item.get("date_modified")) for item in after]
        file = tmp_path / "feeds" / site.shown()[0].removeprefix("https://feeds.example/")
        assert file.read_bytes() == png(1)
        assert "unchanged" in site.refeed("rebuild")
    assert host.asked[0].headers["referer"] == "http://news.example/0"
    assert "+https://feeds.example/" in host.asked[0].headers["user-agent"]


def test_what_is_there_is_not_asked_for_again(tmp_path: Path) -> None:
    with PictureHost({"/a.png": png(1)}) as host:
        site = Site(tmp_path, [f'<img src="{host.url(path)}">' for path in ("/a.png", "/gone.png")])
        site.refeed("rebuild")
        site.refeed("fetch")
        said = site.refeed("fetch")
        assert "there    1 of 2" in said
        assert "missing  1: it answered 404" in said
        assert "waiting  1" in said
    assert sorted(host.paths()) == ["/a.png", "/gone.png"]


def test_nobody_is_asked_before_it_is_told_to(tmp_path: Path) -> None:
    with PictureHost({"/a.png": png(1)}) as host:
        site = Site(tmp_path, [f'<img src="{host.url("/a.png")}">'])
        site.refeed("rebuild")
        site.refeed("status")
        assert "would ask for 1 picture" in site.refeed("fetch", "--dry-run")
        assert host.asked == []
        assert not list((tmp_path / "pictures").glob("??/*"))


def test_without_a_store_there_is_nothing_to_fetch(tmp_path: Path) -> None:
    (tmp_path / "seeds").mkdir()
    (tmp_path / "refeed.toml").write_text("")
    site = Site.__new__(Site)
    site.folder = tmp_path
    assert 'images.mode is not "local"' in site.refeed("fetch", code=1)


def test_kills_amid_a_fetch_leave_whole_files(tmp_path: Path) -> None:
    data = [png(number, 400, 30) for number in range(8)]
    pages = {f"/{number}.png": data[number % 8] + bytes(number) for number in range(200)}
    with PictureHost(pages) as host:
        site = Site(tmp_path, [f'<img src="{host.url(path)}">' for path in pages])
        site.refeed("rebuild")
        store = tmp_path / "pictures"
        for wanted in (3, 20, 60):
            process = subprocess.Popen(
                [sys.executable, "-m", "refeed", "fetch", "-q"], cwd=tmp_path, env=environment()
            )
            until(lambda: len(list(store.glob("??/*.png"))) >= wanted, "pictures", 60)  # noqa: B023
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            files = [file for file in store.glob("??/*.png") if file.name[0] != "."]
            assert all(is_named_by(file.name, file.read_bytes()) for file in files)
        assert "there    200 of 200" in site.refeed("fetch")
        assert not list(store.glob("??/.*"))


def test_a_store_in_use_is_said(tmp_path: Path) -> None:
    with PictureHost({"/a.png": png(1)}) as host:
        site = Site(tmp_path, [f'<img src="{host.url("/a.png")}">'])
        site.refeed("rebuild")
        with closing(open_store(tmp_path / "pictures")) as store, store.lock():
            assert "another process is fetching" in site.refeed("fetch", code=2)


@pytest.mark.parametrize("harm", ["delete", "damage"])
def test_a_picture_that_is_lost_is_fetched_again(tmp_path: Path, harm: str) -> None:
    with PictureHost({"/a.png": png(1)}) as host:
        address = host.url("/a.png")
        site = Site(tmp_path, [f'<img src="{address}">'])
        site.refeed("rebuild")
        site.refeed("fetch")
        site.refeed("rebuild")
        own = site.shown()
        assert own != [address]
        file = next((tmp_path / "pictures").glob("??/*.png"))
        file.unlink() if harm == "delete" else file.write_bytes(bytes(file.stat().st_size))
        if harm == "damage":
            next((tmp_path / "feeds/media").iterdir()).unlink()
        for _ in range(2):  # The first finds the damage.
            site.refeed("rebuild")
        assert site.shown() == [address]
        assert "fetched  1 picture" in site.refeed("fetch")
        site.refeed("rebuild")
        assert site.shown() == own


def test_a_hostile_answer_is_never_published(tmp_path: Path) -> None:
    bomb = (
        png(1)[:16] + (30_000).to_bytes(4) + (30_000).to_bytes(4) + png(1)[24:] + bytes(10_000_000)
    )
    drawing = (
        b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30" onload="alert(1)">'
        b'<script>alert(1)</script><path d="M0 0 L40 30 L20 7 Z M3 4 L7 8"/>'
        b'<image href="http://evil.example/x.png"/></svg>'
    )

    def page(handler: Handler) -> None:
        reply(handler, 200, b"<html><script>alert(1)</script></html>" * 9, Content_Type="image/png")

    pages = {"/bomb.png": bomb, "/page.png": page, "/drawing.svg": drawing}
    with PictureHost(pages) as host:  # type: ignore[arg-type]
        site = Site(tmp_path, [f'<img src="{host.url(path)}">' for path in pages])
        site.refeed("rebuild")
        said = site.refeed("fetch")
        assert "there    1 of 3" in said
        site.refeed("rebuild")
    published = [file.read_bytes() for file in (tmp_path / "feeds/media").iterdir()]
    assert len(published) == 1
    assert not re.search(b"script|onload|evil", published[0])


MEASURED = """
import re, runpy, sys
from pathlib import Path
sys.argv = ["refeed", "fetch"]
try:
    runpy.run_module("refeed", run_name="__main__")
finally:
    status = Path("/proc/self/status").read_text()
    print(re.search(r"VmHWM:\\s*(\\d+)", status)[1], file=sys.stderr)
"""
"""Fetches, and tells the most kilobytes that it had. What the kernel tells of a child that has
ended counts the memory of the process that started it, too."""


def test_memory_is_bounded_whatever_hosts_send(tmp_path: Path) -> None:
    packed = gzip_bomb(2_000_000_000)

    def announce(handler: Handler) -> None:
        reply(handler, 200, b"a", Content_Length="2000000000")

    def pack(handler: Handler) -> None:
        reply(handler, 200, packed, Content_Encoding="gzip", Content_Type="image/png")

    pages = {
        "/endless.png": endless,
        "/announced.png": announce,
        "/packed.png": pack,
        "/wide.png": png_bomb(30_000, 30_000, 4 * 30_000**2 + 30_000),
        "/deep.png": png_bomb(2_000, 2_000, 300_000_000),
    }
    for path in ("/wide.png", "/deep.png"):
        assert len(pages[path]) < 5_000_000  # type: ignore[arg-type]
    with ExitStack() as running:
        hosts = [
            running.enter_context(PictureHost(pages, f"127.0.0.{number}"))  # type: ignore[arg-type]
            for number in range(1, 7)
        ]
        shown = [f'<img src="{host.url(path)}">' for host in hosts for path in pages]
        # The sizes decide here, however long a busy machine takes.
        more = 'max_mb = 8\nmax_seconds = 3600\nallow_private = ["127.0.0.0/8"]\n'
        site = Site(tmp_path, shown, more)
        site.refeed("rebuild")
        done = subprocess.run(
            [sys.executable, "-c", MEASURED],
            cwd=tmp_path,
            env=environment(),
            capture_output=True,
            text=True,
            check=True,
        )
    # Six hosts at a time, each with a picture of 8 MB, and the interpreter.
    assert int(done.stderr.split()[-1]) < 200_000
    said = site.refeed("fetch")
    assert "missing  12: it is larger than 8 MB" in said
    assert "missing  18: what it answered is no picture that pages can show" in said
    assert not list((tmp_path / "pictures").glob("??/*"))


def test_a_host_that_the_configuration_permits_is_asked_at_once(tmp_path: Path) -> None:
    pages = {"/a.png": lambda handler: reply(handler, 200, png(1))}
    with PictureHost(pages) as host:
        site = Site(tmp_path, [f'<img src="{host.url("/a.png")}">'], "max_mb = 8\n")
        site.refeed("rebuild")
        refused = "missing  1: its host is not in the public Internet, nor in images.allow_private"
        assert refused in site.refeed("fetch")
        assert "waiting  1 for their next try" in site.refeed("fetch")
        with (tmp_path / "refeed.toml").open("a") as file:
            file.write('allow_private = ["127.0.0.1"]\n')
        assert "there    1 of 1 that entries show" in site.refeed("fetch")


def test_a_dry_run_makes_no_store(tmp_path: Path) -> None:
    site = Site(tmp_path, ['<img src="http://127.0.0.1/a.png">'])
    site.refeed("rebuild", "--dry-run")
    assert not (tmp_path / "pictures").exists()


def _age(site: Site, days: int) -> None:
    """Let some days pass since the last fetch."""
    with closing(open_store(site.folder / "pictures")) as store:
        store.catalogue.execute("UPDATE unshown SET since = since - ?", (days * 86_400,))


def _names(site: Site) -> set[str]:
    return {file.name for file in (site.folder / "pictures").glob("??/*")}


def test_what_no_entry_shows_any_more_is_deleted_when_that_is_wanted(tmp_path: Path) -> None:
    with PictureHost({"/a.png": png(1), "/b.png": png(2)}) as host:
        shown = [f'<img src="{host.url(path)}">' for path in ("/a.png", "/b.png")]
        site = Site(tmp_path, shown)
        site.refeed("rebuild")
        site.refeed("fetch")
        both = _names(site)
        site.write(1, "<p>Nothing to see.</p>")
        site.refeed("rebuild")
        site.refeed("fetch", "--prune", "30")
        _age(site, 29)
        assert "deleted" not in site.refeed("fetch", "--prune", "30")
        told = "1  more that no entry shows, 0.0 MB"
        assert (_names(site), told in site.refeed("status")) == (both, True)
        _age(site, 1)
        assert "would delete 1 picture" in site.refeed("fetch", "--prune", "30", "--dry-run")
        assert _names(site) == both
        assert "deleted  1 picture, 0.0 MB" in site.refeed("fetch", "--prune", "30")
        assert len(_names(site)) == 1
        assert "no entry shows" not in site.refeed("status")
        site.write(1, shown[1])
        site.refeed("rebuild")
        assert site.shown()[1] == host.url("/b.png")
        site.refeed("fetch")
        site.refeed("rebuild")
        assert _names(site) == both
        assert "media/" in site.shown()[1]


def test_what_is_shown_again_is_kept(tmp_path: Path) -> None:
    with PictureHost({"/a.png": png(1), "/b.png": png(2)}) as host:
        shown = [f'<img src="{host.url(path)}">' for path in ("/a.png", "/b.png")]
        site = Site(tmp_path, shown)
        site.refeed("rebuild")
        site.refeed("fetch")
        for html in ("<p>Nothing to see.</p>", shown[1], "<p>Nothing to see.</p>"):
            site.write(1, html)
            site.refeed("rebuild")
            assert "deleted" not in site.refeed("fetch", "--prune", "30")
            _age(site, 20)
        assert len(_names(site)) == 2


def test_a_store_that_others_show_pictures_of_is_not_pruned(tmp_path: Path) -> None:
    with PictureHost({"/a.png": png(1), "/b.png": png(2)}) as host:
        site = Site(tmp_path, [f'<img src="{host.url("/a.png")}">'])
        site.refeed("rebuild")
        site.refeed("fetch")
        site.refeed("rebuild", "--state", "other/state", "--output", "other/feeds")
        refused = site.refeed("fetch", "--prune", "30", code=2)
        assert f"{tmp_path}/other/state, too, show pictures of it" in refused
        assert "no entry shows" not in site.refeed("status")
        (note,) = re.findall(r"delete (\S+)\.\n", refused)
        (tmp_path / note).unlink()
        site.refeed("fetch", "--prune", "30")


def test_nothing_is_pruned_by_an_index_that_knows_nothing(tmp_path: Path) -> None:
    with PictureHost({"/a.png": png(1)}) as host:
        site = Site(tmp_path, [f'<img src="{host.url("/a.png")}">'])
        site.refeed("rebuild")
        site.refeed("fetch")
        for file in (tmp_path / ".refeed").glob("index.sqlite3*"):
            file.unlink()
        assert "Run refeed rebuild first." in site.refeed("fetch", "--prune", "1", code=2)
        assert len(_names(site)) == 1


def test_a_copy_of_a_state_folder_is_another_one(tmp_path: Path) -> None:
    with PictureHost({"/a.png": png(1)}) as host:
        site = Site(tmp_path, [f'<img src="{host.url("/a.png")}">'])
        site.refeed("rebuild")
        site.refeed("fetch")
        shutil.copytree(tmp_path / ".refeed", tmp_path / "copy")
        refused = site.refeed("fetch", "--state", "copy", "--prune", "1", code=2)
        assert f"{tmp_path}/.refeed, too, show pictures of it" in refused
