"""The addresses in feeds: their own, and those of entries as valid URIs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote
from uuid import NAMESPACE_URL, uuid5

if TYPE_CHECKING:
    from refeed.model import Feed

# RFC 3986, section 2; brackets are allowed in IPv6 hosts only.
_LEGAL = re.compile(r"(?:[A-Za-z0-9\-._~:/?#@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*")
_ILLEGAL = re.compile(r"[^A-Za-z0-9\-._~:/?#@!$&'()*+,;=%]+|%(?![0-9A-Fa-f]{2})")
_START = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*://(?:[^/?#]*@)?)([^/?#@:\[\]]*)([^/?#]*)")
_HOST = re.compile(r"[^/?#]*://(?:[^/?#]*@)?(?:www\.)?(\[[^\]/?#]*\]|[^/?#:]+)")


def to_uri(url: str) -> str:
    """Encode an address with the characters that RFC 3986 allows, and change nothing else.

    An international host becomes Punycode; escapes stay as they are.
    """
    start = _START.match(url)
    if start and ("%" in start[2] or not start[2].isascii()):
        url = f"{start[1]}{_encode_host(start[2])}{url[start.end(2) :]}"
    if _LEGAL.fullmatch(url):
        return url
    start = _START.match(url)
    cut = start.end() if start and start[0].isascii() else 0
    return url[:cut] + _escape(url[cut:])


def _encode_host(host: str) -> str:
    """Encode a host as the DNS has it; one that can't be a host is percent-encoded."""
    from refeed.urls import encode_host

    return encode_host(unquote(host, errors="replace").lower()) or _escape(host)


def _escape(text: str) -> str:
    return _ILLEGAL.sub(lambda found: quote(found[0], safe="", errors="replace"), text)


def host(url: str) -> str:
    """Return the host of an address, human-readable, without ``www.``.

    If it has no host, return the address.
    """
    found = _HOST.match(url)
    if found is None or "xn--" not in found[1]:
        return found[1] if found else url
    from refeed.urls import decode_host

    return decode_host(found[1])


def page_url(feed: Feed) -> str:
    """Return the address of a feed's folder, which serves its HTML page."""
    return to_uri(feed.base_url) + quote(feed.name, safe="/~") + "/"


def file_url(feed: Feed, file: str) -> str:
    """Return the address of one of a feed's files, for instance of ``rss.xml``."""
    return page_url(feed) + quote(file)


def feed_id(feed: Feed) -> str:
    """Return a feed's Atom id: a name-based UUID (RFC 9562, version 5) of its page's address."""
    return uuid5(NAMESPACE_URL, page_url(feed)).urn
