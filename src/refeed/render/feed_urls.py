"""The addresses that feeds hold: of themselves, and safe spellings of what entries bring."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote
from uuid import NAMESPACE_URL, uuid5

if TYPE_CHECKING:
    from refeed.model import Feed

# RFC 3986, section 2: what may stand in a URI; its brackets belong to an IPv6 host only.
_LEGAL = re.compile(r"(?:[A-Za-z0-9\-._~:/?#@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*")
_ILLEGAL = re.compile(r"[^A-Za-z0-9\-._~:/?#@!$&'()*+,;=%]+|%(?![0-9A-Fa-f]{2})")
_START = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*://(?:[^/?#]*@)?)([^/?#@:\[\]]*)([^/?#]*)")
_HOST = re.compile(r"[^/?#]*://(?:[^/?#]*@)?(?:www\.)?(\[[^\]/?#]*\]|[^/?#:]+)")


def uri(url: str) -> str:
    """Spell an address with the characters that RFC 3986 allows, and change nothing else.

    RSS readers and validators want a URI where the web takes almost anything. An international host
    becomes Punycode; what else is percent-encoded stays so.
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
    """Return the site of an address, without ``www.``, as people read it.

    Where no host can be seen, the address itself.
    """
    found = _HOST.match(url)
    if found is None or "xn--" not in found[1]:
        return found[1] if found else url
    from refeed.urls import decode_host

    return decode_host(found[1])


def page_url(feed: Feed) -> str:
    """The address of the feed's folder, where its page for people is."""
    return uri(feed.base_url) + quote(feed.name, safe="/~") + "/"


def file_url(feed: Feed, file: str) -> str:
    """The address of one of the feed's files, for instance of ``rss.xml``."""
    return page_url(feed) + quote(file)


def feed_id(feed: Feed) -> str:
    """The feed's Atom id: a name-based UUID (RFC 9562, version 5) of its page's address."""
    return uuid5(NAMESPACE_URL, page_url(feed)).urn
