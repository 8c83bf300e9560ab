"""What clients do that are slow, many, broken or hostile: the server goes on serving."""

from __future__ import annotations

import os
import socket
import threading
import time
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING

import pytest

from refeed.server import HttpServer, connection
from serving import ANYWHERE, RSS, ask, connect, drain, exchange, parsed, read_answer, replace

if TYPE_CHECKING:
    from pathlib import Path

GET = b"GET /all/rss.xml HTTP/1.1\r\nHost: localhost\r\n\r\n"
SWAPS = 20


@pytest.fixture
def hasty(output: Path, monkeypatch: pytest.MonkeyPatch) -> HttpServer:
    """A server that waits for nobody."""
    monkeypatch.setattr(connection, "HEAD_SECONDS", 0.4)
    monkeypatch.setattr(connection, "IDLE_SECONDS", 0.4)
    monkeypatch.setattr(connection, "STALLED_SECONDS", 0.4)
    return HttpServer(output, ANYWHERE)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
        (b"\x00" * 100, 400),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
        (b"GET /all/rss.xml\r\n\r\n", 400),
        (b"GET /all/rss.xml HTTP/9.9\r\nHost: localhost\r\n\r\n", 400),
        (b"GET /all/rss.xml HTTP/1.1\r\n\r\n", 400),
        (b"GET /all/rss.xml HTTP/1.1\r\nHost: localhost\r\nHost: b\r\n\r\n", 400),
        (b"GET /all/rss.xml HTTP/1.1\r\nHost: localhost\r\nno colon\r\n\r\n", 400),
        (b"GET /all/rss.xml HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n", 400),
        (b"GET /all/rss .xml HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
        (b"GET all/rss.xml HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
        (b"GET /" + b"a" * 8_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", 414),
        (b"GET /" + b"a" * 300_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", 414),
        (b"GET /" + b"a" * 300_000, 414),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 17_000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 300_000, 431),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: a\r\n" * 200 + b"\r\n", 431),
        (b"OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 405),
        (b"CONNECT localhost:80 HTTP/1.1\r\nHost: localhost:80\r\n\r\n", 405),
        (b"GET /all/rss.xml HTTP/1.0\r\n\r\n", 200),
        (b"\r\n\r\nGET /all/rss.xml HTTP/1.0\r\n\r\n", 200),
        (
            b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900000\r\n\r\n"
            + b"a" * 900_000,
            405,
        ),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nGET /", 200),
        (
            (
                b"GET / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
                b"5\r\nGET /\r\n0\r\n"
            ),
            200,
        ),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n", 200),
        (
            (
                b"GET / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
                b"Connection: close\r\n\r\n"
            ),
            200,
        ),
    ],
    ids=lambda value: f"{value[:60]!r}-{len(value)}" if isinstance(value, bytes) else None,
)
def test_what_is_malformed_is_answered_once_and_ended(
    server: HttpServer, sent: bytes, status: int
) -> None:
    received = exchange(server, sent)
    assert parsed(received).status == status
    assert received.count(b"HTTP/1.1 ") == 1
    assert ask(server, "/all/rss.xml").body == RSS


def test_a_target_may_be_long(server: HttpServer) -> None:
    assert ask(server, "/" + "a" * 7_900).status == 404


def test_a_connection_serves_many_requests(server: HttpServer) -> None:
    with connect(server) as client:
        for _ in range(3):
            client.sendall(GET)
            answer = read_answer(client)
            assert (answer.status, answer.body) == (200, RSS)
            assert "connection" not in answer.headers


def test_requests_in_one_go_are_answered_in_order(server: HttpServer, output: Path) -> None:
    # Bigger than what is read and compressed at once, so that the first waits for another thread.
    big = b"<rss>" + bytes(200_000) + b"</rss>"
    (output / "bare" / "rss.xml").write_bytes(big)
    first = b"GET /bare/rss.xml HTTP/1.1\r\nHost: localhost\r\n\r\n"
    last = b"GET /nothing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    received = exchange(server, first + GET * 500 + last + GET)
    assert received.count(b"HTTP/1.1 200 OK") == 501
    assert received.index(big) < received.index(RSS)
    assert received.endswith(b"Not Found\n")


def test_a_request_may_come_byte_by_byte(server: HttpServer) -> None:
    with connect(server) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in GET:
            client.sendall(bytes([byte]))
        assert read_answer(client).body == RSS


def test_one_who_asks_no_more_is_answered(server: HttpServer, output: Path) -> None:
    (output / "bare" / "rss.xml").write_bytes(bytes(300_000))
    with connect(server) as client:
        client.sendall(GET.replace(b"all", b"bare"))
        client.shutdown(socket.SHUT_WR)
        assert parsed(drain(client)).body == bytes(300_000)


def test_a_head_that_trickles_in_is_ended(hasty: HttpServer) -> None:
    with hasty, connect(hasty) as client:
        begin = time.monotonic()
        client.sendall(b"GET / HTTP/1.1\r\n")
        status = 0
        client.settimeout(0.05)
        while not status and time.monotonic() - begin < 5:
            try:
                client.sendall(b"X: a\r\n")
                status = parsed(client.recv(65_536)).status
            except TimeoutError:
                continue
        assert status == 408
        assert time.monotonic() - begin < 3


def test_a_connection_without_requests_is_ended(hasty: HttpServer) -> None:
    with hasty, connect(hasty) as silent, connect(hasty) as served:
        served.sendall(GET)
        assert read_answer(served).status == 200
        assert drain(silent) == b""
        assert drain(served) == b""


@pytest.mark.parametrize("size", [15_000_000, 17_000_000], ids=["from-memory", "from-disk"])
def test_a_client_that_takes_nothing_is_ended(
    hasty: HttpServer, output: Path, caplog: pytest.LogCaptureFixture, size: int
) -> None:
    (output / "bare" / "rss.xml").write_bytes(bytes(size))
    with hasty, connect(hasty) as client:
        client.sendall(GET.replace(b"all", b"bare"))
        time.sleep(1.5)
        received = 0
        with suppress(ConnectionResetError):
            while block := client.recv(65_536):
                received += len(block)
        assert received < size
        assert ask(hasty, "/all/rss.xml").status == 200
    assert not caplog.records


def test_a_client_that_leaves_during_a_response_leaves_no_word(
    server: HttpServer, output: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for size in (15_000_000, 17_000_000):
        (output / "bare" / "rss.xml").write_bytes(bytes(size))
        with connect(server) as client:
            client.sendall(GET.replace(b"all", b"bare"))
            client.recv(10)
    server.stop()
    assert not caplog.records


def test_a_file_cut_short_while_it_is_sent_ends_the_connection_and_no_more(
    server: HttpServer, output: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = output / "bare" / "rss.xml"
    file.write_bytes(bytes(40_000_000))
    with connect(server) as client:
        client.sendall(GET.replace(b"all", b"bare"))
        received = len(client.recv(10))
        # By its answer, the first client has been sent all that it takes unread.
        assert ask(server, "/all/rss.xml").body == RSS
        os.truncate(file, 0)
        with suppress(ConnectionResetError):
            received += len(drain(client))
    assert received < 40_000_000
    assert ask(server, "/all/rss.xml").body == RSS
    server.stop()
    assert not caplog.records


def test_two_hundred_idle_connections_harm_nobody(server: HttpServer) -> None:
    with ExitStack() as stack:
        clients = [stack.enter_context(connect(server)) for _ in range(200)]
        assert ask(server, "/all/rss.xml").body == RSS
        for client in clients:
            client.sendall(GET)
        assert all(read_answer(client).body == RSS for client in clients)


def test_more_connections_than_there_is_room_for_are_refused(
    output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("refeed.server.http_server._MAX_CONNECTIONS", 16)
    with HttpServer(output, ANYWHERE) as server, ExitStack() as stack:
        clients = [stack.enter_context(connect(server)) for _ in range(16)]
        clients[-1].sendall(GET)
        assert read_answer(clients[-1]).status == 200
        with connect(server) as refused:
            assert parsed(drain(refused)).status == 503
        clients[0].close()
        end = time.monotonic() + 5
        while (answer := ask(server, "/all/rss.xml")).status != 200:
            assert time.monotonic() < end
        assert answer.body == RSS


def test_no_body_is_bad_while_feeds_are_replaced(  # noqa: C901 - three roles on one stage
    server: HttpServer, output: Path
) -> None:
    small = output / "all" / "rss.xml"
    big = output / "all" / "atom.xml"
    contents = {
        small: (b"a" * 9_000, b"b" * 9_000),
        big: (b"a" * 50_000, b"b" * 40_000),
    }
    for file, (first, _) in contents.items():
        replace(file, first)
    done = threading.Event()
    swaps: list[int] = []

    def swap() -> None:
        while not done.wait(0.005):
            for file, both in contents.items():
                replace(file, both[len(swaps) % 2])
            swaps.append(1)

    bad: list[object] = []
    seen: set[tuple[bytes, str]] = set()

    def fetch(target: str, good: tuple[bytes, ...], times: int) -> None:
        request = GET.replace(b"/all/rss.xml", target.encode())
        known: dict[str, bytes] = {}
        with connect(server) as client:
            asked = 0
            while asked < times or len(swaps) <= SWAPS:
                asked += 1
                client.sendall(request)
                answer = read_answer(client)
                tag = answer.headers.get("etag", "")
                if answer.status != 200 or answer.body not in good:
                    bad.append((answer.status, len(answer.body)))
                elif known.setdefault(tag, answer.body) != answer.body:
                    bad.append(tag)
                seen.add((answer.body[:1], target))

    swapper = threading.Thread(target=swap)
    swapper.start()
    fetchers = [
        threading.Thread(target=fetch, args=(f"/all/{file.name}", both, times))
        for file, both, times in (
            (small, contents[small], 1_000),
            (small, contents[small], 1_000),
            (big, contents[big], 300),
            (big, contents[big], 300),
        )
    ]
    for each in fetchers:
        each.start()
    for each in fetchers:
        each.join()
    done.set()
    swapper.join()
    assert bad == []
    assert len(seen) == 4
