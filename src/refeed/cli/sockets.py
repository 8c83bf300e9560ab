"""The sockets that systemd hands over."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import socket


def take_sockets() -> list[socket.socket]:
    """Return the sockets that systemd has opened; processes that this one starts get none."""
    from refeed.server import inherit_sockets

    sockets = inherit_sockets(os.environ, os.getpid())
    for name in ("LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES"):
        os.environ.pop(name, None)
    return sockets
