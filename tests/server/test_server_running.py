"""Where it listens, how it starts and ends, what it tells of itself, and the command."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import pytest

from daemons import HANDING_OVER
from refeed.config import Listen
from refeed.server import HttpServer, ListenError, Metrics, count_entries, inherit_sockets
from serving import ANYWHERE, RSS, ask, connect, drain, figures, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SECRET = "3kTz0QmB7vYw1LxA"  # noqa: S105 - of these tests only


@contextmanager
def started(
    command: list[str],
    **options: Any,  # noqa: ANN401 - those of Popen
) -> Iterator[subprocess.Popen[str]]:
    """Run a command that is not left running, whatever happens."""
    with subprocess.Popen(command, text=True, **options) as process:
        try:
            yield process
        finally:
            process.kill()


def test_it_listens_at_an_ipv6_address(output: Path) -> None:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        pytest.skip("this machine has no IPv6")
    with HttpServer(output, Listen("::1", 0)) as server:
        assert server.addresses[0].startswith("http://[::1]:")
        assert ask(server, "/all/rss.xml").body == RSS


def test_it_listens_at_a_unix_socket(output: Path, tmp_path: Path) -> None:
    path = tmp_path / "http.sock"
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    with HttpServer(output, Listen("", 0, str(path))) as server:
        assert server.addresses == (f"unix:{path}",)
        assert ask(server, "/all/rss.xml").body == RSS
        with pytest.raises(ListenError, match="in use"):
            HttpServer(output, Listen("", 0, str(path))).start()
    assert not path.exists()
    path.write_text("not a socket", encoding="ascii")
    with pytest.raises(ListenError, match="in use"):
        HttpServer(output, Listen("", 0, str(path))).start()
    assert path.exists()


def test_others_may_connect_to_a_unix_socket_whatever_the_umask(
    output: Path, tmp_path: Path
) -> None:
    path = tmp_path / "http.sock"
    before = os.umask(0o077)
    try:
        with HttpServer(output, Listen("", 0, str(path))):
            assert stat.S_IMODE(path.stat().st_mode) == 0o666
    finally:
        os.umask(before)


def test_an_address_in_use_is_told(server: HttpServer, output: Path) -> None:
    port = int(server.addresses[0].rstrip("/").rpartition(":")[2])
    second = HttpServer(output, Listen("127.0.0.1", port))
    with pytest.raises(ListenError, match=r"can't listen on 127\.0\.0\.1:\d+") as told:
        second.start()
    assert "server.listen" in told.value.hint
    second.stop()
    with pytest.raises(ListenError):
        HttpServer(output, Listen("192.0.2.1", 0)).start()


def test_a_start_for_which_there_are_too_few_descriptors_is_told(
    output: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_many() -> None:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    path = tmp_path / "http.sock"
    server = HttpServer(output, Listen("", 0, str(path)))
    with monkeypatch.context() as patched:
        patched.setattr("asyncio.events.new_event_loop", too_many)
        with pytest.raises(ListenError, match="Too many open files"):
            ThreadPoolExecutor(1).submit(server.start).result(10)
    assert not path.exists()
    with HttpServer(output, Listen("", 0, str(path))) as another:
        assert ask(another, "/all/rss.xml").body == RSS
    server.stop()


def test_it_stops_soon_whatever_clients_do(output: Path) -> None:
    (output / "bare" / "rss.xml").write_bytes(bytes(15_000_000))
    server = HttpServer(output, ANYWHERE)
    server.start()
    host, port = server.addresses[0].split("/")[2].split(":")
    with connect(server) as idle, connect(server) as halfway, connect(server) as taking:
        halfway.sendall(b"GET / HT")
        taking.sendall(b"GET /bare/rss.xml HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert taking.recv(10)
        begin = time.monotonic()
        server.stop()
        assert time.monotonic() - begin < 2
        assert drain(idle) == b""
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((host, int(port)))
    server.stop()


def test_an_answer_under_way_is_sent_before_it_stops(output: Path) -> None:
    data = os.urandom(6_000_000)
    (output / "bare" / "rss.xml").write_bytes(data)
    server = HttpServer(output, ANYWHERE)
    server.start()
    with connect(server) as client:
        client.sendall(b"GET /bare/rss.xml HTTP/1.1\r\nHost: localhost\r\n\r\n")
        received = client.recv(10)
        stopping = threading.Thread(target=server.stop)
        stopping.start()
        received += drain(client)
        stopping.join()
    assert received.endswith(data)


def test_with_a_secret_the_rest_is_not_there(output: Path) -> None:
    with HttpServer(output, ANYWHERE, secret_path=SECRET, health=lambda: "disk full") as server:
        assert server.addresses[0].endswith(f"/{SECRET}/")
        assert ask(server, f"/{SECRET}/all/rss.xml").body == RSS
        assert ask(server, f"/{SECRET}/").status == 200
        assert ask(server, f"http://localhost/{SECRET}/all/rss.xml").status == 200
        moved = ask(server, f"/{SECRET}")
        assert (moved.status, moved.headers["location"]) == (301, f"./{SECRET}/")
        for target in (
            *("/", "/all/rss.xml", "/metrics", "/nothing", "/all", f"/{SECRET}x/all/rss.xml"),
            *(f"/{SECRET[:-1]}/all/rss.xml", f"//{SECRET}/", f"/{SECRET}/../all/rss.xml"),
            *(f"/{SECRET.lower()}/", f"/x/{SECRET}/", f"/{SECRET}//", f"/?/{SECRET}/"),
        ):
            answer = ask(server, target)
            assert (answer.status, answer.body) == (404, b"Not Found\n")
        assert ask(server, "/healthz").body == b"failing\n"
        assert ask(server, f"/{SECRET}/healthz").body == b"disk full\n"
        assert figures(server, f"/{SECRET}/metrics")


def test_health(output: Path, tmp_path: Path) -> None:
    reasons = [""]
    with HttpServer(output, ANYWHERE, health=lambda: reasons[-1]) as server:
        well = ask(server, "/healthz")
        assert (well.status, well.body) == (200, b"ok\n")
        assert well.headers["cache-control"] == "no-store"
        reasons.append("the last sync failed: no space left on device")
        ill = ask(server, "/healthz")
        assert (ill.status, ill.body.decode()) == (503, reasons[-1] + "\n")
        assert ask(server, "/healthz", method="HEAD").body == b""
    with HttpServer(output, ANYWHERE) as alone:
        assert ask(alone, "/healthz").status == 200
        output.rename(tmp_path / "elsewhere")
        answer = ask(alone, "/healthz")
        assert (answer.status, b"No such file" in answer.body) == (503, True)
        assert ask(alone, "/all/rss.xml").status == 404


def test_metrics(output: Path) -> None:
    metrics = Metrics()
    with HttpServer(output, ANYWHERE, metrics=metrics) as server:
        before = figures(server)
        assert before["refeed_syncs_total", "failed"] == 0
        assert before["refeed_http_not_modified_ratio",] == 0
        metrics.set_archive(snapshots=7, entries=5, rejected=2)
        metrics.record_sync(0.2, 1_700_000_000.5, succeeded=True)
        metrics.record_sync(20, 1_700_000_100, succeeded=False)
        metrics.set_feed_sizes({"gone": 1})
        metrics.set_feed_sizes({"all": 900, "source/a.example": 90})
        tag = ask(server, "/all/rss.xml").headers["etag"]
        for _ in range(3):
            ask(server, "/all/rss.xml", f"If-None-Match: {tag}")
        for number in range(5):
            ask(server, f"/no/{number}.xml")
        ask(server, "/all/rss.xml", method="POST")
        after = figures(server)
    assert after["refeed_snapshots",] == 7
    assert after["refeed_entries",] == 5
    assert after["refeed_rejected",] == 2
    assert after["refeed_last_success_timestamp_seconds",] == 1_700_000_000.5
    assert after["refeed_syncs_total", "succeeded"] == 1
    assert after["refeed_syncs_total", "failed"] == 1
    assert after["refeed_sync_duration_seconds_count",] == 2
    assert after["refeed_sync_duration_seconds_bucket", "0.3"] == 1
    assert after["refeed_feed_size_bytes", "all"] == 900
    assert ("refeed_feed_size_bytes", "gone") not in after
    assert after["refeed_http_requests_total", "all", "200"] == 1
    assert after["refeed_http_requests_total", "all", "304"] == 3
    assert after["refeed_http_requests_total", "", "404"] == 5
    assert after["refeed_http_requests_total", "", "405"] == 1
    # Three of five: the first look at the figures counts as well.
    assert after["refeed_http_not_modified_ratio",] == 0.6


def test_two_sets_of_figures_do_not_meet() -> None:
    one, other = Metrics(), Metrics()
    one.set_archive(snapshots=1, entries=1, rejected=1)
    assert b"refeed_snapshots 0.0" in other.export()[0]


def test_counts_are_those_of_the_files(output: Path) -> None:
    (output / "json").mkdir()
    (output / "json" / "feed.json").write_bytes(b'{"items": [1, 2, 3]}')
    assert dict(count_entries(output)) == {"all": 40, "bare": 0, "json": 3, "经济": 0}


def test_sockets_for_another_process_are_not_taken() -> None:
    assert inherit_sockets({}, 7) == []
    assert inherit_sockets({"LISTEN_FDS": "1", "LISTEN_PID": "8"}, 7) == []
    assert inherit_sockets({"LISTEN_FDS": "x", "LISTEN_PID": "7"}, 7) == []


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_UNIX])
def test_it_takes_the_socket_that_systemd_hands_over(
    output: Path, tmp_path: Path, family: socket.AddressFamily
) -> None:
    (tmp_path / "refeed.toml").write_text(
        'base_url = "https://f.example/"\nwebsub.hub = "https://hub.example/"\n', encoding="ascii"
    )
    with socket.socket(family) as listening:
        listening.bind(("127.0.0.1", 0) if family == socket.AF_INET else str(tmp_path / "s"))
        listening.listen()
        with started(
            [
                sys.executable,
                "-c",
                HANDING_OVER,
                str(listening.fileno()),
                "serve",
                f"--output={output}",
            ],
            pass_fds=[listening.fileno()],
            env={**os.environ, "PYTHONPATH": ":".join(sys.path)},
            cwd=tmp_path,
            stdout=subprocess.DEVNULL,
        ) as process:
            # Connections made before it has started wait for it.
            with socket.socket(family) as client:
                client.settimeout(20)
                client.connect(listening.getsockname())
                client.sendall(b"GET /all/rss.xml HTTP/1.0\r\nHost: f.example\r\n\r\n")
                answer = drain(client)
            process.terminate()
            assert process.wait(5) == 0
    assert answer.endswith(RSS)
    assert b'\r\nLink: <https://hub.example/>; rel="hub", <https://f.example/all/rss.xml>' in answer
    # It belongs to systemd, which keeps it for the next start.
    assert family == socket.AF_INET or (tmp_path / "s").exists()


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_serve_tells_the_address_and_what_is_there(
    output: Path, tmp_path: Path, stop: signal.Signals
) -> None:
    path = tmp_path / "http.sock"
    with started(
        [sys.executable, "-m", "refeed", "serve", f"--output={output}", f"--listen=unix:{path}"],
        env={**os.environ, "PYTHONPATH": ":".join(sys.path)},
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        wait_for(path)
        assert process.stdout is not None
        first = process.stdout.readline()
        process.send_signal(stop)
        rest = process.stdout.read()
        _, errors = process.communicate(timeout=5)
    assert first == f"Serving {output} at unix:{path}\n"
    assert "    40  all/\n" in rest
    assert (process.returncode, errors) == (0, "")
    assert not path.exists()


@pytest.mark.parametrize(
    ("published", "warned"),
    [
        ("http://127.0.0.1:8080/", True),
        ("https://feeds.example.org/", False),
        ("http://127.0.0.1:{port}/", False),
    ],
)
def test_serve_warns_if_the_feeds_name_another_address_of_this_machine(
    output: Path, tmp_path: Path, published: str, *, warned: bool
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    published = published.format(port=port)
    (output / "feeds.opml").write_text(f'<outline type="rss" xmlUrl="{published}all/atom.xml"/>')
    with started(
        [sys.executable, "-m", "refeed", "serve", f"--output={output}", f"--listen={port}"],
        env={**os.environ, "PYTHONPATH": ":".join(sys.path)},
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        while "  all/" not in process.stdout.readline():
            pass
        process.terminate()
        _, errors = process.communicate(timeout=5)
    told = f"refeed: the feeds name {published} as their address, not http://127.0.0.1:{port}/; "
    assert errors.startswith(told) if warned else errors == ""


@pytest.mark.parametrize(
    ("folder", "reason"),
    [("nowhere", "output folder can't be read"), ("empty", "nothing is published in the output")],
)
def test_serve_says_so_if_there_is_nothing_to_serve(
    tmp_path: Path, folder: str, reason: str
) -> None:
    (tmp_path / "empty").mkdir()
    run = subprocess.run(
        [sys.executable, "-m", "refeed", "serve", "--output", folder],
        env={**os.environ, "PYTHONPATH": ":".join(sys.path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 2
    assert reason in run.stderr
    assert "refeed rebuild" in run.stderr


def test_a_thread_that_has_ended_is_told(output: Path) -> None:
    def end() -> str:
        asyncio.get_running_loop().stop()
        return ""

    with HttpServer(output, ANYWHERE, health=end) as server:
        server.check()
        with suppress(OSError), connect(server) as client:
            client.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            drain(client)
        for thread in threading.enumerate():
            if thread.name == "refeed-server":
                thread.join()
        with pytest.raises(RuntimeError, match="stopped before"):
            server.check()
