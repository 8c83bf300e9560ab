"""The server: an output folder over HTTP, to feed readers and browsers, by itself or in the daemon.

It answers GET and HEAD for what refeed publishes, and reports refeed's health and figures.
"""

from __future__ import annotations

from refeed.server.metrics import Metrics
from refeed.server.published_files import count_entries, read_base_url
from refeed.server.server import Server, check_published, check_readable
from refeed.server.sockets import ListenError, inherit_sockets

__all__ = [
    "ListenError",
    "Metrics",
    "Server",
    "check_published",
    "check_readable",
    "count_entries",
    "inherit_sockets",
    "read_base_url",
]
