"""The address of a page in a mirror of a site, as wget makes them: it is the path of the file."""

from __future__ import annotations

import re
from functools import cache
from urllib.parse import quote

_SCHEMES = ("http", "https")
_HOST = re.compile(
    r"((?:[a-z0-9_-]+\.)+([a-z]{2,}|xn--[a-z0-9-]+))(?:[:+]([0-9]{1,5}))?", re.IGNORECASE
)
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
            them. Bytes that are not UTF-8 are surrogate-escaped (PEP 383).
    """
    first, _, rest = path.partition("/")
    scheme = "https"
    if first in _SCHEMES:
        scheme = first
        first, _, rest = rest.partition("/")
    host = _HOST.fullmatch(first)
    if not rest or not host or not _is_top_domain(host[2]):
        return ""
    rest = _ADDED.sub(lambda found: found[1], _AT.sub(r"\1?", rest, count=1))
    rest = _INDEX.sub("", rest, count=1)
    place, mark, query = rest.partition("?")
    port = f":{host[3]}" if host[3] else ""
    return f"{scheme}://{host[1]}{port}/{_quote(place)}{mark}{_quote(query)}"


def _quote(text: str) -> str:
    data = _STRAY.sub("%25", text).encode("utf-8", "surrogateescape")
    return quote(data, safe="/%:@!$&'()*+,;=~?")


def _is_top_domain(name: str) -> bool:
    return name.lower() in _load_top_domains() or name.lower().startswith("xn--")


@cache
def _load_top_domains() -> frozenset[str]:
    from linkify_it.tlds import TLDS

    return frozenset(map(str.lower, TLDS))
