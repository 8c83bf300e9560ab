"""The icon is published, named and served, and somebody else's stays."""

from __future__ import annotations

import importlib.util
import json
import struct
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lxml import etree

from archives import Article, config_in, put, synced
from refeed.render.formats import MANIFEST
from refeed.render.icons import CONTENT_TYPES, load_icons
from refeed.server import HttpServer
from serving import ANYWHERE, ask

if TYPE_CHECKING:
    from refeed.config import Config

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "icons.py"


@pytest.fixture
def config(tmp_path: Path) -> Config:
    found = config_in(tmp_path, base_url="https://feeds.example.org/x/")
    put(found.seeds[0] / "a.md", Article())
    return found


def pixels(png: bytes) -> tuple[int, int, int]:
    """Return width, height, and how many bytes the rows of a PNG have."""
    width, height = struct.unpack(">II", png[16:24])
    data, at = b"", 8
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        chunk = png[at + 4 : at + 8 + length]
        assert zlib.crc32(chunk) == struct.unpack(">I", png[at + 8 + length : at + 12 + length])[0]
        data += chunk[4:] if kind == b"IDAT" else b""
        at += 12 + length
    return width, height, len(zlib.decompress(data))


def test_the_pictures_are_whole_and_square() -> None:
    icons = load_icons()
    assert pixels(icons["icon.png"]) == (512, 512, 512 * (1 + 512 * 4))
    _, kind, number = struct.unpack("<HHH", icons["favicon.ico"][:6])
    assert (kind, number) == (1, 2)
    for place, side in enumerate((16, 32)):
        entry = icons["favicon.ico"][6 + 16 * place : 22 + 16 * place]
        length, start = struct.unpack("<II", entry[8:])
        assert entry[:2] == bytes([side, side])
        assert pixels(icons["favicon.ico"][start : start + length])[:2] == (side, side)
    assert etree.fromstring(icons["icon.svg"]).tag == "{http://www.w3.org/2000/svg}svg"
    assert sum(map(len, icons.values())) < 6_000


def test_the_pictures_are_what_the_script_draws() -> None:
    spec = importlib.util.spec_from_file_location("icons", SCRIPT)
    assert spec
    assert spec.loader
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    # Other versions of zlib may pack it otherwise.
    side, ours = 32, load_icons()["favicon.ico"]
    assert pixels(script.draw_png(side)) == pixels(ours[ours.rindex(b"\x89PNG") :])


def test_the_icon_is_published_and_named(config: Config) -> None:
    synced(config)
    for name, data in load_icons().items():
        assert (config.output / name).read_bytes() == data
    address = "https://feeds.example.org/x/icon.png"
    feed = json.loads((config.output / "all" / "feed.json").read_bytes())
    assert (feed["icon"], feed["favicon"]) == (address, address)
    assert f"<icon>{address}</icon>" in (config.output / "all" / "atom.xml").read_text("utf-8")
    page = (config.output / "source" / "news.example.org" / "index.html").read_text("utf-8")
    assert '<link rel="icon" href="../../icon.svg" type="image/svg+xml">' in page


def test_the_server_answers_with_it(config: Config) -> None:
    synced(config)
    with HttpServer(config.output, ANYWHERE) as server:
        for name, data in load_icons().items():
            answer = ask(server.addresses[0], f"/{name}")
            assert (answer.status, answer.body) == (200, data)
            assert answer.headers["content-type"] == CONTENT_TYPES[name]
        assert ask(server.addresses[0], "/all/favicon.ico").status == 404


def test_a_deleted_or_changed_one_is_written_again(config: Config) -> None:
    synced(config)
    (config.output / "icon.svg").unlink()
    (config.output / "icon.png").write_bytes(b"x")
    synced(config)
    for name, data in load_icons().items():
        assert (config.output / name).read_bytes() == data


def test_somebody_elses_icon_stays_and_nothing_else_waits_for_it(config: Config) -> None:
    put(config.output / "favicon.ico", b"their own")
    for _ in range(2):
        synced(config)
        assert (config.output / "favicon.ico").read_bytes() == b"their own"
        assert "favicon.ico" not in (config.output / MANIFEST).read_text("utf-8").splitlines()
        assert (config.output / "icon.png").read_bytes() == load_icons()["icon.png"]
        assert (config.output / "all" / "rss.xml").is_file()


def test_it_is_known_as_refeeds_where_the_manifest_is_lost(config: Config) -> None:
    synced(config)
    (config.output / MANIFEST).unlink()
    synced(config)
    assert {*CONTENT_TYPES} <= {*(config.output / MANIFEST).read_text("utf-8").splitlines()}
