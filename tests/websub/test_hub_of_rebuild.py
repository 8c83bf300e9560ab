"""`refeed rebuild` and a hub that fetches what it is told of."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

import pytest

from archives import DAY, SPRING, Article, put, run
from hubs import Hub
from refeed import __version__
from refeed.render.websub_topics import link_header
from refeed.server import HttpServer
from serving import ANYWHERE
from validity import faults

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hubs import Ping

FORMATS = {"rss.xml": "rss", "atom.xml": "atom", "feed.json": "json"}


@pytest.fixture
def hub() -> Iterator[Hub]:
    """A hub."""
    with Hub(fetches=True) as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path, hub: Hub) -> Iterator[Path]:
    """A folder with one article, a configuration that names the hub, and a server of the output."""
    base = ["http://127.0.0.1/"]
    link = partial(lambda path: link_header(hub.url, base[0], path))
    with HttpServer(tmp_path / "feeds", ANYWHERE, link=link) as server:
        base[0] = server.addresses[0]
        (tmp_path / "refeed.toml").write_text(
            f'base_url = "{base[0]}"\n[websub]\nhub = "{hub.url}"\n', encoding="utf-8"
        )
        put(tmp_path / "seeds/1.md", Article("https://news.example.org/1", "First"))
        yield tmp_path


def check(ping: Ping, folder: Path, hub: Hub) -> None:
    """Check that the hub fetched what is published, and that it names itself and the hub."""
    path = ping.topic.split("/", 3)[3]
    assert ping.content == (folder / "feeds" / path).read_bytes()
    assert ping.link == f'<{hub.url}>; rel="hub", <{ping.topic}>; rel="self"'
    name = FORMATS[path.rpartition("/")[2]]
    assert faults(name, ping.content) == []
    if name == "json":
        feed = json.loads(ping.content)
        assert feed["hubs"] == [{"type": "WebSub", "url": hub.url}]
        assert feed["feed_url"] == ping.topic
    else:
        assert f'href="{hub.url}" rel="hub"' in ping.content.decode()
        assert f'href="{ping.topic}" rel="self"' in ping.content.decode()


def test_the_hub_is_told_when_the_feeds_are_in_place(folder: Path, hub: Hub) -> None:
    for number, title in ((1, "First"), (2, "Second")):
        url = f"https://news.example.org/{number}"
        put(folder / f"seeds/{number}.md", Article(url, title, instant=SPRING + number * DAY))
        hub.pings.clear()
        done = run("rebuild", folder=folder)
        assert (done.returncode, "refeed:" in done.stderr) == (0, False)
        assert done.stdout.rstrip().endswith(f"{hub.name} was told of 6 feed documents")
        assert len(hub.pings) == 6
        for ping in hub.pings:
            check(ping, folder, hub)
            assert title.encode() in ping.content
            assert ping.headers["user-agent"] == f"refeed/{__version__}"


def test_a_hub_that_refuses_fails_nothing(folder: Path, hub: Hub) -> None:
    hub.answer(404, 404, 204, 410)
    done = run("rebuild", folder=folder)
    assert done.returncode == 0
    assert (folder / "feeds/all/rss.xml").is_file()
    assert f"{hub.name} was told of 3 feed documents" in done.stdout
    assert "refuses to be told of 2 feed documents: it answered 404 Not Found" in done.stderr
    assert "refuses to be told of 1 feed document: it answered 410 Gone" in done.stderr
    assert json.loads(run("status", "--json", folder=folder).stdout)["hub_owed"] == 0


def test_a_hub_that_wants_to_wait_is_told_by_the_next_run(folder: Path, hub: Hub) -> None:
    hub.answer(204, 503)
    hub.headers = {"Retry-After": "3600"}
    done = run("rebuild", folder=folder)
    assert done.returncode == 0
    assert "1 feed document" in done.stdout
    assert "could not be told of 5 feed documents: it answered 503" in done.stderr
    assert "the next run tries again" in done.stderr
    assert "hub        to be told of 5 feed documents" in run("status", folder=folder).stdout
    done = run("rebuild", folder=folder)
    assert f"{hub.name} was told of 5 feed documents" in done.stdout
    assert len(set(hub.topics())) == 6


def test_the_check_of_the_configuration_shows_the_hub(folder: Path, hub: Hub) -> None:
    assert f"hub       {hub.url}" in run("check", folder=folder).stdout
