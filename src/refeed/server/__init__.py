"""The server: an output folder over HTTP, to feed readers and browsers, by itself or in the daemon.

It answers GET and HEAD for what refeed publishes, and says how refeed is.
"""

from __future__ import annotations

from refeed.server.counting import feeds_in
from refeed.server.metrics import Metrics
from refeed.server.running import Server, readable
from refeed.server.sockets import ListenError, inherited

__all__ = ["ListenError", "Metrics", "Server", "feeds_in", "inherited", "readable"]
