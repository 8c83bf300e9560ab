"""Checks of URLs and hosts: a raw TOML value in, a URL or host out, or `CheckError`."""

from __future__ import annotations

import re
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from refeed.config.text_checks import check_text
from refeed.config.wording import refuse
from refeed.errors import UrlError

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv6Address
    from urllib.parse import SplitResult

EVERY_SOURCE: Final = "*"
# RFC 3986, appendix A: the characters that a URI may have.
_URI: Final = re.compile(r"(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+")
_CREDENTIALS: Final = "has a user's name or password, which every feed would show"
_INDEX_PAGE: Final = "/index.html"
_PLACEHOLDER: Final = "{url}"
# The placeholder as a word of letters, which may be anywhere in a URI.
_STAND_IN: Final = "placeholderofurl"

# What can't be in a host and its port, so that neither hides another part of a URL.
_NO_HOST: Final = re.compile(r"[\s/?#@\\*]")
_HOST_NAME: Final = re.compile(r"(?:[a-z0-9_-]+\.)*[a-z0-9_-]+")
_HOST_GLOB: Final = re.compile(r"(?:[a-z0-9_*?-]+\.)*[a-z0-9_*?-]+(?::[0-9]+)?")
# As in `identity`, for globs.
_SAME_SITE: Final = re.compile(r"\A(?:(?:www|m|mobile|amp)\.)+(?=[^.]+\.)")


def check_base_url(value: object) -> str:
    """Check for the http(s) address of a folder; returned with a slash at its end."""
    url = check_text(value)
    parts = split_web_url(url, url)
    if "?" in url or "#" in url:
        refuse(url, "is not the address of a folder: it has a ? or # part")
    if "@" in parts.netloc:
        refuse(url, _CREDENTIALS)
    if parts.path.endswith(_INDEX_PAGE):
        folder = url.removesuffix(_INDEX_PAGE)
        refuse(url, "is the address of a page, not of a folder", f"{folder}/")
    address = _parse_ip(url)
    if address and address.is_unspecified:
        local = url.replace(
            parts.netloc, f"127.0.0.1:{parts.port}" if parts.port else "127.0.0.1", 1
        )
        refuse(url, "is an address to listen at, which no link leads to", local)
    return url if url.endswith("/") else f"{url}/"


def check_hub(value: object) -> str:
    """Check for the http(s) address of a WebSub hub, or ""."""
    if value == "":
        return ""
    url = check_text(value)
    parts = split_web_url(url, url)
    if "#" in url:
        refuse(url, "has a # part, which no request carries")
    if "@" in parts.netloc:
        refuse(url, _CREDENTIALS)
    return url


def is_loopback(url: str) -> bool:
    """Tell whether a good http(s) URL leads to the machine that follows it."""
    name = urlsplit(url).hostname or ""
    if name == "localhost" or name.endswith(".localhost"):
        return True
    address = _parse_ip(url)
    return address is not None and (address.is_loopback or address.is_unspecified)


def check_template(value: object) -> str:
    """Check for an http(s) address with one ``{url}`` after the host, or ""."""
    if value == "":
        return ""
    url = check_text(value)
    if url.count(_PLACEHOLDER) != 1:
        refuse(url, "does not have {url} just once, for the address of the original")
    filled = url.replace(_PLACEHOLDER, _STAND_IN)
    if "{" in filled:
        refuse(url, "has a placeholder other than {url}")
    parts = split_web_url(url, filled)
    if _STAND_IN in parts.netloc:
        refuse(url, "has {url} in place of the host")
    return url


def check_host(value: object) -> str:
    """Check for a host, with its port or without; returned as sources are named, see `identity`."""
    written = check_text(value)
    name = _find_source(written)
    if not name:
        refuse(written, "is not a host, such as cn.nytimes.com", _suggest_host(written))
    return name


def check_private_place(value: object) -> str:
    """Check for a host's name, an IP address, or a network as CIDR writes it."""
    written = check_text(value)
    try:
        return str(ip_network(written.strip("[]")))
    except ValueError as error:
        if "host bits" in str(error):
            network = ip_network(written.strip("[]"), strict=False)
            refuse(written, "is an address in a network, not the network", str(network))
    name = written.lower().rstrip(".")
    if not _HOST_NAME.fullmatch(name):
        refuse(written, "is not a host, an IP address, or a network such as 192.168.1.0/24")
    return name


def check_proxy(value: object) -> str:
    """Check for the address of an HTTP proxy, with a user and a password or without, or ""."""
    if value == "":
        return ""
    url = check_text(value)
    parts = split_web_url(url, url)
    if parts.scheme != "http" or parts.path.strip("/") or parts.query or parts.fragment:
        refuse(url, "is not the address of a proxy, such as http://proxy.example.org:3128")
    return url


def check_host_glob(value: object) -> str:
    """Check for a host in which ``*`` and ``?`` may stand for characters."""
    written = check_text(value)
    if not {"*", "?"} & set(written) or "/" in written:
        return check_host(written)
    name = ".".join(map(_encode_label, written.casefold().split(".")))
    if not _HOST_GLOB.fullmatch(name):
        refuse(written, "is not a host, such as cn.nytimes.com or *.bbc.com")
    return _SAME_SITE.sub("", name)


def check_rule_source(value: object) -> str:
    """Check for a host, or ``*`` for every source."""
    return EVERY_SOURCE if value == EVERY_SOURCE else check_host(value)


def split_web_url(written: str, url: str) -> SplitResult:
    """Return the parts of an absolute http(s) URL.

    Args:
        written: the value, for messages.
        url: the same with placeholders filled in.

    Raises:
        CheckError: it is no such URL.
    """
    if not _URI.fullmatch(url):
        refuse(written, "has characters that a URL can't: percent-encode them")
    try:
        parts = urlsplit(url)
        has_host = bool(parts.hostname)
        _ = parts.port
    except ValueError:
        refuse(written, "is not a URL")
    if parts.scheme not in {"http", "https"} or not has_host:
        proposal = "" if "//" in url or url.startswith("/") else f"https://{written}"
        refuse(written, "is not an absolute http or https URL", proposal)
    return parts


def _parse_ip(url: str) -> IPv4Address | IPv6Address | None:
    """Return the IP address that a good URL names, if it names one."""
    try:
        return ip_address(urlsplit(url).hostname or "")
    except ValueError:
        return None


def _find_source(written: str) -> str:
    """Return the source that a host stands for, or "" if it can't be one."""
    # Few configs name a host.
    from refeed.identity import key_of, source_of

    if _NO_HOST.search(written):
        return ""
    try:
        return source_of(key_of(f"https://{written}/"))
    except UrlError:
        return ""


def _encode_label(label: str) -> str:
    """Return a part of a host in Punycode, "" if it can't be."""
    domain = ".example"
    return label if label.isascii() else _find_source(label + domain).removesuffix(domain)


def _suggest_host(written: str) -> str:
    """Return the source of a URL that was written instead of a host, or ""."""
    _, _, rest = written.partition("//")
    return _find_source((rest or written).partition("/")[0])
