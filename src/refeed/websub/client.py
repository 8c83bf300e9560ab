"""Pings to a WebSub hub, and what its responses mean (W3C WebSub, section 6).

The Recommendation leaves open how a publisher notifies a hub. Hubs take PubSubHubbub 0.3's form:
`hub.mode=publish` and the topic, as `hub.url` (Google, Superfeedr) or `hub.topic` (Switchboard).
Hubs in PHP see only the last of several topics; so each topic has a request of its own, one after
the other on one connection.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection, RemoteDisconnected
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode, urlsplit

from refeed import __version__
from refeed.retry_after import parse_retry_after

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from http.client import HTTPResponse

TIMEOUT: Final = 10.0
"""Seconds for each step of a request, such as connecting or receiving the next bytes."""

_MAX_BODY_BYTES: Final = 65_536
_RETRY_STATUSES: Final = frozenset(
    (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS)
)
_HEADERS: Final = {
    "Content-Type": "application/x-www-form-urlencoded",
    "User-Agent": f"refeed/{__version__}",
    "Accept": "*/*",
}


class Verdict(Enum):
    """What a response means for the ping."""

    ACCEPTED = "done"
    RETRY = "try again later"
    REFUSED = "give up; an operator has to look"


@dataclass(frozen=True, slots=True)
class PingResult:
    """The result of one ping.

    Attributes:
        verdict: what the response means.
        reason: why, human-readable, without any address; "" if the hub accepted the ping.
        retry_after: seconds that the hub asks to wait, or 0.
    """

    verdict: Verdict
    reason: str = ""
    retry_after: float = 0


def encode_form(topic: str) -> bytes:
    """Encode the body of a ping, `application/x-www-form-urlencoded`."""
    return urlencode({"hub.mode": "publish", "hub.topic": topic, "hub.url": topic}).encode("ascii")


def judge_response(status: int, phrase: str, retry_after: str, now: float) -> PingResult:
    """Judge the response to a ping.

    Args:
        status: HTTP's. A redirect counts as refused: the feeds would go on naming the old hub.
        phrase: the reason phrase behind the status.
        retry_after: the Retry-After header, or "" (RFC 9110, section 10.2.3).
        now: seconds since 1970.
    """
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return PingResult(Verdict.ACCEPTED)
    reason = f"it answered {status} {phrase}".rstrip()
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _RETRY_STATUSES:
        return PingResult(Verdict.RETRY, reason, parse_retry_after(retry_after, now))
    return PingResult(Verdict.REFUSED, reason)


def ping(
    hub: str, topics: Iterable[str], clock: Callable[[], float]
) -> Iterator[tuple[str, PingResult]]:
    """Ping a hub for each topic, and yield the topics with their results.

    It stops at the first that has to be retried: the next one would fail as well.

    Args:
        hub: its address.
        topics: absolute URLs.
        clock: seconds since 1970.
    """
    parts = urlsplit(hub)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT)
    try:
        for topic in topics:
            result = _post(connection, target, encode_form(topic), clock)
            yield topic, result
            if result.verdict is Verdict.RETRY:
                return
    finally:
        connection.close()


def _post(
    connection: HTTPConnection, target: str, body: bytes, clock: Callable[[], float]
) -> PingResult:
    is_reused = connection.sock is not None
    try:
        response = _send(connection, target, body)
    except TimeoutError:
        return PingResult(Verdict.RETRY, f"it did not answer within {TIMEOUT:g} s")
    except (OSError, HTTPException, UnicodeError) as error:
        if is_reused:
            # The hub may close the connection between two requests (RFC 9112, section 9.3.1).
            return _post(connection, target, body, clock)
        return PingResult(Verdict.RETRY, _format_error(error))
    retry_after = response.headers.get("Retry-After", "")
    return judge_response(response.status, response.reason, retry_after, clock())


def _send(connection: HTTPConnection, target: str, body: bytes) -> HTTPResponse:
    try:
        connection.request("POST", target, body, _HEADERS)
        response = connection.getresponse()
        # The connection is reused only if the whole response was read.
        if len(response.read(_MAX_BODY_BYTES + 1)) > _MAX_BODY_BYTES:
            connection.close()
    except BaseException:
        connection.close()
        raise
    return response


def _format_error(error: Exception) -> str:
    if isinstance(error, RemoteDisconnected):
        return "it ended the connection without an answer"
    if isinstance(error, HTTPException):
        return "what it answered is not HTTP"
    # It refused, its name can't be found, its certificate can't be trusted.
    return getattr(error, "strerror", None) or str(error)
