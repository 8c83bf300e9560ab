"""The address that the server listens at, and its secret path."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from refeed.config.text_checks import check_text
from refeed.config.wording import CheckError, refuse

_UNIX: Final = "unix:"
# sockaddr_un has 108 bytes, the last of them zero (unix(7)).
_LONGEST_SOCKET_PATH: Final = 107
_HIGHEST_PORT: Final = 65_535
_PORT: Final = re.compile(r"[0-9]{1,5}")
_IPV6: Final = re.compile(
    r"\[([0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(?:%[\w.-]+)?)\](?::([0-9]{1,5}))?", re.ASCII
)
_HOST: Final = re.compile(r"([A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)(?::([0-9]{1,5}))?")
# 16 letters and digits are more than 90 bits, if they are drawn by lot.
_SHORTEST_SECRET: Final = 16
_SECRET: Final = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True)
class Listen:
    """Where the server listens: at a host and port, or at a Unix socket.

    Attributes:
        host: a name or an IP address, without brackets; "" for a Unix socket.
        port: 0 for one that the system chooses.
        path: of the Unix socket, absolute, or "".
    """

    host: str = "127.0.0.1"
    port: int = 8080
    path: str = ""

    def __str__(self) -> str:
        """Return it as the configuration writes it."""
        if self.path:
            return f"unix:{self.path}"
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def check_listen(value: object) -> Listen:
    """Check for a host, a port or both, or the path of a Unix socket after ``unix:``.

    What is left out is as in `Listen()`.
    """
    written = check_text(value)
    if written.startswith(_UNIX):
        return _check_unix_socket(written)
    if _PORT.fullmatch(written):
        host, port = Listen.host, int(written)
    elif found := _IPV6.fullmatch(written) or _HOST.fullmatch(written):
        host, port = found[1], int(found[2] or Listen.port)
    else:
        refuse(written, "is not an address such as 127.0.0.1:8080, [::1]:8080 or unix:/path")
    if port > _HIGHEST_PORT:
        refuse(written, f"has a port above {_HIGHEST_PORT}")
    return Listen(host, port)


def check_secret(value: object) -> str:
    """Check for a secret part of a path, or ""; the mistake does not show it."""
    if not isinstance(value, str):
        raise CheckError("is not text in quotes")
    secret = value.strip("/")
    if secret and not _SECRET.fullmatch(secret):
        raise CheckError("has characters other than letters, digits, - and _")
    if secret and len(secret) < _SHORTEST_SECRET:
        raise CheckError(f"can be guessed: {_SHORTEST_SECRET} characters at least")
    return secret


def _check_unix_socket(written: str) -> Listen:
    path = written.removeprefix(_UNIX)
    if not path.startswith("/") or path.endswith("/"):
        refuse(written, "is not the absolute path of a socket, such as unix:/run/refeed/socket")
    if len(path.encode()) > _LONGEST_SOCKET_PATH:
        refuse(written, f"is too long: {_LONGEST_SOCKET_PATH} bytes of path at most")
    return Listen("", 0, path)
