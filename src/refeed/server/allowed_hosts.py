"""Decides which hosts are answered at a loopback address.

A page elsewhere can resolve its own host name to 127.0.0.1, and then read what is served there (DNS
rebinding). Its requests still name that host, and are refused.
"""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import ip_address
from typing import Final

REFUSAL: Final = (
    "This server listens for its own machine and answers to localhost and to the host of base_url. "
    "If it is to have another name, set base_url to it, or have the proxy in front send one of "
    "these as Host."
)

_HOST: Final = re.compile(r"(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::[0-9]*)?", re.IGNORECASE)


@lru_cache(maxsize=256)
def is_allowed(host: bytes, allowed: frozenset[str]) -> bool:
    """Tell whether a request for a host is answered.

    Args:
        host: as in the Host header, with its port if there is one. An empty one is answered:
            browsers, which DNS rebinding is about, always name one.
        allowed: names in lower case, besides those that always mean this machine.
    """
    if not host:
        return True
    match = _HOST.fullmatch(host.decode("latin-1"))
    if match is None:
        return False
    name = (match[1] or match[2]).lower().removesuffix(".")
    return name in allowed or name.endswith(".localhost") or is_loopback(name)


def is_loopback(host: str) -> bool:
    """Tell whether a name or an IP address always means the machine itself."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
