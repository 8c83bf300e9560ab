"""The HTTP server of an output folder, for `refeed serve` and the daemon.

It answers GET and HEAD for published files, and reports health and metrics.
"""

from __future__ import annotations

from refeed.server.http_server import HttpServer, check_published, check_readable
from refeed.server.listeners import ListenError, inherit_sockets
from refeed.server.metrics import Metrics
from refeed.server.published_files import count_entries, read_base_url
from refeed.server.site_options import find_site_options
from refeed.server.static_files import build_file_headers

__all__ = [
    "HttpServer",
    "ListenError",
    "Metrics",
    "build_file_headers",
    "check_published",
    "check_readable",
    "count_entries",
    "find_site_options",
    "inherit_sockets",
    "read_base_url",
]
