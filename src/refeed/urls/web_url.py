"""Checks and resolves the texts of `href` and `src`."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urljoin

from refeed.urls.hosts import encode_host
from refeed.urls.url_parts import LONGEST, split

_SPACE = " \t\n\r\f"
_BREAKS = re.compile("[\t\n\r]+")
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_STATED = re.compile(r"https?://", re.IGNORECASE)
_PATH = re.compile(r"(?:/[^/?#;.][^/?#;]*)+/?")
"""Paths that only have to be put behind a host: without dot segments, parameters and fragment."""

_NAME = re.compile(r"[\w-]+(?:\.[\w-]+)*\.(?:[^\W\d_]{2,}|xn--[\w-]+|\d{1,3})|localhost")
_NUMBER = re.compile(r"\[[0-9a-f:.]{2,45}\]")
_LONGEST_PLAIN = 1024
_PLAIN = re.compile(
    r"https?://(?:[a-z0-9-]+\.)+[a-z]{2,}"
    r"(?:[/?][a-zA-Z0-9._~:/?#@!$()*+,;=-]*"
    # An encoded quotation mark or bracket and a reference are what `repair` may have to look at.
    r"(?:(?:%(?!22|3[cC]|[eE]2%80%9[dD])|&(?!#|[aA][mM][pP];))[a-zA-Z0-9._~:/?#@!$()*+,;=-]*)*)?"
)
# Browsers take any number of slashes of either kind after a scheme.
_CREDENTIALS = re.compile(r"(https?:[/\\]*|[/\\]{2,})[^/?#\\]*@", re.IGNORECASE)
_PORT = re.compile(r"(?:[^@]*@)?(?:\[[^\]]*\]|[^:]*)(?::\d{0,5})?")


def is_plain(url: str) -> bool:
    """Tell, by a quick check, whether a text is an absolute web URL without defects.

    If this is false, `is_web_url` and `repair` say more.
    """
    return (
        len(url) <= _LONGEST_PLAIN
        and _PLAIN.fullmatch(url) is not None
        and "http" not in url[1:].lower()
    )


def is_web_url(url: str) -> bool:
    """Tell whether a text is an absolute http(s) URL whose host can be one.

    A host has a dot, or is ``localhost``, or an IPv6 address in brackets. Text that only begins
    like a URL, as `http://这是一句话`, isn't one.
    """
    if not _STATED.match(url):
        return False
    parts = split(url)
    return parts is not None and _is_authority(parts.root.partition("//")[2], parts.host)


@lru_cache(maxsize=4096)  # most addresses are of few hosts
def _is_authority(text: str, host: str) -> bool:
    if not _PORT.fullmatch(text):
        return False
    if _NAME.fullmatch(host) or _NUMBER.fullmatch(host):
        return True
    return not host.isascii() and "." in host and encode_host(host) != ""


def drop_credentials(url: str) -> str:
    """Take user and password out of a web URL, absolute or protocol-relative.

    Args:
        url: the text of an attribute; what is no such URL comes back as it is.
    """
    if "@" not in url:
        return url
    text = _BREAKS.sub("", url.strip(_SPACE))
    match = _CREDENTIALS.match(text)
    return f"{match[1]}{text[match.end() :]}" if match else url


def resolve(url: str, base: str) -> str:
    """Resolve a reference of a page (RFC 3986, section 5), and never fail.

    Args:
        url: the text of an attribute. As in a browser, space around it and line breaks in it don't
            count.
        base: the page's URL.

    Returns:
        The absolute URL. `//host/…` becomes https. A text that has a scheme, is a mere fragment or
        is empty comes back without the space, and so does everything where `base` is no web URL.
    """
    url = _BREAKS.sub("", url.strip(_SPACE))
    if not url or url[0] == "#" or _SCHEME.match(url):
        return url
    if url.startswith("//"):
        return f"https:{url}"
    if len(url) > LONGEST or not is_web_url(base):
        return url
    if _PATH.fullmatch(url) and base.startswith(("http:", "https:")) and (parts := split(base)):
        return parts.root + url
    try:
        return urljoin(base, url)
    except ValueError:  # brackets that aren't an IPv6 address
        return url
