"""A running daemon fetches the pictures that entries show, and no feed waits for them."""

from __future__ import annotations

import json
import re
import signal
from threading import Event
from typing import TYPE_CHECKING

import pytest

from daemons import Daemon, Place, snapshot, until
from picture_hosts import PictureHost, reply
from stored_pictures import png

if TYPE_CHECKING:
    from collections.abc import Callable
    from http.server import BaseHTTPRequestHandler as Handler
    from pathlib import Path

CONFIG = """
base_url = "https://feeds.example/"
limit = 0
[images]
mode = "local"
store = "pictures"
fetch = true
allow_private = ["127.0.0.1"]
"""


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path, CONFIG)


def shown(place: Place) -> list[str]:
    """Return the addresses of the pictures that entries show."""
    try:
        feed = json.loads((place.output / "all/feed.json").read_bytes())
    except FileNotFoundError:
        return []
    return [
        address
        for item in feed["items"]
        for address in re.findall(r'<img[^>]* src="([^"]+)"', item["content_html"])
    ]


def test_pictures_come_while_feeds_go_on(place: Place) -> None:
    go_on = Event()

    def hesitate(handler: Handler) -> None:
        go_on.wait(60)
        reply(handler, 200, png(1))

    pages: dict[str, bytes | Callable[[Handler], None]] = {"/1.png": hesitate, "/2.png": png(2)}
    with PictureHost(pages) as host:
        place.drop("1.md", snapshot(1, text=f'See: <img src="{host.url("/1.png")}" alt="">'))
        with Daemon(place) as daemon:
            until(lambda: host.asked, "a request", 60)
            assert shown(place) == [host.url("/1.png")]
            # The host does not answer; another article is published meanwhile.
            place.drop("2.md", snapshot(2, text=f'See: <img src="{host.url("/2.png")}" alt="">'))
            until(lambda: len(shown(place)) == 2, "the second article", 60)
            go_on.set()
            until(
                lambda: all(
                    each.startswith("https://feeds.example/media/") for each in shown(place)
                ),
                "both pictures",
                120,
            )
            assert len(list((place.output / "media").iterdir())) == 2
            daemon.stop(signal.SIGTERM)
    counted = json.loads(place.refeed("status", "--json").stdout)["pictures"]
    assert (counted["shown"], counted["there"], counted["missing"]) == (2, 2, {})
    assert counted["unshown"] == 0
    place.await_rebuilt()


def test_a_daemon_that_is_stopped_does_not_wait_for_hosts(place: Place) -> None:
    go_on = Event()

    def hesitate(handler: Handler) -> None:
        go_on.wait(60)
        reply(handler, 200, png(1))

    with PictureHost({"/1.png": hesitate}) as host:
        place.drop("1.md", snapshot(1, text=f'See: <img src="{host.url("/1.png")}" alt="">'))
        with Daemon(place) as daemon:
            until(lambda: host.asked, "a request", 60)
            daemon.stop(signal.SIGTERM)
        go_on.set()
    assert "there" not in place.refeed("rebuild").stderr
    text = place.refeed("status").stdout
    assert "0 of 1 are in the picture store" in text
    assert "not asked for yet" in text
