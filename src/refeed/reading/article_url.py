"""Parses the address of an article, as a file has it."""

from __future__ import annotations

import re

from refeed.errors import SnapshotError
from refeed.text.xml_chars import drop_forbidden

LONGEST = 8000
"""Characters. Longer addresses break feed readers."""

_PAGE = re.compile(
    r"(https?://)([^/?#\\\s]*@)?(?:[^/?#@\\\s:\[\]]+|\[[0-9a-fA-F:.]+\])(?::\d{0,5})?(?:[/?#]|$)",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_LINE_ENDS = re.compile(r"[\t\n\r\v\f\x7f-\x9f]+")
_SPACE = re.compile(r"\s")
_ARCHIVED = re.compile(
    r"https?://web\.archive\.org/web/\d{4,14}[a-z_]*/(https?://.+)", re.IGNORECASE
)

_CAPTURED = re.compile(
    r"https?://web\.archive\.org/web/(\d{8})(\d{6}|\d{4}|)[a-z_]*/", re.IGNORECASE
)


def parse_url(text: str) -> str:
    """Return an absolute http(s) URL, spaces in it percent-encoded, `&amp;` read.

    `//host/path` becomes https. User and password are dropped. Of a page in the Wayback Machine,
    the address of what it archived.

    Raises:
        SnapshotError: it is no such URL.
    """
    url = text if text.isprintable() else drop_forbidden(_LINE_ENDS.sub("", text))
    url = url.strip("\u00a0\u200b\ufeff <>")
    if len(url) > LONGEST:
        raise SnapshotError(f"the URL is longer than {LONGEST:,} characters")
    if url.startswith("//"):
        url = f"https:{url}"
    archived = _ARCHIVED.match(url) if "web.archive.org" in url else None
    if archived:
        url = archived[1]
    page = _PAGE.match(url)
    if page is None:
        raise SnapshotError(_describe_fault(url))
    if page[2]:
        url = page[1] + url[page.end(2) :]
    if _SPACE.search(url):
        url = _SPACE.sub("%20", url)
    return url.replace("&amp;", "&") if "&amp;" in url else url


def find_capture_time(text: str) -> str:
    """Return when the Wayback Machine archived the page of its address, or ""."""
    captured = _CAPTURED.match(text.strip()) if "web.archive.org" in text else None
    return f"{captured[1]}T{captured[2].ljust(6, '0')}Z" if captured else ""


def _describe_fault(url: str) -> str:
    shown = url if len(url) <= 60 else url[:59] + "…"  # noqa: PLR2004 - what fits on a line
    if not url:
        return "no URL: the link is empty"
    scheme = _SCHEME.match(url)
    if scheme and scheme[1].lower() not in ("http", "https"):
        return f"the URL is not of http or https: {shown}"
    if scheme:
        return f"the URL has no proper host: {shown}"
    if url.startswith("/"):
        return (
            'the URL is only a path; [[folders]] with url = "https://SITE/{path}/" states the site'
        )
    return f"the URL is not absolute: {shown}"
