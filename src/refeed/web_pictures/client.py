"""Asks hosts for pictures, as careful as a client has to be whose addresses anybody can write.

It follows redirects itself, so that each of them is checked as the first address was. It keeps no
cookies, takes no proxy from the environment, and undoes no compression: a picture needs none, and
little can become very much.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from threading import Lock
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urljoin, urlsplit

from urllib3 import Timeout
from urllib3.exceptions import HTTPError, ProtocolError, SSLError

from refeed.retry_after import parse_retry_after
from refeed.urls.hosts import encode_host
from refeed.web_pictures.access import parse_ip
from refeed.web_pictures.answers import Answer, Fault, PictureError
from refeed.web_pictures.wire import CONNECT_SECONDS, Wire, open_pool, resolve_host

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Mapping, Sequence

    from urllib3 import BaseHTTPResponse, HTTPConnectionPool

    from refeed.web_pictures.access import Access
    from refeed.web_pictures.answers import PictureRequest
    from refeed.web_pictures.wire import Proxy

_MOST_REDIRECTS: Final = 5
_CHUNK: Final = 65_536
_LONGEST_VALIDATOR: Final = 1_000
_ACCEPT: Final = "image/avif,image/webp,image/png,image/jpeg,image/gif,image/svg+xml,*/*;q=0.5"
_PORTS: Final = {"http": 80, "https": 443}
_REDIRECTS: Final = frozenset((301, 302, 303, 307, 308))
_WAIT: Final = frozenset((HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE))
_HOTLINK: Final = frozenset((HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN))
"""How hosts answer that want one of their own pages in Referer."""


@dataclass(frozen=True, slots=True)
class ClientRules:
    """How hosts are asked.

    Attributes:
        access: which addresses may be asked.
        user_agent: names refeed, and how its operator is reached (RFC 9110, section 10.1.5).
        max_bytes: of a picture.
        max_seconds: for a picture, with all redirects.
        proxy: through which hosts are asked, or None.
    """

    access: Access
    user_agent: str
    max_bytes: int
    max_seconds: float
    proxy: Proxy | None = None


class HostTurns:
    """Lets clients of several threads ask a host one after the other."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._turns: dict[str, Lock] = {}

    def wait_for(self, host: str) -> Lock:
        """Return the lock of a host."""
        with self._lock:
            return self._turns.setdefault(host, Lock())


class _Origin(NamedTuple):
    """Where a request goes (RFC 9110, section 4.3.1)."""

    scheme: str
    host: str
    port: int


class PictureClient:
    """Asks for pictures, one after the other, and keeps its connections; one for each thread.

    Args:
        rules: how hosts are asked.
        turns: shared by all clients.
        clock: seconds since 1970.
        resolve: looks up a host's addresses.
    """

    def __init__(
        self,
        rules: ClientRules,
        turns: HostTurns,
        clock: Callable[[], float],
        resolve: Callable[[str, int], Sequence[str]] = resolve_host,
    ) -> None:
        self._rules = rules
        self._turns = turns
        self._seconds = 0.0
        self._clock = clock
        self._resolve = resolve
        self._open: dict[_Origin, tuple[Wire, HTTPConnectionPool]] = {}

    def fetch(self, request: PictureRequest) -> Answer:
        """Ask for a picture, a second time with the host as Referer if it refuses the article's.

        Raises:
            PictureError: there is none.
        """
        self._seconds = self._rules.max_seconds
        try:
            return self._follow(request, request.referer)
        except _RefusedError:
            parts = urlsplit(request.url)
            own = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/"
            return self._follow(request, own)

    def close(self) -> None:
        """Close all connections."""
        for wire, pool in self._open.values():
            pool.close()
            wire.close()
        self._open.clear()

    def _follow(self, request: PictureRequest, referer: str) -> Answer:
        url = request.url
        for hop in range(_MOST_REDIRECTS + 1):
            try:
                found = self._ask(url, request, referer)
            except PictureError as error:
                if hop and error.fault is Fault.HOST:
                    # Another host failed than the one that was asked.
                    error.fault = Fault.PICTURE
                raise
            if isinstance(found, Answer):
                return found
            url = found
        raise PictureError("it redirects without end", Fault.PICTURE)

    def _ask(self, url: str, request: PictureRequest, referer: str) -> Answer | str:
        """Return the answer, or where it redirects to."""
        origin, target = _split(url)
        wire, pool = self._find_pool(origin)
        with self._turns.wait_for(origin.host):
            start = time.monotonic()
            try:
                with wire.end_after(max(0.0, self._seconds)):
                    headers = self._build_headers(origin, request, referer)
                    return self._exchange(wire, pool, url, target, headers, request)
            finally:
                # That it had to wait for its turn doesn't count.
                self._seconds -= time.monotonic() - start

    def _exchange(  # noqa: PLR0913, PLR0917 - a request and its connection
        self,
        wire: Wire,
        pool: HTTPConnectionPool,
        url: str,
        target: str,
        headers: Mapping[str, str],
        request: PictureRequest,
    ) -> Answer | str:
        is_used = pool.num_requests > 0
        try:
            response = pool.urlopen(
                "GET",
                target,
                headers=headers,
                retries=False,
                redirect=False,
                timeout=Timeout(connect=CONNECT_SECONDS, read=self._rules.max_seconds),
                preload_content=False,
                decode_content=False,
            )
        except SSLError as error:
            raise PictureError("its host's certificate is not trusted", Fault.HOST) from error
        except (HTTPError, OSError) as error:
            if is_used and isinstance(error, ProtocolError):
                # It may end a connection between two requests (RFC 9112, section 9.3.1).
                pool.num_requests = 0
                return self._exchange(wire, pool, url, target, headers, request)
            raise PictureError("its host ended the connection", Fault.SLOW) from error
        try:
            return self._read(response, url, request)
        except (HTTPError, OSError) as error:
            raise PictureError("it ended before it was whole", Fault.SLOW) from error
        finally:
            # A connection on which something is left can't be used again.
            if not response.closed:
                response.close()
                wire.close()
            response.release_conn()

    def _find_pool(self, origin: _Origin) -> tuple[Wire, HTTPConnectionPool]:
        if origin not in self._open:
            wire = Wire(
                origin.host, origin.port, self._rules.access, self._resolve, self._rules.proxy
            )
            context = self._tls if origin.scheme == "https" else None
            self._open[origin] = wire, open_pool(wire, origin.host, origin.port, context)
        return self._open[origin]

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        from ssl import create_default_context

        return create_default_context()

    def _build_headers(
        self, origin: _Origin, request: PictureRequest, referer: str
    ) -> dict[str, str]:
        headers = {
            "User-Agent": self._rules.user_agent,
            "Accept": _ACCEPT,
            "Accept-Encoding": "identity",
        }
        # RFC 9110, section 10.1.3: an address of https is not told in plain text.
        if referer and (origin.scheme == "https" or not referer.startswith("https:")):
            headers["Referer"] = referer.partition("#")[0]
        if request.etag:
            headers["If-None-Match"] = request.etag
        elif request.last_modified:
            headers["If-Modified-Since"] = request.last_modified
        return headers

    def _read(self, response: BaseHTTPResponse, url: str, request: PictureRequest) -> Answer | str:
        status = response.status
        if status != HTTPStatus.OK:
            # What is read whole leaves its connection to the next request.
            response.read(_CHUNK, decode_content=False)
        if status in _REDIRECTS and (place := response.headers.get("Location")):
            return _join(url, place)
        if status == HTTPStatus.NOT_MODIFIED and request.reason:
            raise PictureError(
                request.reason,
                Fault.PICTURE,
                etag=request.etag,
                last_modified=request.last_modified,
            )
        if status != HTTPStatus.OK:
            raise self._judge(status, response.headers.get("Retry-After", ""))
        etag, last_modified = (
            value if value.isascii() and value.isprintable() else ""
            for value in (
                response.headers.get(name, "")[:_LONGEST_VALIDATOR]
                for name in ("ETag", "Last-Modified")
            )
        )
        data = bytearray()
        announced = response.headers.get("Content-Length", "")
        is_large = announced.isdigit() and int(announced[:20]) > self._rules.max_bytes
        for chunk in () if is_large else response.stream(_CHUNK, decode_content=False):
            data += chunk
            if len(data) > self._rules.max_bytes:
                is_large = True
                break
        if is_large:
            response.close()
            reason = f"it is larger than {self._rules.max_bytes / 1_000_000:g} MB"
            raise PictureError(reason, Fault.PICTURE, etag=etag, last_modified=last_modified)
        return Answer(bytes(data), etag, last_modified)

    def _judge(self, status: int, retry_after: str) -> PictureError:
        reason = f"it answered {status}"
        if status in _HOTLINK:
            return _RefusedError(reason, Fault.PICTURE)
        seconds = parse_retry_after(retry_after, self._clock())
        if status in _WAIT:
            return PictureError(reason, Fault.HOST, retry_after=seconds)
        is_server = status >= HTTPStatus.INTERNAL_SERVER_ERROR
        fault = Fault.SLOW if is_server else Fault.PICTURE
        return PictureError(reason, fault, retry_after=seconds)


class _RefusedError(PictureError):
    """The host may want another Referer."""


def find_host(url: str) -> str:
    """Return the host that a picture's address is asked at, or "" if it is no address."""
    try:
        return _split(url)[0].host
    except PictureError:
        return ""


def _split(url: str) -> tuple[_Origin, str]:
    """Return where a request goes, and its target.

    Raises:
        PictureError: the address is none of the web's.
    """
    try:
        parts = urlsplit(url)
        name, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError as error:
        raise PictureError("its address is none", Fault.PICTURE) from error
    host = name if parse_ip(name) else encode_host(name)
    if parts.scheme not in _PORTS or not host:
        raise PictureError("its address is none of the web's", Fault.PICTURE)
    origin = _Origin(parts.scheme, host, _PORTS[parts.scheme] if port is None else port)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return origin, target


def _join(url: str, place: str) -> str:
    try:
        return urljoin(url, place.strip())
    except ValueError as error:
        raise PictureError("it redirects to no address", Fault.PICTURE) from error
