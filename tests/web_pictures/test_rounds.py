"""A round asks each host for one picture at a time, and remembers what it was not given."""

from __future__ import annotations

from contextlib import closing
from threading import active_count
from typing import TYPE_CHECKING

import pytest

from picture_hosts import PictureHost, reply
from refeed.pictures.identify import prepare
from refeed.progress import Monitor, StopError
from refeed.web_pictures.access import parse_access
from refeed.web_pictures.answers import PictureRequest
from refeed.web_pictures.client import ClientRules, HostTurns, PictureClient
from refeed.web_pictures.rounds import (
    NO_PICTURE,
    STORE_FULL,
    FetchRound,
    compute_next_try,
    group_by_host,
)
from stored_pictures import open_store, png

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from http.server import BaseHTTPRequestHandler as Handler
    from pathlib import Path

    from refeed.web_pictures.rounds import RoundResult
    from refeed.web_pictures.store import PictureStore

NOW = 1_000_000
NAMES = ("one.example", "two.example", "three.example")


def run(
    store: PictureStore, urls: Iterable[str], *, most: int = 0, monitor: Monitor | None = None
) -> RoundResult:
    rules = ClientRules(parse_access(["127.0.0.1"]), "refeed/1", 1_000_000, 5)
    turns = HostTurns()

    def open_client() -> PictureClient:
        return PictureClient(rules, turns, lambda: NOW, lambda *_: ["127.0.0.1"])

    requests = group_by_host(PictureRequest(url, "") for url in urls)
    with store.lock():
        fetching = FetchRound(store, open_client, prepare, lambda: NOW, most)
        return fetching.run(requests, monitor or Monitor())


def test_each_host_is_asked_for_one_at_a_time(tmp_path: Path) -> None:
    pages = {f"/{number}.png": png(number) for number in range(20)}
    with PictureHost(pages) as host, closing(open_store(tmp_path)) as store:
        urls = [host.url(path, "one.example") for path in pages]
        result = run(store, urls)
        assert (result.fetched, result.failed, result.problem) == (20, {}, "")
        assert set(store.find(urls)) == set(urls)
    assert host.most_at_a_time == 1


def test_hosts_are_asked_at_the_same_time(tmp_path: Path) -> None:
    pages = {f"/{number}.png": png(number) for number in range(5)}
    with PictureHost(pages) as host, closing(open_store(tmp_path)) as store:
        urls = [host.url(path, name) for path in pages for name in NAMES]
        assert run(store, urls).fetched == len(urls)
        assert len(list(tmp_path.glob("??/*"))) == len(pages)


def test_a_failure_is_remembered_with_its_reason(tmp_path: Path) -> None:
    def page(handler: Handler) -> None:
        reply(handler, 200, b"<html>sign in</html>" * 20, ETag='"x"')

    with PictureHost({"/page.png": page}) as host, closing(open_store(tmp_path)) as store:
        gone, wrong = host.url("/gone.png"), host.url("/page.png")
        for failures in (1, 2):
            assert run(store, [gone, wrong]).failed == {"it answered 404": 1, NO_PICTURE: 1}
            attempts = store.catalogue.get_attempts([gone, wrong])
            assert {each.failures for each in attempts.values()} == {failures}
            assert attempts[gone].next_try == compute_next_try(failures, 0, NOW)
            assert (attempts[wrong].reason, attempts[wrong].etag) == (NO_PICTURE, '"x"')
    assert list(tmp_path.glob("??/*")) == []


@pytest.mark.parametrize("status", [429, 503])
def test_a_host_that_asks_to_wait_is_left_alone(tmp_path: Path, status: int) -> None:
    def wait(handler: Handler) -> None:
        reply(handler, status, Retry_After="50000")

    pages: dict[str, bytes | Callable[[Handler], None]] = {"/0.png": wait, "/1.png": png(1)}
    with PictureHost(pages) as host, closing(open_store(tmp_path)) as store:
        urls = [host.url(path) for path in pages]
        assert run(store, urls).failed == {f"it answered {status}": 1}
        assert store.catalogue.get_hosts()["127.0.0.1"].next_try == NOW + 50_000
        # That is nothing against the picture.
        assert store.catalogue.get_attempts(urls) == {}
        assert run(store, urls[1:]).fetched == 1
        assert store.catalogue.get_hosts() == {}
    assert host.paths() == ["/0.png", "/1.png"]


def test_a_host_that_fails_again_and_again_is_left_alone(tmp_path: Path) -> None:
    pages = {f"/{number}.png": lambda handler: reply(handler, 500) for number in range(9)}
    with PictureHost(pages) as host, closing(open_store(tmp_path)) as store:
        run(store, [host.url(path) for path in pages])
        assert store.catalogue.get_hosts()["127.0.0.1"].failures == 1
    assert len(host.asked) == 3


def test_a_host_without_an_address_is_asked_once(tmp_path: Path) -> None:
    with closing(open_store(tmp_path)) as store:
        urls = [f"http://127.0.0.1:1{number:03}/a.png" for number in range(100, 103)]
        result = run(store, urls)
        assert result.failed == {"its host can't be connected to": 1}


def test_a_full_store_ends_the_round(tmp_path: Path) -> None:
    pages = {f"/{number}.png": png(number) for number in range(9)}
    with PictureHost(pages) as host, closing(open_store(tmp_path)) as store:
        result = run(store, [host.url(path) for path in pages], most=2 * len(png(0)) + 100)
        assert (result.fetched, result.problem) == (2, STORE_FULL)
        assert store.catalogue.count_bytes() == result.bytes


def test_a_picture_of_several_addresses_takes_its_room_once(tmp_path: Path) -> None:
    pages = {f"/{number}.png": png(0) for number in range(5)}
    with PictureHost(pages) as host, closing(open_store(tmp_path)) as store:
        urls = [host.url(path) for path in pages]
        result = run(store, urls, most=len(png(0)))
        assert (result.fetched, result.problem) == (5, "")
        assert store.catalogue.count_bytes() == len(png(0))


def test_a_round_that_is_stopped_leaves_nothing_behind(tmp_path: Path) -> None:
    def stop() -> None:
        raise StopError

    pages = {f"/{number}.png": png(number) for number in range(50)}
    threads = active_count()
    with PictureHost(pages) as host, closing(open_store(tmp_path)) as store:
        urls = [host.url(path, name) for path in pages for name in NAMES]
        with pytest.raises(StopError):
            run(store, urls, monitor=Monitor(beat=stop))
        assert len(list(tmp_path.glob("??/*"))) <= 1
        assert not list(tmp_path.glob("??/.*"))
    assert active_count() <= threads + 1  # the host's own


def test_what_cannot_be_written_ends_the_round(tmp_path: Path) -> None:
    with PictureHost({"/0.png": png(0)}) as host, closing(open_store(tmp_path)) as store:
        for first in range(256):
            (tmp_path / f"{first:02x}").write_bytes(b"a file where a folder has to be")
        with pytest.raises(OSError, match=r"exists|directory"):
            run(store, [host.url("/0.png")])


def test_addresses_that_are_none_are_remembered(tmp_path: Path) -> None:
    with closing(open_store(tmp_path)) as store:
        result = run(store, ["https://", "nothing"])
        assert list(result.failed.values()) == [2]
