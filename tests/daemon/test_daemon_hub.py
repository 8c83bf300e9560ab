"""A running daemon and a hub that fetches from it what it is told of."""

from __future__ import annotations

import signal
import socket
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from daemons import Daemon, Place, snapshot, until
from hubs import Hub
from serving import figures

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DOCUMENTS = {
    f"{feed}/{name}"
    for feed in ("all", "source/news.example")
    for name in ("atom.xml", "feed.json", "rss.xml")
}


@pytest.fixture
def hub() -> Iterator[Hub]:
    with Hub(fetches=True) as running:
        yield running


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A socket for the daemon to serve at, so that its address is known before."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        yield listening


@pytest.fixture
def place(tmp_path: Path, hub: Hub, listener: socket.socket) -> Place:
    base = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    config = f'limit = 0\nbase_url = "{base}"\n'
    place = Place(tmp_path, f'{config}[websub]\nhub = "{hub.url}"\n')
    place.drop("1.md", snapshot(1))
    return place


def running(place: Place, listener: socket.socket) -> Daemon:
    return Daemon(place, serves=True, handed_over=listener)


def heard(hub: Hub, text: str) -> set[str]:
    """Return the documents of which the hub has fetched a version with a text."""
    return {
        path
        for path, ping in zip(hub.topics(), tuple(hub.pings), strict=False)
        if text.encode() in ping.content
    }


def test_the_hub_hears_of_each_change_when_it_is_in_place(
    place: Place, hub: Hub, listener: socket.socket
) -> None:
    hub.answer(500, 204)
    with running(place, listener) as daemon:
        until(lambda: heard(hub, "END-1") == DOCUMENTS, "the hub hears of the first sync")
        until(lambda: daemon.log("hub accepts pings again"), "it is said to be well")
        assert len(daemon.log("hub ping failed; will retry")) == 1
        for number in (2, 3):
            hub.pings.clear()
            place.drop(f"{number}.md", snapshot(number))
            until(lambda n=number: heard(hub, f"END-{n}") == DOCUMENTS, "the hub hears of it")  # type: ignore[misc]
            # Nothing was told before it could be fetched, and nothing else was told.
            assert all(f"END-{number}".encode() in ping.content for ping in hub.pings)
            assert len(hub.pings) == len(DOCUMENTS)
            for ping in hub.pings:
                assert ping.link == f'<{hub.url}>; rel="hub", <{ping.topic}>; rel="self"'
            # The same words again: no file changes, and the next change is all that is told.
            place.drop("1.md", snapshot(1))
        assert all(line["hub"] == hub.name for line in daemon.log("hub pinged"))
        daemon.stop()


def test_a_hub_that_hangs_delays_no_change_and_no_stop_and_is_told_later(
    place: Place, hub: Hub, listener: socket.socket
) -> None:
    hub.hold.clear()
    index = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    with running(place, listener) as daemon:
        until(lambda: hub.pings, "the hub is being told")
        assert figures(index)["refeed_hub_documents_owed",] == len(DOCUMENTS)
        for number in (2, 3):
            place.drop(f"{number}.md", snapshot(number))
            until(lambda n=number: n in place.numbers(), "it is published")  # type: ignore[misc]
        assert len(hub.pings) == 1
        daemon.stop()
    hub.hold.set()
    with running(place, listener):
        until(lambda: heard(hub, "END-3") == DOCUMENTS, "the hub hears of it after a restart")
        until(lambda: not figures(index)["refeed_hub_documents_owed",], "nothing more is owed")
        assert figures(index)["refeed_hub_rounds_total", "succeeded"] == 1


def test_a_reload_names_another_hub_and_takes_it_away(
    place: Place, hub: Hub, listener: socket.socket
) -> None:
    hub.headers = {"Retry-After": "3600"}
    hub.answer(503, 503)
    with Hub(fetches=True) as other, running(place, listener) as daemon:
        until(lambda: daemon.log("hub ping failed; will retry"), "it is tried")
        place.configure(place.config.replace(hub.url, other.url))
        daemon.signal(signal.SIGHUP)
        until(lambda: heard(other, other.url) == DOCUMENTS, "the other hub hears of its feeds")
        assert all(other.url in ping.link for ping in other.pings)
        other.pings.clear()
        place.configure(place.config.partition("[websub]")[0])
        daemon.signal(signal.SIGHUP)
        name = other.name.encode()
        until(lambda: name not in (place.output / "all/rss.xml").read_bytes(), "it is gone")
        place.drop("2.md", snapshot(2))
        until(lambda: 2 in place.numbers(), "another change")
        daemon.stop()
        assert other.pings == []
    assert len(hub.pings) == 1
