"""Which hosts are answered to, and where (DNS rebinding)."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from refeed.config import Listen
from refeed.server import HttpServer
from refeed.server.allowed_hosts import is_allowed
from serving import ANYWHERE, RSS, exchange, figures, parsed

if TYPE_CHECKING:
    from pathlib import Path

FEEDS = "feeds.example.org"
ALLOWED = """
localhost localhost:8080 LOCALHOST localhost. a.localhost:1 b.a.localhost 127.0.0.1 127.0.0.1:8080
127.1.2.3 [::1] [::1]:8080 feeds.example.org feeds.example.org:443 Feeds.Example.ORG. localhost:
""".split()
REFUSED = """
evil.example localhost.evil.example evil.example:8080 127.0.0.1.evil.example notlocalhost 192.0.2.1
a.feeds.example.org feeds.example.org.evil 0.0.0.0 [2001:db8::1] 127.1 2130706433 evil@localhost
localhost@evil.example localhost/evil localhost:80:80 [::1 ::1]: . [] : \xff localhost:8x
""".split()


@pytest.mark.parametrize("host", ALLOWED)
def test_a_host_that_is_this_machine_or_stated_is_allowed(host: str) -> None:
    assert is_allowed(host.encode("latin-1"), frozenset({FEEDS}))


@pytest.mark.parametrize("host", REFUSED)
def test_any_other_host_is_refused(host: str) -> None:
    assert not is_allowed(host.encode("latin-1"), frozenset({FEEDS}))


def status_for(server: HttpServer, host: str, target: str = "/all/rss.xml") -> int:
    sent = f"GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    return parsed(exchange(server, sent.encode("latin-1"))).status


@pytest.mark.parametrize("target", ["/", "/all/rss.xml", "/nothing", "/healthz", "/metrics"])
def test_at_a_loopback_address_only_allowed_hosts_are_answered(output: Path, target: str) -> None:
    with HttpServer(output, ANYWHERE, allowed_hosts=["FEEDS.example.org"]) as server:
        for host in ("localhost", FEEDS, ""):
            assert status_for(server, host, target) != 421
        assert status_for(server, "evil.example", target) == 421
        assert status_for(server, "localhost", f"http://evil.example{target}") == 421
        assert status_for(server, "evil.example", f"http://localhost{target}") != 421
        assert figures(server)["refeed_http_requests_total", "", "421"] == 2


def test_the_refusal_says_what_to_set(server: HttpServer) -> None:
    answer = parsed(exchange(server, b"GET / HTTP/1.0\r\nHost: evil.example\r\n\r\n"))
    assert answer.status == 421
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert b"set base_url" in answer.body
    assert b"evil.example" not in answer.body


def test_a_request_of_old_that_names_no_host_is_answered(server: HttpServer) -> None:
    assert parsed(exchange(server, b"GET /all/rss.xml HTTP/1.0\r\n\r\n")).body == RSS


def test_the_hosts_change_with_what_is_served(output: Path) -> None:
    with HttpServer(output, ANYWHERE) as server:
        assert status_for(server, FEEDS) == 421
        server.serve(output, allowed_hosts=[FEEDS])
        assert status_for(server, FEEDS) == 200


def test_the_name_that_it_listens_at_is_allowed(output: Path) -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    with HttpServer(output, Listen("mybox", 0), sockets=[listening]) as server:
        assert status_for(server, "MyBox:8080") == 200


def test_a_socket_that_is_handed_over_is_checked_like_any_other(output: Path) -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    with HttpServer(output, sockets=[listening]) as server:
        assert status_for(server, "evil.example") == 421


def test_at_other_addresses_all_hosts_are_answered(output: Path, tmp_path: Path) -> None:
    path = tmp_path / "http.sock"
    everywhere = Listen("0.0.0.0", 0)  # noqa: S104 - for a moment
    for listen in (everywhere, Listen("", 0, str(path))):
        with HttpServer(output, listen) as server:
            assert status_for(server, "anything.example") == 200
