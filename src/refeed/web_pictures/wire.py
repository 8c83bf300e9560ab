"""Connections to checked addresses, each of which ends at a deadline.

A host's name is looked up once, what it leads to is checked, and the connection goes to that very
address: a name that leads elsewhere a moment later changes nothing.
"""

from __future__ import annotations

import http.client
import socket
import time
from base64 import b64encode
from contextlib import contextmanager, suppress
from ipaddress import IPv6Address
from threading import Lock, Timer
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import unquote, urlsplit

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from refeed.web_pictures.access import parse_ip
from refeed.web_pictures.answers import Fault, PictureError

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from refeed.web_pictures.access import Access, IPAddress

CONNECT_SECONDS: Final = 10.0
"""For one address of a host."""

_MOST_ADDRESSES: Final = 3
"""Of one host that are tried."""

_INSTANT: Final = 0.001
"""Seconds; none at all would be a socket that doesn't wait."""


def resolve_host(host: str, port: int) -> list[str]:
    """Return the IP addresses of a host, in the order in which the system would try them.

    Raises:
        OSError: it has none, or nobody can tell.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(place[0]) for *_, place in found))


class Proxy(NamedTuple):
    """Where an HTTP proxy listens, which the operator chose, and headers with its password."""

    host: str
    port: int
    headers: Mapping[str, str]


def parse_proxy(url: str) -> Proxy | None:
    """Return the proxy that a good address names; None if it is ""."""
    parts = urlsplit(url)
    user = unquote(parts.netloc.rpartition("@")[0])
    # A password may be any text: in UTF-8 (RFC 7617, section 2.1), which urllib3 doesn't write.
    headers = {"proxy-authorization": f"Basic {b64encode(user.encode()).decode()}"} if user else {}
    return Proxy(parts.hostname, parts.port or 80, headers) if parts.hostname else None


class Wire:
    """The connection to one host, at most one at a time.

    Args:
        host: its name as the DNS has it, or an IP address.
        port: where it is asked.
        access: which addresses may be asked.
        resolve: looks up a host's addresses, as `resolve_host` does.
        proxy: connects to the address that was checked; none if None.
    """

    def __init__(
        self,
        host: str,
        port: int,
        access: Access,
        resolve: Callable[[str, int], Sequence[str]] = resolve_host,
        proxy: Proxy | None = None,
    ) -> None:
        self._proxy = proxy
        self._host = host
        self._port = port
        self._access = access
        self._resolve = resolve
        self._lock = Lock()
        self._socket: socket.socket | None = None
        self._end_at = 0.0

    def dial(self) -> socket.socket:
        """Connect to the first of the host's addresses that may be asked, and answers.

        Raises:
            PictureError: none may be asked, or none answers.
        """
        if not self._access.permits_port(self._host, self._port):
            raise PictureError("its port is none of the web's", Fault.PICTURE)
        error: OSError | None = None
        for address in self._find_addresses()[:_MOST_ADDRESSES]:
            left = max(_INSTANT, min(CONNECT_SECONDS, self._end_at - time.monotonic()))
            try:
                found = self._connect(address, left)
            except OSError as reason:
                error = reason
                continue
            found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._keep(found)
            return found
        raise PictureError("its host can't be connected to", Fault.HOST) from error

    def _connect(self, address: IPAddress, seconds: float) -> socket.socket:
        if self._proxy is None:
            return socket.create_connection((str(address), self._port), seconds)
        # It is told the address, not the name (RFC 9110, section 9.3.6).
        host = f"[{address}]" if isinstance(address, IPv6Address) else str(address)
        tunnel = http.client.HTTPConnection(*self._proxy[:2], timeout=seconds)
        tunnel.set_tunnel(host, self._port, self._proxy.headers)
        tunnel.connect()
        return tunnel.sock

    def _find_addresses(self) -> list[IPAddress]:
        try:
            resolved = self._resolve(self._host, self._port)
        except (OSError, UnicodeError) as error:
            raise PictureError("its host has no address", Fault.HOST) from error
        found = [address for address in map(parse_ip, resolved) if address is not None]
        permitted = [each for each in found if self._access.permits(self._host, each)]
        if not permitted:
            raise PictureError(
                "its host is not in the public Internet, nor in images.allow_private", Fault.PICTURE
            )
        return permitted

    def _keep(self, found: socket.socket) -> None:
        with self._lock:
            self._drop()
            # TLS takes the socket over; a copy of its descriptor ends both.
            self._socket = found.dup()
            if time.monotonic() >= self._end_at:
                self._end()

    @contextmanager
    def end_after(self, seconds: float) -> Iterator[None]:
        """End the connection if what is done with it takes longer.

        Raises:
            PictureError: it took longer.
        """
        self._end_at = time.monotonic() + seconds
        timer = Timer(seconds, self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        except Exception as error:
            if time.monotonic() >= self._end_at:
                raise PictureError("it took too long", Fault.SLOW) from error
            raise
        finally:
            timer.cancel()
        if time.monotonic() >= self._end_at:
            raise PictureError("it took too long", Fault.SLOW)

    def _cut(self) -> None:
        with self._lock:
            self._end()

    def _end(self) -> None:
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """End the connection, if there is one."""
        with self._lock:
            self._end()
            self._drop()

    def _drop(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None


class _Connection(HTTPConnection):
    def __init__(self, *args: Any, wire: Wire, **options: Any) -> None:  # noqa: ANN401 - urllib3's
        super().__init__(*args, **options)
        self._wire = wire

    def _new_conn(self) -> socket.socket:
        return self._wire.dial()


class _SecureConnection(HTTPSConnection):
    def __init__(self, *args: Any, wire: Wire, **options: Any) -> None:  # noqa: ANN401 - urllib3's
        super().__init__(*args, **options)
        self._wire = wire

    def _new_conn(self) -> socket.socket:
        return self._wire.dial()


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


def open_pool(
    wire: Wire, host: str, port: int, context: ssl.SSLContext | None
) -> HTTPConnectionPool:
    """Return a pool whose one connection is made by a wire.

    Args:
        wire: connects.
        host: what certificates have to be of.
        port: of the host.
        context: of TLS; None for a plain connection.
    """
    if context is None:
        return _Pool(host, port, maxsize=1, block=True, wire=wire)
    return _SecurePool(host, port, maxsize=1, block=True, wire=wire, ssl_context=context)
