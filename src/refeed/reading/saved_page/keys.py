"""Compares addresses that pages state, by their keys."""

from __future__ import annotations

from refeed.errors import UrlError
from refeed.identity import key_of, source_of


def find_key(url: str) -> str:
    """Return the key of an address, "" if it has none."""
    try:
        return key_of(url)
    except UrlError:
        return ""


def is_same_site(key: str, other: str) -> bool:
    """Tell whether the host of one key is that of another, or below it."""
    one, two = f".{source_of(key)}", f".{source_of(other)}"
    return one.endswith(two) or two.endswith(one)
