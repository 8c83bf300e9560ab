"""The topics of WebSub: the addresses of feed documents (W3C WebSub, section 3)."""

from __future__ import annotations

from urllib.parse import quote

from refeed.render.feed_urls import to_uri
from refeed.render.formats import ATOM, JSON, RSS

_FILES = frozenset(each.file for each in (RSS, ATOM, JSON))


def is_topic(path: str) -> bool:
    """Tell whether a file of the output folder is a feed document."""
    return path.rpartition("/")[2] in _FILES


def topic_url(base_url: str, path: str) -> str:
    """Return the address of a feed document, the same as in its `self` link.

    Args:
        base_url: the address of the output folder, ending in `/`.
        path: of the document in that folder.
    """
    return to_uri(base_url) + quote(path, safe="/~")


def link_header(hub: str, base_url: str, path: str) -> str:
    """Return the `Link` header of a file: hub and topic for a feed document, else "".

    Args:
        hub: the hub's address, or "" for none.
        base_url: as above.
        path: as above.
    """
    if not hub or not is_topic(path):
        return ""
    return f'<{to_uri(hub)}>; rel="hub", <{topic_url(base_url, path)}>; rel="self"'
