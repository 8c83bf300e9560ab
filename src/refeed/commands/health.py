"""`refeed health`: whether the running daemon is well."""

from __future__ import annotations

import socket
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from refeed.locks import read_daemon_status

if TYPE_CHECKING:
    from refeed.config import Config

_PATH: Final = "/healthz"
_LONGEST: Final = 4096
_UNIX: Final = "unix:"
_OK: Final = 200


class _UnixConnection(HTTPConnection):
    """A connection to a Unix socket."""

    def __init__(self, path: str, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def find_problem(config: Config, timeout: float) -> str:
    """Ask the daemon of a configuration how it is.

    Args:
        config: names its state folder.
        timeout: seconds to wait for an answer over HTTP.

    Returns:
        What is wrong, in one line, or "": no daemon runs, it says that it has a problem, or it
        serves and does not answer.
    """
    daemon = read_daemon_status(config.state)
    if daemon is None:
        return f"no refeed run keeps the state folder {config.state}"
    if daemon.get("problem"):
        return str(daemon["problem"])
    addresses = daemon.get("addresses", ())
    return _ask(addresses[0], config.server.secret_path, timeout) if addresses else ""


def _ask(address: str, secret: str, timeout: float) -> str:
    if address.startswith(_UNIX):
        connection: HTTPConnection = _UnixConnection(address.removeprefix(_UNIX), timeout)
    else:
        connection = HTTPConnection(urlsplit(address).netloc, timeout=timeout)
    try:
        connection.request("GET", f"/{secret}{_PATH}" if secret else _PATH)
        response = connection.getresponse()
        text = response.read(_LONGEST).decode("utf-8", "replace").strip()
    except (OSError, HTTPException) as error:
        return f"{address} does not answer: {str(error) or type(error).__name__}"
    finally:
        connection.close()
    return "" if response.status == _OK else text or f"it answers {response.status}"
