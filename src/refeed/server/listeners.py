"""Sockets to listen on: opened at an address, or inherited from systemd."""

from __future__ import annotations

import errno
import os
import socket
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Final

from refeed.errors import RefeedError

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from refeed.config import Listen

# sd_listen_fds(3): descriptors are handed over from this one on.
_FIRST: Final = 3
BACKLOG: Final = 2048
# A proxy of another user connects, which needs write access. The permissions of the folder decide
# who may.
_SOCKET_MODE: Final = 0o666


class ListenError(RefeedError):
    """The server can't listen at its address."""


def inherit_sockets(environment: MutableMapping[str, str], process: int) -> list[socket.socket]:
    """Return the sockets that a service manager has opened for this process; mostly none.

    Args:
        environment: ``LISTEN_FDS`` and ``LISTEN_PID`` count, see sd_listen_fds(3). They are taken
            out of it: processes that this one starts get no sockets.
        process: this process's number; sockets for another one are ignored.

    Raises:
        ListenError: what was handed over is no listening stream socket.
    """
    number, owner, _ = (
        environment.pop(name, "") for name in ("LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES")
    )
    if owner != str(process) or not number.isdecimal():
        return []
    sockets = []
    for descriptor in range(_FIRST, _FIRST + int(number)):
        try:
            each = socket.socket(fileno=descriptor)
            listens = each.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
        except OSError as error:
            raise ListenError(f"descriptor {descriptor} from systemd is not a socket") from error
        if each.type != socket.SOCK_STREAM or not listens:
            raise ListenError(
                f"descriptor {descriptor} from systemd is not a listening stream socket",
                hint="Use ListenStream= in the socket unit, and Accept=no.",
            )
        os.set_inheritable(descriptor, False)  # noqa: FBT003 - has no name
        each.settimeout(0)
        sockets.append(each)
    return sockets


def open_sockets(listen: Listen) -> list[socket.socket]:
    """Open the sockets of an address: one, or one each where a host's name means several.

    Raises:
        ListenError: it is in use, or not this machine's, or not allowed.
    """
    try:
        return (
            [_open_unix(Path(listen.path))] if listen.path else _open_tcp(listen.host, listen.port)
        )
    except OSError as error:
        raise describe_error(listen, error) from error


def _open_tcp(host: str, port: int) -> list[socket.socket]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    sockets: list[socket.socket] = []
    try:
        for family, kind, protocol, _, address in dict.fromkeys(found):
            each = socket.socket(family, kind, protocol)
            sockets.append(each)
            # A restart need not wait until the last connections are forgotten.
            each.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                each.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            each.bind(address)
            _listen(each)
    except OSError:
        for each in sockets:
            each.close()
        raise
    return sockets


def _open_unix(path: Path) -> socket.socket:
    """Open a Unix socket; one that a dead server left behind is replaced."""
    each = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        if _is_stale(path):
            path.unlink(missing_ok=True)
        each.bind(str(path))
        path.chmod(_SOCKET_MODE)
        _listen(each)
    except OSError:
        each.close()
        raise
    return each


def _listen(each: socket.socket) -> None:
    each.listen(BACKLOG)
    each.settimeout(0)


def _is_stale(path: Path) -> bool:
    try:
        if not stat.S_ISSOCK(path.lstat().st_mode):
            return False
    except FileNotFoundError:
        return False
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        return probe.connect_ex(str(path)) == errno.ECONNREFUSED


def describe_error(listen: Listen, error: OSError) -> ListenError:
    """Return the error for an address that can't be listened at, with a hint that may help."""
    hints = {
        errno.EADDRINUSE: "Another program listens there, perhaps another refeed. "
        "Name another address as server.listen.",
        errno.EADDRNOTAVAIL: "Name an address of this machine as server.listen.",
        errno.EACCES: "Ports below 1024 and folders of others need more rights than refeed has.",
    }
    hint = hints.get(error.errno or 0, "")
    return ListenError(f"can't listen on {listen}: {error.strerror or error}", hint=hint)
