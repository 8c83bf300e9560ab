"""A hundred pages with pictures, saved by four programs: is every picture published, and shown?

Pages of a server on this machine are saved by SingleFile, by Chromium as MHTML, in the shape in
which browsers save a page with a folder, and by wget as WARC. Then feeds of them are looked at in
Chromium without a network, and by newsboat.

Usage, from the repository's top: python -m benchmarks.carried_pictures [--pages 100]
    [--single-file PROGRAM]
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import socket
import sqlite3
import struct
import subprocess
import sys
import tempfile
import zlib
from base64 import b64decode
from collections import defaultdict
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING
from urllib.parse import quote

from playwright.sync_api import sync_playwright

from refeed.pictures.identify import identify
from refeed.server import HttpServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page, Route

_TOP = Path(__file__).parents[1]
_KINDS = {"rss": "rss", "atom": "atom", "feed": "json", "feeds": "opml"}
_SAVERS = ("singlefile", "mhtml", "folder", "warc")
_WHO = "miller baker warden teacher postman smith carter painter".split()
_DRAW = """([kind, number]) => {
  const canvas = document.createElement('canvas');
  canvas.width = 240; canvas.height = 160;
  const pen = canvas.getContext('2d');
  for (let i = 0; i < 40; i++) {
    pen.fillStyle = `hsl(${(number * 37 + i * 9) % 360} 60% ${20 + i}%)`;
    pen.fillRect((i * 53 + number) % 240, (i * 31 + number) % 160, 60, 40);
  }
  return canvas.toDataURL(kind).split(',')[1];
}"""
_SHOWN = """() => [...document.images].map(image => ({
  source: image.getAttribute('src'), width: image.naturalWidth, whole: image.complete
}))"""
_DOT = "data:image/gif;base64,R0lGODlhAQABAAAAACw="
_SCRIPT = (
    "<script>for (const image of document.querySelectorAll('img[data-src]')) "
    "image.src = image.dataset.src;</script>"
)


class Site:
    """The pages and their pictures, and which pictures were asked for."""

    def __init__(self, browser: Browser, pages: int) -> None:
        self.files: dict[str, tuple[str, bytes]] = {}
        self.asked: dict[int, set[str]] = defaultdict(set)
        painter = browser.new_page()
        for number in range(pages):
            self._add(painter, number)
        painter.close()

    def _add(self, painter: Page, number: int) -> None:
        def draw(kind: str, which: int) -> bytes:
            return b64decode(painter.evaluate(_DRAW, [f"image/{kind}", number * 4 + which]))

        pictures = {
            "photo.jpg": ("image/jpeg", draw("jpeg", 0)),
            "late.png": ("image/png", make_png(number)),
            "either.webp": ("image/webp", draw("webp", 1)),
            "either.jpg": ("image/jpeg", draw("jpeg", 1)),
            "twice.webp": ("application/octet-stream", draw("webp", 2)),
            "chart.svg": ("image/svg+xml", make_svg(number)),
            "dot.png": ("image/png", make_png(number, side=1)),
        }
        for name, (kind, data) in pictures.items():
            self.files[f"/{number}/{name}"] = kind, data
        self.files[f"/{number}/"] = "text/html; charset=utf-8", make_page(number).encode()

    def serve(self) -> ThreadingHTTPServer:
        """Begin to serve the pages."""
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = self.path.partition("?")[0]
                kind, data = site.files.get(path, ("", b""))
                if kind and not path.endswith("/"):
                    site.asked[int(path.split("/")[1])].add(path.split("/")[2])
                self.send_response(200 if kind else 404)
                self.send_header("Content-Type", kind or "text/plain")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                """Log nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=server.serve_forever, daemon=True).start()
        return server

    def expect(self, number: int) -> list[set[str]]:
        """Return the names of pictures that have to be published: one of each set."""
        asked = self.asked[number]
        groups = [["photo.jpg"], ["late.png"], ["either.webp", "either.jpg"], ["twice.webp"]]
        groups.append(["chart.svg"])
        found = []
        for group in groups:
            there = [name for name in group if name in asked]
            pictures = [identify(self.files[f"/{number}/{name}"][1]) for name in there]
            if there:
                found.append({picture.name for picture in pictures if picture})
        return found


def make_page(number: int) -> str:
    """Return an article with pictures in the ways in which pages show them."""
    shown = [
        '<figure><img src="photo.jpg" srcset="photo.jpg 1x"></figure>',
        # No script runs in wget.
        f'<img src="{_DOT}" data-src="late.png">' if _saver_of(number) != "warc" else "",
        '<picture><source srcset="either.webp" type="image/webp"><img src="either.jpg"></picture>',
        '<figure><img src="twice.webp" alt="a"></figure>',
        '<figure><img src="chart.svg" width="240" height="160"></figure>',
        '<img src="dot.png" width="1" height="1">',
    ]
    paragraphs = "".join(
        "<p>"
        + " ".join(
            f"On day {number * 9 + place} the {who} crossed the river by the ferry, as it is told."
            for who in _WHO
        )
        + f"</p>{each}"
        for place, each in enumerate(shown)
    )
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        f"<title>Crossing {number}</title>"
        f'<meta property="article:published_time" content="2024-{number % 12 + 1:02}-11T10:00:00Z">'
        f"</head><body><article><h1>Crossing {number}</h1>{paragraphs}"
        f"<p>The {_WHO[number % 8]} says that it was crossing number {number}.</p></article>"
        f"{_SCRIPT}</body></html>"
    )


def make_png(number: int, side: int = 90) -> bytes:
    """Return a picture that no other number has."""
    rows = b"".join(
        b"\0" + b"".join(bytes(((x * y + number) % 256, x % 256, y % 256)) for x in range(side))
        for y in range(side)
    )
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )


def make_svg(number: int) -> bytes:
    """Return a drawing."""
    points = " ".join(f"{x * 20},{(x * number * 7) % 150}" for x in range(12))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="240" height="160"><title>Crossings</title>'
        f'<polyline points="{points}" fill="none" stroke="#246"/></svg>'
    ).encode()


def _saver_of(number: int) -> str:
    return _SAVERS[number % len(_SAVERS)]


def save(site: str, browser: Browser, seeds: Path, pages: int, single_file: str) -> None:
    """Save a quarter of the pages by each program."""
    for number in range(pages):
        address = f"{site}/{number}/"
        match _saver_of(number):
            case "singlefile":
                program = shutil.which("chromium") or "chromium"
                arguments = ["--browser-executable-path", program, "--browser-arg=--no-sandbox"]
                target = seeds / f"{number}.html"
                # On a busy machine it misses its own script now and then.
                while not target.exists():
                    subprocess.run(
                        [single_file, *arguments, address, target], check=True, timeout=120
                    )
            case "mhtml":
                page = open_page(browser, address)
                session = page.context.new_cdp_session(page)
                data = session.send("Page.captureSnapshot", {"format": "mhtml"})["data"]
                (seeds / f"{number}.mhtml").write_bytes(data.encode())
                page.close()
            case "folder":
                save_with_folder(browser, address, seeds / f"Crossing {number}.html")
            case _:
                command = [
                    "wget",
                    "-q",
                    "-p",
                    "--delete-after",
                    f"--warc-file={seeds / str(number)}",
                ]
                with tempfile.TemporaryDirectory() as scratch:
                    subprocess.run([*command, address], cwd=scratch, check=False, timeout=60)


def open_page(browser: Browser, address: str) -> Page:
    """Open a page and wait for its pictures."""
    page = browser.new_page()
    page.goto(address, wait_until="networkidle")
    return page


def save_with_folder(browser: Browser, address: str, file: Path) -> None:
    """Save a page as browsers do: with what it shows in a folder beside it."""
    page = browser.new_page()
    loaded: dict[str, bytes] = {}
    page.on("response", lambda answer: loaded.setdefault(answer.url, b""))
    page.goto(address, wait_until="networkidle")
    folder = file.with_name(f"{file.stem}_files")
    folder.mkdir()
    html = page.content()
    for url in loaded:
        name = url.rpartition("/")[2]
        if name:
            (folder / name).write_bytes(page.request.get(url).body())
            html = re.sub(
                rf'(src|srcset)="{re.escape(name)}', rf'\1="./{quote(file.stem)}_files/{name}', html
            )
    page.close()
    marked = f"<!-- saved from url=({len(address):04}){address} -->\n{html}"
    file.write_text(marked, encoding="utf-8")


def rebuild(folder: Path, base_url: str) -> dict[str, bytes]:
    """Publish a folder's seeds, and return what is published."""
    (folder / "refeed.toml").write_text(
        f'seeds = ["seeds"]\noutput = "feeds"\nstate = "state"\nbase_url = "{base_url}"\n'
        "limit = 0\nmax_feed_kb = 0\n[cleaning]\nlearn = false\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "refeed", "rebuild", "-c", str(folder / "refeed.toml")]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    print(done.stdout.strip())
    output = folder / "feeds"
    return {
        str(file.relative_to(output)): file.read_bytes()
        for file in sorted(output.rglob("*"))
        if file.is_file() and file.name != ".refeed-lock"
    }


def compare(site: Site, published: dict[str, bytes], base_url: str) -> Iterator[str]:
    """Yield what is lost, twice there, or too much."""
    items = {
        int(item["title"].split()[-1]): item
        for item in json.loads(published["all/feed.json"])["items"]
    }
    names = {path.removeprefix("media/") for path in published if path.startswith("media/")}
    pattern = re.compile(rf'src="{re.escape(base_url)}media/([^"]+)"')
    wanted: set[str] = set()
    for number in range(len([path for path in site.files if path.endswith("/")])):
        saver = _saver_of(number)
        if number not in items:
            yield f"page {number} ({saver}) is not there"
            continue
        html = items[number]["content_html"]
        shown = pattern.findall(html)
        if len(shown) != len(set(shown)):
            yield f"page {number} ({saver}) shows a picture twice"
        for group in site.expect(number):
            if len(group & set(shown)) != 1:
                yield f"page {number} ({saver}) lacks one of {sorted(group)}"
        extra = set(shown) - set().union(*site.expect(number))
        if extra:
            yield f"page {number} ({saver}) shows what was not served: {sorted(extra)}"
        if "data:" in html or html.count("<img") != len(shown):
            yield f"page {number} ({saver}) shows a picture from elsewhere"
        wanted.update(shown)
    if wanted != names:
        yield f"{len(names - wanted)} files are shown by nothing, {len(wanted - names)} are missing"


def look(
    browser: Browser, folder: Path, published: dict[str, bytes], base_url: str
) -> Iterator[str]:
    """Yield what Chromium can't show, and where it asks for more than the folder has."""
    context = browser.new_context()
    outside: list[str] = []
    inside = (base_url, (folder / "feeds").as_uri(), "data:", "about:")

    def allow(route: Route) -> None:
        if route.request.url.startswith(inside):
            route.continue_()
        else:
            outside.append(route.request.url)
            route.abort()

    context.route("**/*", allow)
    page = context.new_page()
    looked = 0
    pages = [path for path in published if path.endswith(".html")]
    for top in (f"{(folder / 'feeds').as_uri()}/", base_url):
        for path in pages:
            page.goto(f"{top}{path}")
            yield from _check(page, f"{top}{path}")
            looked += len(page.query_selector_all("img"))
    for item in json.loads(published["all/feed.json"])["items"]:
        page.goto(f"{base_url}all/")
        bare = context.new_page()
        bare.set_content(item["content_html"])
        yield from _check(bare, item["title"])
        looked += len(bare.query_selector_all("img"))
        bare.close()
    print(f"Chromium showed {looked:,} images of {len(pages)} pages and all entries")
    if outside:
        yield f"requests left the folder: {sorted(set(outside))[:5]}"
    context.close()


def _check(page: Page, where: str) -> Iterator[str]:
    page.evaluate("() => { for (const i of document.images) i.loading = 'eager'; }")
    page.wait_for_function("() => [...document.images].every(i => i.complete)")
    for image in page.evaluate(_SHOWN):
        if not image["width"]:
            yield f"{where}: {image['source'][:100]} is not shown"


def read_with_newsboat(folder: Path, base_url: str, pages: int) -> Iterator[str]:
    """Yield what newsboat doesn't get."""
    home = folder / "newsboat"
    home.mkdir()
    (home / "urls").write_text(f"{base_url}all/atom.xml\n")
    (home / "config").write_text("use-proxy no\n")
    own = ["-u", "urls", "-C", "config", "-c", "cache.db"]
    subprocess.run(["newsboat", *own, "-x", "reload"], cwd=home, check=True, timeout=120)
    with closing(sqlite3.connect(home / "cache.db")) as cache:
        rows = cache.execute("SELECT content FROM rss_item").fetchall()
    shown = sum(content.count(f"{base_url}media/") for (content,) in rows)
    print(f"newsboat has {len(rows)} articles with {shown} pictures")
    if len(rows) != pages:
        yield f"newsboat has {len(rows)} of {pages} articles"


def validate(published: dict[str, bytes]) -> Iterator[str]:
    """Yield the faults of the feeds, as the tests know them."""
    sys.path.insert(0, str(_TOP / "tests"))
    from validity import faults

    for path, data in published.items():
        if path.endswith(("rss.xml", "atom.xml", "feed.json", "feeds.opml")):
            yield from (
                f"{path}: {fault}"
                for fault in faults(_KINDS[path.rpartition(".")[0].rpartition("/")[2]], data)
            )


def main() -> None:
    """Save the pages, publish them, and look at what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=100)
    parser.add_argument("--single-file", default=shutil.which("single-file") or "single-file")
    options = parser.parse_args()
    listening = socket.create_server(("127.0.0.1", 0))
    base_url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
    with tempfile.TemporaryDirectory() as work, sync_playwright() as driver:
        here, there = Path(work) / "here", Path(work) / "there"
        (here / "seeds").mkdir(parents=True)
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"))
        site = Site(browser, options.pages)
        web = site.serve()
        address = f"http://127.0.0.1:{web.server_port}"
        save(address, browser, here / "seeds", options.pages, options.single_file)
        web.shutdown()
        web.server_close()
        published = rebuild(here, base_url)
        media = [data for path, data in published.items() if path.startswith("media/")]
        print(f"{len(media)} pictures of {sum(map(len, media)) / 1e6:.1f} MB")
        problems = [*compare(site, published, base_url), *validate(published)]
        server = HttpServer(here / "feeds", sockets=[listening])
        server.start()
        problems += look(browser, here, published, base_url)
        problems += read_with_newsboat(here, base_url, options.pages)
        server.stop()
        browser.close()
        here.rename(there)
        if rebuild(there, base_url) != published:
            problems.append("moved, the folder is published otherwise")
        shutil.rmtree(there / "state")
        shutil.rmtree(there / "feeds")
        if rebuild(there, base_url) != published:
            problems.append("from nothing at another place, it is published otherwise")
    print("\n".join(problems) or "nothing is lost, nothing is there twice")
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
