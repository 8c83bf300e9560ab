"""`base_url` where it is not stated: the address that `server.listen` serves the feeds at."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING, Final

from refeed.config.values import BASE_URL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from refeed.config.socket_address import Listen
    from refeed.config.values import Config, Server

_HTTP_PORT: Final = 80


def derive_base_url(server: Server) -> str:
    """Return the `base_url` that goes with the address to listen at.

    It depends on the configuration alone: `refeed rebuild` publishes what `refeed run` does. It is
    the default where no URL leads to the address, or its port is known only when it listens.
    """
    listen = server.listen
    if not _leads_anywhere(listen):
        return BASE_URL
    name = replace_wildcard(listen.host)
    host = f"[{name}]" if ":" in name else name
    port = "" if listen.port == _HTTP_PORT else f":{listen.port}"
    return f"http://{host}{port}/" + (f"{server.secret_path}/" if server.secret_path else "")


def find_base_url_problem(
    config: Config, addresses: Sequence[str], *, inherited: bool = False
) -> str:
    """Return what subscribers will miss for want of a stated `base_url`, or "".

    Args:
        config: what is served.
        addresses: where it is served.
        inherited: whether systemd has opened the sockets, instead of those of `server.listen`.
    """
    listen = config.server.listen
    if config.base_url != derive_base_url(config.server) or not addresses:
        return ""
    if (inherited or not _leads_anywhere(listen)) and config.base_url not in addresses:
        return "feeds name another address than they are served at; set base_url"
    if not inherited and replace_wildcard(listen.host) != listen.host:
        return "feeds name an address that only this machine reaches; set base_url for others"
    return ""


def replace_wildcard(host: str) -> str:
    """Return a host or IP address; for one that stands for all of a machine's, its loopback."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if not address.is_unspecified:
        return host
    return "::1" if ":" in host else "127.0.0.1"


def _leads_anywhere(listen: Listen) -> bool:
    # Browsers follow no URL with an IPv6 zone.
    return bool(listen.host and listen.port) and "%" not in listen.host
