"""Checks of where the server listens, and under which path it answers."""

from __future__ import annotations

import re
from typing import Final, NoReturn

from refeed.config.checks import some_text, text
from refeed.config.mistakes import CheckError, Mistake, refuse
from refeed.config.values import Listen

_UNIX: Final = "unix:"
# sockaddr_un has 108 bytes, the last of them zero (unix(7)).
_LONGEST_SOCKET_PATH: Final = 107
_HIGHEST_PORT: Final = 65_535
_IPV6: Final = re.compile(
    r"\[([0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(?:%[\w.-]+)?)\]:([0-9]{1,5})", re.ASCII
)
_HOST: Final = re.compile(r"([A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?):([0-9]{1,5})")
# 16 letters and digits are more than 90 bits, if they are drawn by lot.
_SHORTEST_SECRET: Final = 16
_SECRET: Final = re.compile(r"[A-Za-z0-9_-]+")


def address(value: object) -> Listen:
    """Check for a host and port, or the path of a Unix socket after ``unix:``."""
    written = some_text(value)
    if written.startswith(_UNIX):
        return _socket(written)
    found = _IPV6.fullmatch(written) or _HOST.fullmatch(written)
    if not found:
        refuse(written, "is not an address such as 127.0.0.1:8080, [::1]:8080 or unix:/path")
    if int(found[2]) > _HIGHEST_PORT:
        refuse(written, f"has a port above {_HIGHEST_PORT}")
    return Listen(found[1], int(found[2]))


def secret(value: object) -> str:
    """Check for a part of a path that nobody guesses, or ""."""
    written = text(value).strip("/")
    if not written:
        return ""
    if not _SECRET.fullmatch(written):
        _refuse_secret("has characters other than letters, digits, - and _")
    if len(written) < _SHORTEST_SECRET:
        _refuse_secret(f"can be guessed: {_SHORTEST_SECRET} characters at least")
    return written


def _refuse_secret(reason: str) -> NoReturn:
    """Refuse a secret without showing it."""
    raise CheckError(Mistake((), reason))


def _socket(written: str) -> Listen:
    path = written.removeprefix(_UNIX)
    if not path.startswith("/") or path.endswith("/"):
        refuse(written, "is not the absolute path of a socket, such as unix:/run/refeed/socket")
    if len(path.encode()) > _LONGEST_SOCKET_PATH:
        refuse(written, f"is too long: {_LONGEST_SOCKET_PATH} bytes of path at most")
    return Listen("", 0, path)
