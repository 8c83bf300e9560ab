"""The address of a page in a mirror of a site, as wget makes them: it is the path of the file."""

from __future__ import annotations

import re
from functools import cache
from urllib.parse import quote

_SCHEMES = ("http", "https")
_HOST = re.compile(
    r"((?:[a-z0-9_-]+\.)+([a-z]{2,}|xn--[a-z0-9-]+)|localhost|[0-9]{1,3}(?:\.[0-9]{1,3}){3})"
    r"(?:[:+]([0-9]{1,5}))?",
    re.IGNORECASE | re.ASCII,
)
# Of the names that are set apart for networks of one's own (RFC 6761, 6762, 8375, 9476).
_OWN_DOMAINS = frozenset(("local", "lan", "internal", "localhost", "arpa", "onion"))
_HTTPS_PORT = "443"
_MOST_PORT = 65_535
_MOST_OCTET = 255
_INDEX = re.compile(r"(?:\A|(?<=/))index\.html?(?=\?|\Z)", re.IGNORECASE)
# What `wget -E` adds to a page whose name does not end so.
_ADDED = re.compile(
    r"(\?.*|\.(?:php[3-8]?|aspx?|jspx?|cgi|cfm|pl|do))\.html\Z", re.IGNORECASE | re.DOTALL
)
# For systems on which a file's name can't have a question mark.
_AT = re.compile(r"(\.(?:html?|php[3-8]?|aspx?|jspx?|cgi|cfm|pl|do))@(?=[^/]*=)", re.IGNORECASE)
_STRAY = re.compile(r"%(?![0-9A-Fa-f]{2})")


def find_address(path: str) -> str:
    """Return the address of a page by its path, or "".

    Args:
        path: of the file, from where the folders of hosts are; one for the scheme may be around
            them, else it is https, or http for a number, a machine of one's own and a port.
            Bytes that are not UTF-8 are surrogate-escaped (PEP 383).
    """
    first, _, rest = path.partition("/")
    scheme = ""
    if first in _SCHEMES:
        scheme = first
        first, _, rest = rest.partition("/")
    host = _HOST.fullmatch(first)
    if not rest or not host or not _is_host(host):
        return ""
    scheme = scheme or _choose_scheme(host)
    rest = _ADDED.sub(lambda found: found[1], _AT.sub(r"\1?", rest, count=1))
    rest = _INDEX.sub("", rest, count=1)
    place, mark, query = rest.partition("?")
    port = f":{host[3]}" if host[3] else ""
    return f"{scheme}://{host[1]}{port}/{_quote(place)}{mark}{_quote(query)}"


def _quote(text: str) -> str:
    data = _STRAY.sub("%25", text).encode("utf-8", "surrogateescape")
    return quote(data, safe="/%:@!$&'()*+,;=~?")


def _is_host(found: re.Match[str]) -> bool:
    if int(found[3] or 0) > _MOST_PORT:
        return False
    if found[2]:
        name = found[2].lower()
        return name in _load_top_domains() or name in _OWN_DOMAINS or name.startswith("xn--")
    return all(int(part) <= _MOST_OCTET for part in found[1].split(".") if part.isdecimal())


def _choose_scheme(found: re.Match[str]) -> str:
    """Return http for what has no certificates, as a rule: numbers, one's own machine, ports."""
    if found[3]:
        return "https" if found[3] == _HTTPS_PORT else "http"
    is_named = found[2] and found[2].lower() not in _OWN_DOMAINS
    return "https" if is_named else "http"


@cache
def _load_top_domains() -> frozenset[str]:
    from linkify_it.tlds import TLDS

    return frozenset(map(str.lower, TLDS))
