"""Pages of a server on this machine, as Chromium saves them in MHTML, wget in WARC and as files."""

from __future__ import annotations

import json
import shutil
import subprocess
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from archives import config_in, synced
from refeed.reading import read
from warcs import page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

WORDS = "nobody has heard it do so"
CHINESE = (
    "<p>这条河上的渡船没有发动机，靠一根缆绳和水流每天来回十二次，人们已经习惯了它的安静。</p>" * 8
)
DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6364f8cf500f0003060180"
    "5a34f7da0000000049454e44ae426082"
)


class _Quiet(SimpleHTTPRequestHandler):
    extensions_map = {**SimpleHTTPRequestHandler.extensions_map, "": "text/html"}  # noqa: RUF012

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site of two articles, one of them in GBK, with a picture and a frame."""
    folder = tmp_path_factory.mktemp("site")
    shown = '<figure><img src="/dot.png"><figcaption>A dot.</figcaption></figure>'
    frame = '<iframe src="/frame.html"></iframe><a href="/zh.html">next</a>'
    (folder / "2019").mkdir()
    links = '<a href="/2019/ferry#banks">1</a> <a href="/2019/mill?by=ann">2</a>'
    for name in ("ferry", "mill"):
        (folder / "2019" / name).write_text(page(f"The {name}", body=links))
    (folder / "index.html").write_text(page("The ferry", body=shown + frame))
    (folder / "frame.html").write_text(page("Boats for sale"))
    head = '<meta charset="gb2312">'
    (folder / "zh.html").write_bytes(
        page("河上的渡船", sentences=0, head=head, body=CHINESE).encode("gb18030")
    )
    (folder / "dot.png").write_bytes(DOT)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_page_saved_by_chromium(chromium: Browser, site: str) -> None:
    visited = chromium.new_page()
    visited.goto(f"{site}/?utm_source=feed")
    session = visited.context.new_cdp_session(visited)
    data = session.send("Page.captureSnapshot", {"format": "mhtml"})["data"].encode()
    visited.close()
    reading = read(data, path="The ferry.mhtml", modified=0, timezones={})
    (snapshot,) = reading.snapshots
    assert (snapshot.url, snapshot.title) == (f"{site}/?utm_source=feed", "The ferry")
    assert snapshot.origins.instant == "saved date"
    assert WORDS in snapshot.html
    assert "Boats" not in snapshot.html
    assert [tuple(each) for each in snapshot.pictures] == [
        (f"{site}/dot.png", "image/png", len(DOT))
    ]
    assert reading.problems == ()


def test_a_page_in_gbk_saved_by_chromium(chromium: Browser, site: str) -> None:
    visited = chromium.new_page()
    visited.goto(f"{site}/zh.html")
    session = visited.context.new_cdp_session(visited)
    data = session.send("Page.captureSnapshot", {"format": "mhtml"})["data"].encode()
    visited.close()
    (snapshot,) = read(data, path="a.mhtml", modified=0, timezones={}).snapshots
    assert snapshot.title == "河上的渡船"
    assert "靠一根缆绳和水流" in snapshot.html


@pytest.mark.parametrize("options", [[], ["--no-warc-compression"]], ids=["gzip", "plain"])
def test_a_crawl_by_wget(site: str, tmp_path: Path, options: list[str]) -> None:
    wget = shutil.which("wget")
    if not wget:
        pytest.skip("wget is not installed")
    command = [wget, "-q", "-r", "-p", "--warc-file=crawl", *options, f"{site}/index.html"]
    subprocess.run(command, cwd=tmp_path, check=True, timeout=60)
    (file,) = tmp_path.glob("crawl.warc*")
    reading = read(file.read_bytes(), path=file.name, modified=0, timezones={})
    found = {snapshot.url: snapshot for snapshot in reading.snapshots}
    assert set(found) == {f"{site}/index.html", f"{site}/zh.html"}
    assert WORDS in found[f"{site}/index.html"].html
    assert "靠一根缆绳和水流" in found[f"{site}/zh.html"].html
    assert [tuple(each) for each in found[f"{site}/index.html"].pictures] == [
        ("/dot.png", "image/png", len(DOT))
    ]
    assert reading.problems == ()


@pytest.mark.parametrize("options", [[], ["-E"], ["-E", "-k"]], ids=" ".join)
def test_a_mirror_by_wget(site: str, tmp_path: Path, options: list[str]) -> None:
    wget = shutil.which("wget")
    if not wget:
        pytest.skip("wget is not installed")
    config = config_in(tmp_path, formats=["json"])
    config.seeds[0].mkdir(exist_ok=True)
    command = [wget, "-q", "-m", "-p", *options, f"{site}/2019/ferry"]
    subprocess.run(command, cwd=config.seeds[0], check=True, timeout=60)
    report = synced(config)
    assert report.rejected == ()
    items = json.loads((config.output / "all/feed.json").read_text("utf-8"))["items"]
    # With -k the links to the page's own parts name the file, too.
    end = ".html" if "-k" in options else ""
    assert {item["url"] for item in items} == {
        f"{site}/2019/ferry{end}",
        f"{site}/2019/mill?by=ann",
    }
