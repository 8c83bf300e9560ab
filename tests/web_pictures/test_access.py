"""Which addresses are those that anybody can reach."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refeed.web_pictures.access import Access, is_public, parse_access

if TYPE_CHECKING:
    from ipaddress import IPv4Address

PRIVATE = """
0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 127.255.255.254 169.254.169.254 172.16.0.1 172.31.255.255
192.0.0.8 192.0.2.1 192.168.1.1 198.18.0.1 198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.250
240.0.0.1 255.255.255.255 :: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 64:ff9b::127.0.0.1
64:ff9b::169.254.169.254 64:ff9b:1::8.8.8.8 100::1 2001:db8::1 2001::1 2002:7f00:1::
2002:a00:1:: fc00::1 fd12:3456::1 fe80::1 fec0::1 ff02::1 ff0e::1 4000::1
""".split()
PUBLIC = """
1.1.1.1 8.8.8.8 93.184.216.34 172.32.0.1 ::ffff:8.8.8.8 64:ff9b::8.8.8.8 2606:4700::1111
2a00:1450:4001::1 2002:808:808::
""".split()


@pytest.mark.parametrize("address", PRIVATE)
def test_what_only_some_can_reach(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_what_anybody_can_reach(address: str) -> None:
    assert is_public(ip_address(address))


@given(st.ip_addresses(v=4))
def test_no_form_of_an_address_is_more_public_than_it_is(address: IPv4Address) -> None:
    forms = [
        IPv6Address(f"::ffff:{address}"),
        IPv6Address(f"64:ff9b::{address}"),
        IPv6Address(f"::{address}"),
        IPv6Address((0x2002 << 112) | (int(address) << 80)),
    ]
    if not is_public(address):
        assert not any(map(is_public, forms))


def test_an_operators_list() -> None:
    access = parse_access(["NAS.local", "192.168.0.0/16", "10.0.0.7", "[fd00::1]"])
    assert access.permits("nas.local", ip_address("10.0.0.1"))
    assert access.permits("other", ip_address("192.168.3.4"))
    assert access.permits("other", ip_address("10.0.0.7"))
    assert access.permits("other", ip_address("fd00::1"))
    assert not access.permits("other", ip_address("10.0.0.8"))


@pytest.mark.parametrize(
    ("port", "is_permitted"), [(80, True), (443, True), (8080, True), (22, False), (25, False)]
)
def test_ports_of_other_services_are_left_alone(port: int, *, is_permitted: bool) -> None:
    assert Access().permits_port("a.example", port) is is_permitted
    assert Access(frozenset({"a.example"})).permits_port("a.example", port)
