"""Takes addresses apart and joins them, whatever they are: Python refuses some."""

from __future__ import annotations

from urllib.parse import SplitResult, urljoin, urlsplit

_NOTHING = SplitResult("", "", "", "", "")


def split_address(url: str) -> SplitResult:
    """Return the parts of an address; empty ones for a text that can't be one."""
    try:
        return urlsplit(url)
    except ValueError:
        return _NOTHING


def join_address(base: str, url: str) -> str:
    """Return an address made absolute; as it is if one of the two can't be an address."""
    try:
        urlsplit(url)
        return urljoin(base, url)
    except ValueError:
        return url
