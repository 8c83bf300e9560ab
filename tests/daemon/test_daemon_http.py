"""The server in the daemon by itself: where it listens after each configuration, what it tells."""

from __future__ import annotations

import io
import json
import os
import socket
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from archives import Article, config_in, put
from refeed.config import Listen, Server, derive_base_url
from refeed.daemon.health import STUCK_SECONDS, Health
from refeed.daemon.http import DaemonServer
from refeed.daemon.loop import Daemon
from refeed.daemon.syncer import Syncer
from refeed.daemon.systemd import Notifier
from refeed.locks import DaemonLock, read_daemon_status
from refeed.log.logger import LogLevel, make_logger
from refeed.publish.output_lock import OutputLock
from refeed.seeds.changes import always_settled
from refeed.server import ListenError, inherit_sockets
from refeed.websub.rounds import PingRound
from serving import ANYWHERE, RSS, ask, connect, exchange, figures, parsed, publish

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from refeed.config import Config

SECRET = "3kTz0QmB7vYw1LxA"  # noqa: S105 - of these tests only
PORT = Server(listen=ANYWHERE)


class Bench:
    """What a `DaemonServer` works with, and what it has logged."""

    def __init__(self, folder: Path) -> None:
        self.config = replace(config_in(folder), server=PORT)
        self.lock = DaemonLock(self.config.state, "now")
        self._written = io.StringIO()
        self.log = make_logger("json", self._written, {})
        publish(self.config.output)

    def serving(self, config: Config, *sockets: socket.socket) -> closing[DaemonServer]:
        return closing(DaemonServer(config, self.log, self.lock, sockets))

    def logged(self, message: str) -> list[dict[str, Any]]:
        lines = map(json.loads, self._written.getvalue().splitlines())
        return [line for line in lines if line["message"] == message]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    bench.lock.close()


def port_of(address: str) -> int:
    return int(address.split("/")[2].rpartition(":")[2])


def test_it_stays_where_it_is_when_the_new_address_can_not_be_had(bench: Bench) -> None:
    with (
        bench.serving(bench.config) as serving,
        socket.create_server(("127.0.0.1", 0)) as other,
    ):
        (before,) = serving.addresses
        taken = Listen("127.0.0.1", other.getsockname()[1])
        with pytest.raises(ListenError, match="in use") as told:
            serving.apply(replace(bench.config, server=Server(listen=taken)))
        assert "--no-server" in told.value.hint
        assert serving.addresses == [before]
        assert ask(before, "/all/rss.xml").body == RSS


def test_one_address_can_be_exchanged_for_all_with_the_same_port(bench: Bench) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    here = replace(bench.config, server=Server(listen=Listen("127.0.0.1", port)))
    with bench.serving(here) as serving:
        everywhere = Server(listen=Listen("0.0.0.0", port))  # noqa: S104 - for a moment
        serving.apply(replace(here, server=everywhere, base_url=derive_base_url(everywhere)))
        assert serving.addresses == [f"http://127.0.0.1:{port}/"]
        (warned,) = bench.logged(
            "feeds name an address that only this machine reaches; set base_url for others"
        )
        assert warned["base_url"] == f"http://127.0.0.1:{port}/"
        assert "0.0.0.0" not in str(bench.logged("serving"))  # noqa: S104 - not listened at here
        with pytest.raises(ListenError):
            serving.apply(replace(here, server=Server(listen=Listen("192.0.2.1", port))))
        assert ask(f"http://127.0.0.1:{port}/", "/all/rss.xml").body == RSS


def test_the_host_of_base_url_is_answered_and_another_one_after_a_reload(bench: Bench) -> None:
    request = b"GET /all/rss.xml HTTP/1.0\r\nHost: feeds.example.org\r\n\r\n"
    with bench.serving(replace(bench.config, base_url="https://feeds.example.org/")) as serving:
        (index,) = serving.addresses
        assert parsed(exchange(index, request)).body == RSS
        serving.apply(replace(bench.config, base_url="https://other.example.org/"))
        assert parsed(exchange(index, request)).status == 421


def test_another_secret_holds_on_the_connections_that_there_are(bench: Bench) -> None:
    with bench.serving(bench.config) as serving:
        (index,) = serving.addresses
        with connect(index):
            hidden = Server(listen=ANYWHERE, secret_path=SECRET)
            serving.apply(replace(bench.config, server=hidden))
            assert ask(index, "/all/rss.xml").status == 404
            assert ask(index, f"/{SECRET}/all/rss.xml").body == RSS
    (told,) = bench.logged("serving")
    assert told["index"] == f"{index}…/"
    assert SECRET not in str(read_daemon_status(bench.config.state))


def test_another_output_is_served_once_something_is_published_there(bench: Bench) -> None:
    put(bench.config.seeds[0] / "1.md", Article(title="A new river"))
    other = replace(bench.config, output=bench.config.output.with_name("other"))
    syncer = Syncer(other, 1, bench.log, bench.lock, OutputLock("refeed run"), lambda: None)
    with bench.serving(bench.config) as serving:
        (index,) = serving.addresses
        serving.apply(other)
        assert ask(index, "/all/rss.xml").body == RSS
        serving.note_sync(syncer.sync(None, always_settled))
        assert b"A new river" in ask(index, "/all/rss.xml").body
    syncer.stop()


def test_it_can_be_switched_off_and_on(bench: Bench) -> None:
    off = replace(bench.config, server=Server(enabled=False))
    with bench.serving(off) as serving:
        assert serving.addresses == []
        serving.apply(bench.config)
        (index,) = serving.addresses
        assert ask(index, "/all/rss.xml").body == RSS
        serving.apply(off)
        with pytest.raises(ConnectionRefusedError):
            connect(index)


def test_sockets_from_systemd_outlast_being_switched_off(bench: Bench) -> None:
    off = replace(bench.config, server=Server(enabled=False))
    with (
        socket.create_server(("127.0.0.1", 0)) as listening,
        bench.serving(off, listening) as serving,
    ):
        assert bench.logged("systemd's sockets are not used")
        for _ in range(2):
            serving.apply(bench.config)
            assert port_of(serving.addresses[0]) == listening.getsockname()[1]
            assert ask(serving.addresses[0], "/all/rss.xml").body == RSS
            serving.apply(off)


def test_what_systemd_says_of_sockets_is_not_inherited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LISTEN_PID", str(os.getpid()))
    monkeypatch.setenv("LISTEN_FDS", "0")
    monkeypatch.setenv("LISTEN_FDNAMES", "")
    assert inherit_sockets(os.environ, os.getpid()) == []
    assert not [name for name in os.environ if name.startswith("LISTEN_")]


@pytest.mark.parametrize(
    ("stated", "formats", "subscribe", "warned"),
    [
        ("http://127.0.0.1:8080/", ("rss", "atom"), "{index}all/atom.xml", True),
        ("https://a.example/", ("rss", "json"), "https://a.example/all/rss.xml", False),
        ("https://a.example/", ("html",), None, False),
    ],
)
def test_the_address_to_subscribe_to_is_told(
    bench: Bench, stated: str, formats: tuple[str, ...], subscribe: str | None, *, warned: bool
) -> None:
    config = replace(bench.config, base_url=stated, formats=formats)
    with bench.serving(config) as serving:
        serving.announce()
        (index,) = serving.addresses
    (told,) = bench.logged("serving")
    assert told["index"] == index
    assert told.get("subscribe") == (subscribe and subscribe.format(index=index))
    another = "feeds name another address than they are served at; set base_url"
    assert bool(bench.logged(another)) is warned
    assert (read_daemon_status(config.state) or {})["addresses"] == [index]


def test_health(tmp_path: Path) -> None:
    now = [1000.0]
    health = Health(tmp_path, lambda: now[0])
    assert health.find_problem() == "nothing is published yet: the first sync is under way"
    (tmp_path / "feeds.opml").touch()
    assert health.find_problem() == ""
    now[0] += STUCK_SECONDS + 1
    assert health.find_problem() == "the loop is stuck: no heartbeat for 61 s"
    health.beat()
    assert health.find_problem() == ""
    health.problem = "the last sync failed: No space left on device"
    assert health.find_problem() == health.problem
    health.problem, health.has_published = "", True
    (tmp_path / "feeds.opml").unlink()
    assert health.find_problem() == ""
    tmp_path.rmdir()
    assert "can't be read" in health.find_problem()


def test_the_loop_gives_signs_of_life_in_the_midst_of_a_sync_too(bench: Bench) -> None:
    now = [1000.0]
    off = replace(bench.config, server=Server(enabled=False))
    with bench.serving(off) as serving:
        serving.health = Health(off.output, lambda: now[0])
        lock = OutputLock("refeed run")
        daemon = Daemon(
            off, lambda: off, 1, bench.log, LogLevel(), Notifier(), bench.lock, lock, serving
        )
        for sign in (daemon._tick, daemon._beat):  # noqa: SLF001 - what the loop does
            now[0] += STUCK_SECONDS + 1
            assert "stuck" in serving.health.find_problem()
            sign()
            assert serving.health.find_problem() == ""
        daemon._stopping = True  # noqa: SLF001 - a signal's timer would end the tests as well
        daemon.run()


def test_sizes_are_those_of_the_files_after_each_sync(bench: Bench) -> None:
    syncer = Syncer(bench.config, 1, bench.log, bench.lock, OutputLock("refeed run"), lambda: None)
    seeds = bench.config.seeds[0]

    def sizes_after_a_sync_of(name: str) -> dict[str, float]:
        serving.note_sync(syncer.sync([seeds / name], always_settled))
        counted = figures(serving.addresses[0])
        return {key[1]: counted[key] for key in counted if key[0] == "refeed_feed_size_bytes"}

    def on_disk(feed: str) -> int:
        folder = bench.config.output / feed
        return sum((folder / name).stat().st_size for name in ("rss.xml", "atom.xml", "feed.json"))

    with bench.serving(replace(bench.config, formats=("rss", "atom", "json"))) as serving:
        syncer.config = replace(bench.config, formats=("rss", "atom", "json"))
        for number, host in enumerate(("a.example", "b.example", "a.example")):
            put(seeds / f"{number}.md", Article(url=f"http://{host}/{number}", instant=10**12))
            found = sizes_after_a_sync_of(f"{number}.md")
            assert found == {name: on_disk(name) for name in found}
            assert {"all", f"source/{host}"} <= found.keys()
        (seeds / "1.md").unlink()
        assert sizes_after_a_sync_of("1.md").keys() == {"all", "source/a.example"}
    syncer.stop()


def test_what_became_of_telling_the_hub_is_counted(bench: Bench) -> None:
    owed = {"all/atom.xml": 1, "all/rss.xml": 2, "a/atom.xml": 3, "a/rss.xml": 4}
    paid = {"all/atom.xml": 1, "all/rss.xml": 2, "a/atom.xml": 3}
    failed = PingRound("hub", owed, paid, 2, {"404 Not Found": ["a/atom.xml"]}, "no answer")
    with bench.serving(bench.config) as serving:
        index = serving.addresses[0]
        assert figures(index)["refeed_hub_documents_total", "given_up"] == 0
        serving.note_ping_round(failed, paid, {"a/rss.xml": 4})
        assert figures(index)["refeed_hub_documents_owed",] == 1
        serving.note_ping_round(
            PingRound("hub", {"a/rss.xml": 4}, problem="no answer"), {"a/rss.xml": 4}, {}
        )
        serving.note_ping_round(
            PingRound("hub", {"a/rss.xml": 5}, {"a/rss.xml": 5}, 1), {"a/rss.xml": 5}, {}
        )
        found = figures(index)
    assert found["refeed_hub_documents_owed",] == 0
    counted = [
        found["refeed_hub_documents_total", each] for each in ("taken", "refused", "given_up")
    ]
    assert counted == [3, 1, 1]
    assert found["refeed_hub_rounds_total", "failed"] == 2
    assert found["refeed_hub_rounds_total", "succeeded"] == 1
