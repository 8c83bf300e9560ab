"""Which hosts and IP addresses may be asked for pictures.

An article can name any address, also one that only this machine can reach: a router, a service of
the cloud that it runs in. Only what anybody can reach is asked, unless the operator lists it.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

IPAddress: TypeAlias = IPv4Address | IPv6Address
IPNetwork: TypeAlias = IPv4Network | IPv6Network

_GLOBAL_UNICAST: Final = IPv6Network("2000::/3")
"""All that was ever assigned to hosts in the Internet (RFC 4291, section 2.4)."""

_PROTOCOLS: Final = IPv4Network("192.0.0.0/24")
"""Of protocols, not of hosts (RFC 6890, table 7); not all versions of Python count all of it."""

_NAT64: Final = IPv6Network("64:ff9b::/96")
"""The addresses of IPv4 hosts in networks that have IPv6 only (RFC 6052, section 2.1)."""

_WEB_PORTS: Final = frozenset((80, 443))
_LOWEST_FREE_PORT: Final = 1024
"""Below it, other ports are those of mail, shells and their like."""


@dataclass(frozen=True, slots=True)
class Access:
    """What may be asked besides what anybody can reach.

    Attributes:
        hosts: names, lower-case.
        networks: their addresses.
    """

    hosts: frozenset[str] = frozenset()
    networks: tuple[IPNetwork, ...] = ()

    def permits(self, host: str, address: IPAddress) -> bool:
        """Tell whether an address that a host's name led to may be connected to."""
        if host in self.hosts or is_public(address):
            return True
        return any(address in network for network in self.networks)

    def permits_port(self, host: str, port: int) -> bool:
        """Tell whether a host may be asked at a port."""
        return port in _WEB_PORTS or port >= _LOWEST_FREE_PORT or host in self.hosts


def parse_access(listed: Iterable[str]) -> Access:
    """Return what a list of hosts, addresses and networks permits."""
    hosts, networks = set(), []
    for each in listed:
        network = parse_network(each)
        if network is None:
            hosts.add(each.lower())
        else:
            networks.append(network)
    return Access(frozenset(hosts), tuple(networks))


def parse_network(text: str) -> IPNetwork | None:
    """Return the network that a text names, or the address as a network of one; None if none."""
    try:
        return ip_network(text.strip("[]"), strict=False)
    except ValueError:
        return None


def parse_ip(text: str) -> IPAddress | None:
    """Return the address that a text is; None if it is none."""
    try:
        return ip_address(text)
    except ValueError:
        return None


def is_public(address: IPAddress) -> bool:
    """Tell whether an address is that of a host which anybody in the Internet can reach.

    An IPv6 address that stands for an IPv4 address is as public as that is.
    """
    if isinstance(address, IPv4Address):
        return address.is_global and not address.is_multicast and address not in _PROTOCOLS
    embedded = address.ipv4_mapped or _find_nat64(address)
    if embedded is not None:
        return is_public(embedded)
    if address not in _GLOBAL_UNICAST or address.teredo is not None or not address.is_global:
        return False
    return address.sixtofour is None or is_public(address.sixtofour)


def _find_nat64(address: IPv6Address) -> IPv4Address | None:
    return IPv4Address(int(address) & 0xFFFF_FFFF) if address in _NAT64 else None
