"""What is said to a hub, and what its answers mean (W3C WebSub, section 6).

The Recommendation leaves open how a publisher tells a hub of a change. What hubs take comes from
PubSubHubbub 0.3: a form with `hub.mode=publish` and the topic, as `hub.url` for Google's and
Superfeedr's, as `hub.topic` for Switchboard. Some take several topics at once, those in PHP see the
last of them only; so each topic has a request of its own, one after the other on one connection.
"""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import Enum
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection, RemoteDisconnected
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode, urlsplit

from refeed import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from http.client import HTTPResponse

SECONDS: Final = 10.0
"""For which each step of an exchange with a hub may take: to connect, to hear the next of it."""

_LONGEST_DELAY: Final = 3_600.0
_LONGEST_WANTED: Final = 86_400.0
_MOST_BODY: Final = 65_536
_WAIT: Final = frozenset(
    (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS)
)
_HEADERS: Final = {
    "Content-Type": "application/x-www-form-urlencoded",
    "User-Agent": f"refeed/{__version__}",
    "Accept": "*/*",
}


class Verdict(Enum):
    """What is to be done after an answer."""

    TAKEN = "nothing more"
    LATER = "the same again, later"
    REFUSED = "nothing more, and somebody has to look"


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one ping.

    Attributes:
        verdict: what is to be done.
        reason: why, for people; no address is in it. "" if all is well.
        wanted: the seconds for which the hub wants to be left alone, or 0.
    """

    verdict: Verdict
    reason: str = ""
    wanted: float = 0


def form(topic: str) -> bytes:
    """Return the body of a ping, `application/x-www-form-urlencoded`."""
    return urlencode({"hub.mode": "publish", "hub.topic": topic, "hub.url": topic}).encode("ascii")


def judged(status: int, phrase: str, retry_after: str, now: float) -> Answer:
    """Tell what the answer to a ping means.

    Args:
        status: of HTTP. A redirect is refused: to follow it would be another request than the one
            that the operator wanted, and the feeds would name the old hub.
        phrase: what stands behind the status.
        retry_after: that header, or "" (RFC 9110, section 10.2.3).
        now: seconds since 1970.
    """
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return Answer(Verdict.TAKEN)
    reason = f"it answered {status} {phrase}".rstrip()
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _WAIT:
        return Answer(Verdict.LATER, reason, _seconds(retry_after, now))
    return Answer(Verdict.REFUSED, reason)


def delay(tries: int, wanted: float) -> float:
    """Return the seconds until the next try: twice as long each time, up to an hour.

    Args:
        tries: how many there were, at least 1.
        wanted: what the hub wants, see `Answer`; it counts if it is more, up to a day.
    """
    return max(min(_LONGEST_DELAY, 2.0 ** min(tries - 1, 20)), min(wanted, _LONGEST_WANTED))


def name_of(hub: str) -> str:
    """Return what a log may say of a hub: its host, for there may be a key in the rest."""
    return urlsplit(hub).netloc


def ping(
    hub: str, topics: Iterable[str], clock: Callable[[], float]
) -> Iterator[tuple[str, Answer]]:
    """Tell a hub of topics, and yield each with what became of it.

    It ends with the first that is to be told later: the next one would fare no better.

    Args:
        hub: its address.
        topics: absolute URLs.
        clock: seconds since 1970.
    """
    parts = urlsplit(hub)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=SECONDS)
    try:
        for topic in topics:
            answer = _told(connection, target, form(topic), clock)
            yield topic, answer
            if answer.verdict is Verdict.LATER:
                return
    finally:
        connection.close()


def _told(
    connection: HTTPConnection, target: str, body: bytes, clock: Callable[[], float]
) -> Answer:
    is_kept = connection.sock is not None
    try:
        response = _sent(connection, target, body)
    except TimeoutError:
        return Answer(Verdict.LATER, f"it did not answer within {SECONDS:g} s")
    except (OSError, HTTPException, UnicodeError) as error:
        if is_kept:
            # It was free to end the connection between two requests (RFC 9112, section 9.3.1).
            return _told(connection, target, body, clock)
        return Answer(Verdict.LATER, _reason(error))
    retry_after = response.headers.get("Retry-After", "")
    return judged(response.status, response.reason, retry_after, clock())


def _sent(connection: HTTPConnection, target: str, body: bytes) -> HTTPResponse:
    try:
        connection.request("POST", target, body, _HEADERS)
        response = connection.getresponse()
        # The next request needs an empty line, not whatever a hub has to say.
        if len(response.read(_MOST_BODY + 1)) > _MOST_BODY:
            connection.close()
    except BaseException:
        connection.close()
        raise
    return response


def _reason(error: Exception) -> str:
    if isinstance(error, RemoteDisconnected):
        return "it ended the connection without an answer"
    if isinstance(error, HTTPException):
        return "what it answered is not HTTP"
    # It refused, its name can't be found, its certificate can't be trusted.
    return getattr(error, "strerror", None) or str(error)


def _seconds(retry_after: str, now: float) -> float:
    if retry_after.isascii() and retry_after.isdigit():
        return min(float(retry_after), _LONGEST_WANTED)
    try:
        return max(0.0, parsedate_to_datetime(retry_after).timestamp() - now)
    except (ValueError, OverflowError):
        return 0.0
