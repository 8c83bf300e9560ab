"""What is said to a hub, and what its answers mean."""

from __future__ import annotations

import socket
import time
from contextlib import closing
from email.utils import formatdate
from threading import Thread
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubs import Hub
from refeed.websub import client
from refeed.websub.client import (
    Verdict,
    encode_form,
    judge_response,
    ping,
)
from refeed.websub.rounds import compute_backoff, host_of

NOW = 1_700_000_000.0
TOPICS = [f"https://feeds.example.org/a/{name}" for name in ("rss.xml", "atom.xml", "feed.json")]


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1))
def test_a_form_holds_the_topic_under_both_names(topic: str) -> None:
    assert parse_qsl(encode_form(topic).decode("ascii"), strict_parsing=True) == [
        ("hub.mode", "publish"),
        ("hub.topic", topic),
        ("hub.url", topic),
    ]


@pytest.mark.parametrize(
    ("statuses", "verdict"),
    [
        ((200, 201, 202, 204, 299), Verdict.ACCEPTED),
        ((408, 425, 429, 500, 502, 503, 504, 599), Verdict.RETRY),
        ((301, 302, 303, 307, 308, 400, 401, 403, 404, 405, 410, 413, 422), Verdict.REFUSED),
    ],
)
def test_what_a_status_means(statuses: tuple[int, ...], verdict: Verdict) -> None:
    for status in statuses:
        answer = judge_response(status, "Phrase", "", NOW)
        assert answer.verdict is verdict
        assert (str(status) in answer.reason) is (verdict is not Verdict.ACCEPTED)


@pytest.mark.parametrize(
    ("retry_after", "wanted"),
    [
        ("", 0),
        ("120", 120),
        (formatdate(NOW + 90, usegmt=True), 90),
        (formatdate(NOW - 90, usegmt=True), 0),
        ("soon", 0),
        ("-1", 0),
        ("²", 0),
        ("9" * 400, 86_400),
        ("Tue, 15 Nov 99999 12:45:26 GMT", 0),
    ],
)
def test_how_long_a_hub_wants_to_be_left_alone(retry_after: str, wanted: float) -> None:
    assert judge_response(503, "", retry_after, NOW).retry_after == wanted


@pytest.mark.usefixtures("zone")
@pytest.mark.parametrize("form", ["%a %b %e %H:%M:%S %Y", "%a, %d %b %Y %H:%M:%S -0000"])
def test_a_date_without_a_zone_is_in_utc(form: str) -> None:
    retry_after = time.strftime(form, time.gmtime(NOW + 90))
    assert judge_response(503, "", retry_after, NOW).retry_after == 90


def test_each_try_waits_twice_as_long_up_to_an_hour() -> None:
    assert [compute_backoff(tries, 0) for tries in (1, 2, 3, 4)] == [1, 2, 4, 8]
    assert compute_backoff(13, 0) == compute_backoff(10_000, 0) == 3_600
    assert compute_backoff(1, 300) == 300
    assert compute_backoff(1, 10**9) == 86_400
    assert compute_backoff(12, 5) == 2_048


def test_a_log_names_the_host_alone() -> None:
    assert host_of("https://hub.example.com:8443/push/SECRET?key=SECRET") == "hub.example.com:8443"


def outcomes(hub: str, topics: list[str] = TOPICS) -> list[tuple[str, Verdict, str]]:
    return [
        (topic, answer.verdict, answer.reason) for topic, answer in ping(hub, topics, lambda: NOW)
    ]


def test_each_topic_has_a_request_of_its_own_on_one_connection() -> None:
    with Hub() as hub:
        assert outcomes(hub.url) == [(topic, Verdict.ACCEPTED, "") for topic in TOPICS]
    assert [one.form for one in hub.pings] == [
        {"hub.mode": ["publish"], "hub.topic": [topic], "hub.url": [topic]} for topic in TOPICS
    ]
    assert len({one.connection for one in hub.pings}) == 1
    for one in hub.pings:
        assert one.target == "/push?key=1"
        assert one.headers["content-type"] == "application/x-www-form-urlencoded"
        assert one.headers["host"] == hub.name
        assert one.headers["user-agent"].startswith("refeed/")


def test_what_a_hub_refuses_does_not_keep_it_from_the_rest() -> None:
    with Hub(answers=[204, 404, 202]) as hub:
        found = outcomes(hub.url)
    assert [verdict for _, verdict, _ in found] == [
        Verdict.ACCEPTED,
        Verdict.REFUSED,
        Verdict.ACCEPTED,
    ]
    assert found[1][2] == "it answered 404 Not Found"
    assert len({one.connection for one in hub.pings}) == 1


def test_a_hub_in_trouble_is_left_alone() -> None:
    with Hub(answers=[204, 503], headers={"Retry-After": "7"}) as hub:
        found = list(ping(hub.url, TOPICS, lambda: NOW))
    assert [topic for topic, _ in found] == TOPICS[:2] == [one.topic for one in hub.pings]
    assert (found[1][1].verdict, found[1][1].retry_after) == (Verdict.RETRY, 7)


def test_a_redirect_is_not_followed() -> None:
    with Hub() as other, Hub(answers=[307], headers={"Location": other.url}) as hub:
        assert outcomes(hub.url, TOPICS[:1])[0][1] is Verdict.REFUSED
    assert not other.pings


def test_a_connection_that_the_hub_ends_between_two_requests_is_made_anew() -> None:
    with Hub(headers={"Connection": "close"}) as hub:
        assert [verdict for _, verdict, _ in outcomes(hub.url)] == [Verdict.ACCEPTED] * 3
    assert len({one.connection for one in hub.pings}) == 3


def test_a_connection_that_is_cut_between_two_requests_is_made_anew() -> None:
    with Hub(answers=[204, 0, 204]) as hub:
        assert [verdict for _, verdict, _ in outcomes(hub.url)] == [Verdict.ACCEPTED] * 3
    assert [one.topic for one in hub.pings] == [TOPICS[0], TOPICS[1], TOPICS[1], TOPICS[2]]


def test_a_hub_that_hangs_up_is_told_later() -> None:
    with Hub(answers=[0]) as hub:
        found = outcomes(hub.url)
    assert found == [(TOPICS[0], Verdict.RETRY, "it ended the connection without an answer")]


def test_a_hub_that_is_not_there_is_told_later() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port = listener.getsockname()[1]
    found = outcomes(f"http://127.0.0.1:{port}/")
    assert found == [(TOPICS[0], Verdict.RETRY, "Connection refused")]


def test_a_silent_hub_is_told_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "TIMEOUT", 0.1)
    with Hub() as hub:
        hub.hold.clear()
        assert outcomes(hub.url) == [(TOPICS[0], Verdict.RETRY, "it did not answer within 0.1 s")]


@pytest.mark.parametrize("said", [b"220 mail.example ESMTP\r\n", b"\0\1\2", b"HTTP/1.1 ok\r\n\r\n"])
def test_a_server_of_something_else_is_told_later(said: bytes) -> None:
    def serve() -> None:
        client, _ = listener.accept()
        with client:
            client.sendall(said)
            client.shutdown(socket.SHUT_WR)
            # Closed with something unread, it would be a connection that was reset.
            while client.recv(65_536):
                pass

    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        Thread(target=serve, daemon=True).start()
        found = outcomes(f"http://127.0.0.1:{listener.getsockname()[1]}/")
    assert found == [(TOPICS[0], Verdict.RETRY, "what it answered is not HTTP")]


def test_a_hub_without_tls_is_not_told_by_https() -> None:
    with Hub() as hub:
        ((_, verdict, reason),) = outcomes(hub.url.replace("http:", "https:"))
    assert verdict is Verdict.RETRY
    assert "SSL" in reason
    assert not hub.pings


def test_a_name_that_is_none_is_told_later() -> None:
    ((_, verdict, reason),) = outcomes(f"http://{'a' * 70}.example/")
    assert verdict is Verdict.RETRY
    assert reason
