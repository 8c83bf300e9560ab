"""Which article a URL is about: identity, version 1.

The key of an article is its URL in a normal form; ids and the names of feeds hang on it. So these
rules, the list of tracking parameters among them, change only with a major release: what cleaning
takes off a link may grow, this may not. The normal form, beyond RFC 3986, section 6.2:

- https for http, and neither default port;
- no user, no `www.`, `m.`, `mobile.` or `amp.` before the host, and the host in punycode;
- no empty path segments, no slash at the end, no AMP markers in path or query;
- no tracking parameters, no empty ones, the rest sorted by name;
- no fragment, unless it begins with `!` and so names a page.
"""

from __future__ import annotations

import re
import unicodedata
import uuid
from typing import TYPE_CHECKING, Final

from refeed.errors import UrlError
from refeed.identity.tracking_parameters import (
    EVERYWHERE,
    EVERYWHERE_PREFIXES,
    RSS_SOURCE,
    SITES,
    UNDER_COUNTRIES,
)

if TYPE_CHECKING:
    from refeed.identity.tracking_parameters import Site

VERSION: Final = 1

_URL = re.compile(
    r"https?:[/\\]{2,}([^/?#\\]*)([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.IGNORECASE | re.DOTALL
)
_SPACE = "".join(map(chr, range(0x21)))
_BREAKS = str.maketrans("", "", "\t\n\r")
# `http://https://host`, also as a browser writes it down: `http://https//host`.
_SCHEMES = re.compile(r"(?:https?[:：]?//+){2,}", re.IGNORECASE)

_AUTHORITY = re.compile(r"(?:.*@)?(\[[^\[\]]*\]|[^:\[\]@]*)(?::(.*))?", re.DOTALL)
_PORT = re.compile(r"0*([0-9]{1,5})")
_LAST_PORT: Final = 65_535
_DEFAULT_PORTS = frozenset({"", "80", "443"})

_ASCII_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")
_LONGEST_HOST: Final = 240
_PREFIXES = ("www.", "m.", "mobile.", "amp.")
_MOBILE_WIKI = re.compile(r"([a-z0-9-]+)\.m\.(wik[a-z]+\.org)")
_JOINERS = frozenset("-_\u200c\u200d\ufe0f")

_PLAIN_PATH = re.compile(r"(?:/[A-Za-z0-9_~!$&'()*+,;=:@-][A-Za-z0-9._~!$&'()*+,;=:@-]*)*")
_PLAIN_QUERY = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@/?-]*")
# Runs of escapes beyond ASCII, escapes of ASCII, runs of what must be escaped.
_TO_NORMALISE = re.compile(
    r"(?:%[89A-Fa-f][0-9A-Fa-f])+|%([0-7][0-9A-Fa-f])|%|[^%A-Za-z0-9._~!$&'()*+,;=:@/?-]+"
)
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")

_AMP_VALUES = frozenset({"", "1", "true"})
_AMP_PAIRS = frozenset({"outputtype=amp", "output=amp"})


def key_of(url: str) -> str:
    """Normalise a URL to the key of its article.

    Args:
        url: an absolute http(s) URL, as found.

    Returns:
        The key, an https URL in ASCII. The key of a key is itself.

    Raises:
        UrlError: the text is no absolute http(s) URL, or its host or port can't be one.
    """
    text = url.strip(_SPACE)
    if not text.isprintable():
        text = text.translate(_BREAKS)
    if _SCHEMES.match(text):
        text = _SCHEMES.sub("https://", text, count=1)
    match = _URL.fullmatch(text)
    if match is None:
        raise UrlError(f"{_shown(url)} is not an absolute http or https URL")
    authority, path, query, fragment = match.groups()
    host, port = _host_and_port(authority, url)
    key = f"https://{host}{port}{_path(path)}"
    if query and (kept := _query(query, host)):
        key = f"{key}?{kept}"
    if fragment and fragment[0] == "!" and len(fragment) > 1:
        key = f"{key}#{_normal(fragment)}"
    return key


def entry_id(key: str) -> str:
    """Make the Atom id of an article: its key's name-based UUID (RFC 9562, 5.5) as a URN."""
    return uuid.uuid5(uuid.NAMESPACE_URL, key).urn


def source_of(key: str) -> str:
    """Take the source out of a key: the host, with its port if it has one.

    It is lower-case ASCII, holds no slash, and is neither empty nor made of dots, so it can be the
    name of a folder.
    """
    return key[8:].partition("/")[0]


def _host_and_port(authority: str, url: str) -> tuple[str, str]:
    if len(authority) <= _LONGEST_HOST and _ASCII_HOST.fullmatch(authority):
        return _without_prefixes(authority), ""
    match = _AUTHORITY.fullmatch(authority)
    if match is None:
        raise UrlError(f"the host of {_shown(url)} can't be one")
    host = _host(match[1].lower().removesuffix("."), url)
    return _without_prefixes(host), _port(match[2] or "", url)


def _port(port: str, url: str) -> str:
    match = _PORT.fullmatch(port)
    if port and (match is None or not 0 < int(match[1]) <= _LAST_PORT):
        raise UrlError(f"the port of {_shown(url)} is not a number from 1 to {_LAST_PORT}")
    number = str(int(match[1])) if match else ""
    # The key says https for http too, so both default ports mean the same.
    return "" if number in _DEFAULT_PORTS else f":{number}"


def _host(host: str, url: str) -> str:
    if host.startswith("["):
        return _ipv6(host, url)
    if "%" in host:
        host = _unquoted(host)
    if not host:
        raise UrlError(f"{_shown(url)} names no host")
    if len(host) <= _LONGEST_HOST and not host.isascii():
        host = _punycode(host)
    if len(host) > _LONGEST_HOST or not _ASCII_HOST.fullmatch(host):
        raise UrlError(f"the host of {_shown(url)} can't be one")
    return host


def _ipv6(host: str, url: str) -> str:
    from ipaddress import IPv6Address  # noqa: PLC0415 - hardly ever needed, and slow to import

    try:
        address = IPv6Address(host[1:-1].partition("%")[0])
    except ValueError as error:
        raise UrlError(f"the host of {_shown(url)} is not an IPv6 address") from error
    return f"[{address.compressed}]"


def _punycode(host: str) -> str:
    """Encode a host for the DNS; "" where it can't be one, or is a lone word."""
    import idna  # noqa: PLC0415 - only for hosts that aren't ASCII, and slow to import

    if "." not in host and "。" not in host:
        return ""
    try:
        return idna.encode(host, uts46=True).decode().lower()
    except UnicodeError:  # emoji and the like, which registries sell all the same
        labels = unicodedata.normalize("NFKC", host).lower().split(".")
        return ".".join(map(_punycode_label, labels))


def _punycode_label(label: str) -> str:
    if label.isascii():
        return label
    if not all(
        c.isalnum() or c in _JOINERS or unicodedata.category(c) in {"Mn", "Mc", "So"} for c in label
    ):
        return ""
    return f"xn--{label.encode('punycode').decode()}".lower()


def _without_prefixes(host: str) -> str:
    """Take off what names a form of the site, `m.` and the like, if a domain is left."""
    while host.startswith(_PREFIXES):
        _, _, rest = host.partition(".")
        if "." not in rest:
            return host
        host = rest
    if ".m.wik" in host and (wiki := _MOBILE_WIKI.fullmatch(host)):
        return f"{wiki[1]}.{wiki[2]}"
    return host


def _path(path: str) -> str:
    path = path.rstrip("/")
    if not _PLAIN_PATH.fullmatch(path):
        path = _resolved(_normal(path.replace("\\", "/")))
    if "amp" in path:
        path = _without_amp(path)
    return path or "/"


def _resolved(path: str) -> str:
    """Resolve dot segments (RFC 3986, section 5.2.4) and drop empty ones."""
    kept: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            del kept[-1:]
        elif segment not in {"", "."}:
            kept.append(segment)
    return "".join(f"/{segment}" for segment in kept)


def _without_amp(path: str) -> str:
    segments = [segment for segment in path.split("/") if segment not in {"", "amp"}]
    while segments:
        segments[-1] = _without_amp_suffix(segments[-1])
        if segments[-1] != "amp":
            break
        segments.pop()
    return "".join([f"/{segment}" for segment in segments])


def _without_amp_suffix(segment: str) -> str:
    """Make `name.html` of `name.amp.html` and `name` of `name.amp`."""
    stem, dot, extension = segment.rpartition(".")
    if extension not in {"html", "htm"}:
        stem, dot, extension = segment, "", ""
    end = len(stem)
    while end > len(".amp") and stem.endswith(".amp", 0, end) and stem[end - 5] != ".":
        end -= len(".amp")
    return f"{stem[:end]}{dot}{extension}"


def _query(query: str, host: str) -> str:
    sites = _sites_of(host)
    kept: list[tuple[str, str]] = []
    for piece in query.split("&"):
        normal = piece if _PLAIN_QUERY.fullmatch(piece) else _normal(piece)
        while normal.startswith("amp;"):  # left of an `&amp;` that was escaped twice
            normal = normal[4:]
        name, _, value = normal.partition("=")
        if normal and not _is_dropped(name.lower(), value, sites):
            kept.append((name, normal))
    kept.sort(key=lambda named: named[0])
    return "&".join([normal for _, normal in kept])


def _is_dropped(name: str, value: str, sites: list[Site]) -> bool:
    if name in EVERYWHERE or name.startswith(EVERYWHERE_PREFIXES):
        return True
    if name == "amp" and value.lower() in _AMP_VALUES:
        return True
    if name == "source" and RSS_SOURCE.fullmatch(value):
        return True
    if f"{name}={value.lower()}" in _AMP_PAIRS:
        return True
    return any(name in site.names or name.startswith(site.prefixes) for site in sites)


def _sites_of(host: str) -> list[Site]:
    found = []
    domain = host
    while domain:
        label, _, rest = domain.partition(".")
        site = SITES.get(domain) or (
            UNDER_COUNTRIES.get(label) if len(rest) <= len("com.xx") else None
        )
        if site is not None:
            found.append(site)
        domain = rest
    return found


def _normal(text: str) -> str:
    """Bring percent-encoding into its normal form (RFC 3986, 6.2.2); encode what must be."""
    return _TO_NORMALISE.sub(_normal_run, text)


def _normal_run(match: re.Match[str]) -> str:
    text = match[0]
    if match[1]:
        character = chr(int(match[1], 16))
        return character if _UNRESERVED.fullmatch(character) else text.upper()
    if text[0] == "%" and len(text) > 1:
        return text.upper()
    return f"%{text.encode(errors='surrogatepass').hex('%').upper()}"


def _unquoted(host: str) -> str:
    from urllib.parse import unquote  # noqa: PLC0415 - hardly ever needed

    return unquote(host, errors="replace").lower()


_LONGEST_SHOWN: Final = 200


def _shown(url: str) -> str:
    return repr(url if len(url) <= _LONGEST_SHOWN else f"{url[:_LONGEST_SHOWN]}…")
