"""Pages in a mirror of a site, as wget makes them: the path of a file is its page's address."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from urllib.parse import quote, unquote

from refeed.reading.address_parts import split_address

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
_PAGE_SUFFIX = re.compile(r"\.[sx]?html?\Z", re.IGNORECASE)
# What `wget -E` adds to a page whose name does not end so.
_ADDED = re.compile(
    r"(\?.*|\.(?:php[3-8]?|aspx?|jspx?|cgi|cfm|pl|do))\.html\Z", re.IGNORECASE | re.DOTALL
)
# For systems on which a file's name can't have a question mark.
_AT = re.compile(r"(\.(?:html?|php[3-8]?|aspx?|jspx?|cgi|cfm|pl|do))@(?=[^/]*=)", re.IGNORECASE)
# The end of a name that says what a file is, and that it is no page.
_OTHER_END = re.compile(
    r"\.(?!(?:[sx]?html?|phtml|php[3-8]?|aspx?|jspx?|cgi|cfm|pl|do|action)\Z)[a-z][a-z0-9]{0,11}\Z",
    re.IGNORECASE | re.ASCII,
)
_START_OF_PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|body|title|meta|h1)\b", re.IGNORECASE)
_HEAD_LENGTH = 4096
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


@lru_cache(maxsize=1024)
def is_mirror(folder: str) -> bool:
    """Tell whether a folder is one of a mirror: it or a folder around it is named as a host.

    Args:
        folder: its path, from the seeds folder.
    """
    hosts = map(_HOST.fullmatch, folder.split("/"))
    return any(host is not None and _is_host(host) for host in hosts)


def is_page_name(name: str) -> bool:
    """Tell whether a file of a mirror may be a page by its name: none says `.css` or `.png`.

    `wget` names a page as its address does: `foo`, `foo.php?id=3`, `release-1.2`.
    """
    return _OTHER_END.search(_AT.sub(r"\1?", name, count=1).partition("?")[0]) is None


def is_page_of_mirror(path: str) -> bool:
    """Tell whether a file is one of a mirror that may be a page, by its path."""
    folder, _, name = path.rpartition("/")
    return is_mirror(folder) and is_page_name(name)


def looks_like_page(data: bytes) -> bool:
    """Tell whether a file begins as a page does, from its bytes in an encoding that holds ASCII."""
    return _START_OF_PAGE.search(data[:_HEAD_LENGTH].replace(b"\0", b"")) is not None


def find_host_folder(path: str) -> str:
    """Return the folder of a site in a mirror, where its paths begin, or "".

    Args:
        path: of a file in it, from the seeds folder.
    """
    parts = path.split("/")[:-1]
    at = next((at for at, part in enumerate(parts) if is_mirror(part)), -1)
    return "/".join(parts[: at + 1])


def stands_at_address(path: str, url: str) -> bool:
    """Tell whether a page's file is where a copy of its site has it, whatever the root is called.

    Signs are written in many ways in the names of files, and `?` before a query left out, so that
    letters and digits count.

    Args:
        path: of the file.
        url: the page's address.
    """
    parts = split_address(url)
    steps = [step for step in _INDEX.sub("", unquote(parts.path)).split("/") if step]
    if parts.query:
        steps[-1:] = ["".join((*steps[-1:], unquote(parts.query)))]
    name = _INDEX.sub("", path)
    if name == path and not steps:
        return False
    places = [place for place in name.split("/") if place][-len(steps) :] if steps else []
    return list(map(_squeeze, places)) == list(map(_squeeze, steps))


def _squeeze(step: str) -> str:
    """Return the letters and digits of a part of a path, without the suffix of a page."""
    return "".join(filter(str.isalnum, _PAGE_SUFFIX.sub("", step).lower()))


def find_own_path(path: str, html: str) -> str:
    """Return the path of the address of a page to which `wget -E` added `.html`, or "".

    The end was added if the page has its own address without it, as links to its parts and to share
    it do, and nowhere with it.

    Args:
        path: of the file, from the seeds folder.
        html: the page.
    """
    folder, _, name = path.rpartition("/")
    if not name.endswith(".html") or name == "index.html" or not is_mirror(folder):
        return ""
    parts = path.removesuffix(".html").split("/")
    at = next(at for at, part in enumerate(parts) if is_mirror(part))
    own = "/" + _quote("/".join(parts[at + 1 :]))
    host = parts[at].removeprefix("www.")
    ends = _find_ends(f"{host}{own}", html) | _find_ends(own, html, before="\"'=")
    ends |= _find_ends(quote(f"{host}{own}", safe=""), html)
    return own if ends and ".html" not in ends else ""


def _find_ends(address: str, html: str, before: str = "") -> set[str]:
    """Return what follows an address wherever it stands: ".html", "" where it ends, or neither.

    Args:
        address: to look for, in any case.
        html: the page.
        before: one of these characters stands before it, if there are any.
    """
    start = f"[{before}]" if before else ""
    found = re.finditer(
        rf"{start}{re.escape(address)}(\.html)?(?=[\"'#?&<\s]|%23|%3F|%26|\Z)", html, re.IGNORECASE
    )
    return {match[1] or "" for match in found}


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
