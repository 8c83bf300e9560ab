"""Checks of addresses: URLs and hosts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from refeed.config.checks import some_text
from refeed.config.mistakes import CheckError, refuse
from refeed.config.values import EVERY_SOURCE

if TYPE_CHECKING:
    from urllib.parse import SplitResult

# RFC 3986, appendix A: the characters that a URI may have.
_URI: Final = re.compile(r"(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+")
_PLACEHOLDER: Final = "{url}"
# The placeholder as a word of letters, which may be anywhere in a URI.
_STAND_IN: Final = "placeholderofurl"

# RFC 1035, section 2.3.4, for the lengths; `_` is met in real hosts.
_HOST: Final = re.compile(r"(?=.{1,253}\Z)(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}")
_HOST_GLOB: Final = re.compile(r"(?=.{1,253}\Z)(?:[a-z0-9_*?-]{1,63}\.)*[a-z0-9_*?-]{1,63}")
_SAME_SITE: Final = re.compile(r"(?:www|m|mobile)\.(?=[^.]+\.)")


def base_url(value: object) -> str:
    """Check for the http(s) address of a folder; returned with a slash at its end."""
    url = some_text(value)
    parts = _web_address(url, url)
    if "?" in url or "#" in url:
        refuse(url, "is not the address of a folder: it has a ? or # part")
    if "@" in parts.netloc:
        refuse(url, "has a user's name or password, which every feed would show")
    return url if url.endswith("/") else f"{url}/"


def template(value: object) -> str:
    """Check for an http(s) address with one ``{url}`` after the host, or ""."""
    if value == "":
        return ""
    url = some_text(value)
    if url.count(_PLACEHOLDER) != 1:
        refuse(url, "does not have {url} just once, for the address of the original")
    filled = url.replace(_PLACEHOLDER, _STAND_IN)
    if "{" in filled:
        refuse(url, "has a placeholder other than {url}")
    parts = _web_address(url, filled)
    if _STAND_IN in parts.netloc:
        refuse(url, "has {url} in place of the host")
    return url


def host(value: object) -> str:
    """Check for a host; returned as feeds are named by it.

    That is in lower case, in Punycode, without ``www.``, ``m.`` or ``mobile.``.
    """
    return _host(value, _HOST, "is not a host, such as cn.nytimes.com")


def host_glob(value: object) -> str:
    """Check for a host in which ``*`` and ``?`` may stand for characters."""
    return _host(value, _HOST_GLOB, "is not a host, such as cn.nytimes.com or *.bbc.com")


def rule_source(value: object) -> str:
    """Check for a host, or ``*`` for every source."""
    return EVERY_SOURCE if value == EVERY_SOURCE else host(value)


def _web_address(written: str, url: str) -> SplitResult:
    """Return the parts of an absolute http(s) URL; raise `CheckError` about what was written."""
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


def _host(value: object, form: re.Pattern[str], reason: str) -> str:
    written = some_text(value)
    name = _SAME_SITE.sub("", _ascii(written.casefold().rstrip(".")), count=1)
    if not form.fullmatch(name):
        refuse(written, reason, _host_of_url(written))
    return name


def _host_of_url(written: str) -> str:
    """Return the host of what may be a URL instead of one, or ""."""
    if "/" not in written and ":" not in written:
        return ""
    try:
        found = urlsplit(written if "//" in written else f"//{written}").hostname or ""
        return host(found)
    except (ValueError, CheckError):
        return ""


def _ascii(name: str) -> str:
    """Return a host in Punycode; what can't be is returned as it is."""
    if name.isascii():
        return name
    # Few configs have such a host, and all would pay for the tables.
    import idna  # noqa: PLC0415 - start-up time

    try:
        return ".".join(
            label if label.isascii() else idna.encode(label, uts46=True).decode()
            for label in name.split(".")
        )
    except idna.IDNAError:
        return name
