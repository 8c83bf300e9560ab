"""Which article a URL is about: identity, version 1.

The key of an article is its URL in a normal form; ids and the names of feeds hang on it. So these
rules change only with a major release, and so do the lists in `version_1`. The normal
form, beyond RFC 3986, section 6.2:

- of a redirector or an AMP cache, the address that it leads to;
- https for http, and neither default port;
- no user, no `www.`, `m.`, `mobile.` or `amp.` before the host, and the host in punycode;
- no empty path segments, no slash at the end, no AMP markers in path or query, no session ids;
- no tracking parameters, no empty ones, the rest sorted by name;
- no fragment, unless it begins with `!` or `/` and so is a route that names a page.

The identity of an article without an address, see `refeed.identity.opaque`, is its own key.
"""

from __future__ import annotations

import re
import uuid
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from refeed.errors import UrlError
from refeed.identity.opaque import is_opaque

if TYPE_CHECKING:
    from refeed.identity.version_1 import IdentityRules

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

# Text that is its own normal form: no escape in lower case or of what needs none.
_NORMAL = re.compile(
    r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]++"
    r"|%(?:[0189A-F][0-9A-F]|2[0-9A-CF]|3[A-F]|40|5[B-E]|60|7[BCDF]))*+"
)
# Runs of escapes beyond ASCII, escapes of ASCII, runs of what must be escaped.
_TO_NORMALISE = re.compile(
    r"(?:%[89A-Fa-f][0-9A-Fa-f])+|%([0-7][0-9A-Fa-f])|%|[^%A-Za-z0-9._~!$&'()*+,;=:@/?-]+"
)
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")

_AMP_VALUES = frozenset({"", "1", "true"})
_AMP_PAIRS = frozenset({"outputtype=amp", "output=amp"})
_ROUTES = ("!", "/")
_NO_HOST: Final = "the host can't be one"

_DEEPEST: Final = 20


class _Site(NamedTuple):
    """What an authority names.

    Attributes:
        root: scheme, host and port, ``https://example.org:8080``.
        host: in its normal form.
        redirects: whether a redirector is known at this host.
    """

    root: str
    host: str
    redirects: bool


_Address: TypeAlias = tuple[_Site, str, str | None, str | None]
"""Site, path, query and fragment, the last three as they were found."""


def key_of(url: str, *, keeps_fragment: bool = False) -> str:
    """Normalise a URL to the key of its article.

    Args:
        url: an absolute http(s) URL, as found, or an opaque identity.
        keeps_fragment: whether addresses that differ in the fragment alone are of different
            articles, as those of a link blog's items.

    Returns:
        The key, an https URL in ASCII, or an opaque identity. The key of a key is itself, unless
        it keeps a fragment.

    Raises:
        UrlError: the text is no absolute http(s) URL, or its host or port can't be one.
    """
    if is_opaque(url):
        return url
    if keeps_fragment:
        return _add_fragment(key_of(url), url)
    address = _parse(url)
    key = _build_key(*address)
    site = address[0]
    return _follow(address, key) if site.redirects or _load_rules().may_redirect(key) else key


@lru_cache(maxsize=4096)  # each document that shows an entry asks for it
def entry_id(key: str) -> str:
    """Return the Atom id of an article: its key's name-based UUID (RFC 9562, 5.5) as a URN."""
    return uuid.uuid5(uuid.NAMESPACE_URL, key).urn


def source_of(key: str) -> str:
    """Return the source of a key: the host, with its port if it has one.

    It is lower-case ASCII, holds no slash, and is neither empty nor made of dots, so it can be the
    name of a folder.
    """
    return key.partition("://")[2].partition("/")[0]


def _parse(url: str) -> _Address:
    """Split a URL. Raises UrlError."""
    text = url.strip(_SPACE)
    if not text.isprintable():
        text = text.translate(_BREAKS)
    if _SCHEMES.match(text):
        text = _SCHEMES.sub("https://", text, count=1)
    match = _URL.fullmatch(text)
    if match is None:
        raise UrlError(f"{_shorten(url)} is not an absolute http or https URL")
    authority, path, query, fragment = match.groups()
    try:
        site = _read_authority(authority)
    except ValueError as error:
        raise UrlError(f"{_shorten(url)}: {error}") from error
    return site, path, query, fragment


def _add_fragment(key: str, url: str) -> str:
    fragment = url.partition("#")[2].strip(_SPACE)
    return f"{key}#{_normalise(fragment)}" if fragment and "#" not in key else key


def _follow(address: _Address, key: str) -> str:
    """Return the key of what an address leads to through redirectors and AMP caches."""
    for _ in range(_DEEPEST):
        site, path, query, fragment = address
        found = f"{site.root}{path}{_prefix('?', query)}{_prefix('#', fragment)}"
        # Some are only known by the normal form of their host and path.
        target = _load_rules().find_target(found) or _load_rules().find_target(key)
        if not target:
            break
        try:
            address = _parse(target)
        except UrlError:
            break
        key = _build_key(*address)
    return key


def _prefix(mark: str, text: str | None) -> str:
    return "" if text is None else mark + text


@cache
def _load_rules() -> IdentityRules:
    from refeed.identity import version_1

    return version_1.load()


@lru_cache(maxsize=1024)  # most addresses are of few hosts
def _read_authority(authority: str) -> _Site:
    """Read an authority. Raises ValueError: what is wrong with it."""
    host, port = authority, ""
    if len(authority) > _LONGEST_HOST or not _ASCII_HOST.fullmatch(authority):
        match = _AUTHORITY.fullmatch(authority)
        if match is None:
            raise ValueError(_NO_HOST)
        host, port = (
            _normalise_host(match[1].lower().removesuffix(".")),
            _normalise_port(match[2] or ""),
        )
    host = _drop_prefixes(host)
    return _Site(f"https://{host}{port}", host, _load_rules().redirectors.knows_host(host))


def _normalise_port(port: str) -> str:
    match = _PORT.fullmatch(port)
    if port and (match is None or not 0 < int(match[1]) <= _LAST_PORT):
        raise ValueError(f"the port is not a number from 1 to {_LAST_PORT}")
    number = str(int(match[1])) if match else ""
    # The key says https for http too, so both default ports mean the same.
    return "" if number in _DEFAULT_PORTS else f":{number}"


def _normalise_host(host: str) -> str:
    if host.startswith("["):
        return _normalise_ipv6(host)
    if "%" in host:
        host = _unquote(host)
    if not host:
        raise ValueError("names no host")
    if len(host) <= _LONGEST_HOST and not host.isascii():
        from refeed.urls import encode_host

        host = encode_host(host)
    if len(host) > _LONGEST_HOST or not _ASCII_HOST.fullmatch(host):
        raise ValueError(_NO_HOST)
    return host


def _normalise_ipv6(host: str) -> str:
    from ipaddress import IPv6Address

    try:
        address = IPv6Address(host[1:-1].partition("%")[0])
    except ValueError as error:
        raise ValueError("the host is not an IPv6 address") from error
    return f"[{address.compressed}]"


def _drop_prefixes(host: str) -> str:
    """Drop prefixes that name a form of the site, as `m.`, if a domain is left."""
    while host.startswith(_PREFIXES):
        _, _, rest = host.partition(".")
        if "." not in rest:
            return host
        host = rest
    if ".m.wik" in host and (wiki := _MOBILE_WIKI.fullmatch(host)):
        return f"{wiki[1]}.{wiki[2]}"
    return host


def _build_key(site: _Site, path: str, query: str | None, fragment: str | None) -> str:
    path, kept = _normalise_path(path), _split_query(query) if query else []
    while kept or _load_rules().tracking.concerns_path(path):
        stripped, kept = _load_rules().strip(site.host, path, kept)
        # The rules for a path may be others when something has been taken out of it.
        if stripped == path:
            break
        path = _normalise_path(stripped)
    kept.sort(key=lambda piece: piece.partition("=")[0])
    key = site.root + path
    if kept:
        key = f"{key}?{'&'.join(kept)}"
    if fragment and fragment[0] in _ROUTES and (route := fragment.rstrip("/")) not in {"", "!"}:
        key = f"{key}#{_normalise(route)}"
    return key


def _normalise_path(path: str) -> str:
    path = _normalise(path.replace("\\", "/")).rstrip("/")
    if "//" in path or "/." in path:
        path = _resolve_dots(path)
    if "amp" in path:
        path = _drop_amp(path)
    return path or "/"


def _resolve_dots(path: str) -> str:
    """Resolve dot segments (RFC 3986, section 5.2.4) and drop empty ones."""
    kept: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            del kept[-1:]
        elif segment not in {"", "."}:
            kept.append(segment)
    return "".join(f"/{segment}" for segment in kept)


def _drop_amp(path: str) -> str:
    segments = [segment for segment in path.split("/") if segment not in {"", "amp"}]
    while segments:
        segments[-1] = _drop_amp_suffix(segments[-1])
        if segments[-1] != "amp":
            break
        segments.pop()
    return "".join([f"/{segment}" for segment in segments])


def _drop_amp_suffix(segment: str) -> str:
    """Make `name.html` of `name.amp.html` and `name` of `name.amp`."""
    stem, dot, extension = segment.rpartition(".")
    if extension not in {"html", "htm"}:
        stem, dot, extension = segment, "", ""
    end = len(stem)
    while end > len(".amp") and stem.endswith(".amp", 0, end) and stem[end - 5] != ".":
        end -= len(".amp")
    return f"{stem[:end]}{dot}{extension}"


def _split_query(query: str) -> list[str]:
    """Split a query into its parameters in their normal form, without empty ones and AMP's."""
    kept = []
    for piece in query.split("&"):
        normal = _normalise(piece)
        while normal.startswith("amp;"):  # left of an `&amp;` that was escaped twice
            normal = normal[4:]
        if normal and not _is_amp(normal.lower()):
            kept.append(normal)
    return kept


def _is_amp(parameter: str) -> bool:
    name, _, value = parameter.partition("=")
    return (name == "amp" and value in _AMP_VALUES) or parameter in _AMP_PAIRS


def _normalise(text: str) -> str:
    """Bring percent-encoding into its normal form (RFC 3986, 6.2.2); encode what must be."""
    return text if _NORMAL.fullmatch(text) else _TO_NORMALISE.sub(_normalise_run, text)


def _normalise_run(match: re.Match[str]) -> str:
    text = match[0]
    if match[1]:
        character = chr(int(match[1], 16))
        return character if _UNRESERVED.fullmatch(character) else text.upper()
    if text[0] == "%" and len(text) > 1:
        return text.upper()
    return f"%{text.encode(errors='surrogatepass').hex('%').upper()}"


def _unquote(host: str) -> str:
    from urllib.parse import unquote

    return unquote(host, errors="replace").lower()


_LONGEST_SHOWN: Final = 200


def _shorten(url: str) -> str:
    return repr(url if len(url) <= _LONGEST_SHOWN else f"{url[:_LONGEST_SHOWN]}…")
