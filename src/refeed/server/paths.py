"""From the target of a request to the path of a published file. No file is looked at here."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final
from urllib.parse import parse_qsl, quote, unquote_to_bytes

from refeed.render import opml
from refeed.render.formats import FORMATS, HTML, part_of
from refeed.render.index_search import PARAMETER

INDEX: Final = HTML.file

_BY_NAME: Final = {
    opml.FILE: opml.CONTENT_TYPE,
    **{each.file: each.content_type for each in FORMATS.values()},
}
_BY_SUFFIX: Final = {
    ".html": HTML.content_type,
    ".json": "application/json",
    ".opml": opml.CONTENT_TYPE,
    ".xml": "application/xml; charset=utf-8",
}
# The absolute form, which a server has to understand too (RFC 9112, section 3.2.2).
_ORIGIN: Final = re.compile(rb"https?://[^/?#]*", re.IGNORECASE)
# A slash inside of a part, a backslash, NUL and control characters are in no published name.
_NEVER: Final = re.compile(r"[\x00-\x1f\x7f/\\]")


@lru_cache(maxsize=4096)
def path_of(target: bytes) -> str | None:
    """Return which file of the output folder a target means, or None if it can't be any.

    Percent-encoding is taken off once. Nothing hidden, no dot segment, no empty part gets through,
    so that the path stays below the folder whatever was written.

    Args:
        target: as in the request line, in origin form or absolute form.

    Returns:
        The path relative to the folder; it ends in a slash, or is "", for a folder's index.
    """
    origin = origin_of(target)
    path = target[len(origin) :].partition(b"?")[0]
    if not path.startswith(b"/"):
        return "" if origin and not path else None
    parts = []
    *folders, last = path[1:].split(b"/")
    for raw in (*folders, *([last] if last else [])):
        try:
            part = unquote_to_bytes(raw).decode("utf-8")
        except UnicodeDecodeError:
            return None
        if not part or part.startswith(".") or _NEVER.search(part):
            return None
        parts.append(part)
    return "/".join(parts) + ("" if last or not parts else "/")


def query_of(target: bytes) -> str:
    """Return what a target looks for on the index page, or ""; other parameters say nothing."""
    query = target.partition(b"?")[2]
    if not query:
        return ""
    pairs = parse_qsl(query.decode("utf-8", "replace"))
    return next((value for name, value in pairs if name == PARAMETER), "")


def origin_of(target: bytes) -> bytes:
    """Return the scheme and host that a target in absolute form begins with, or nothing."""
    found = _ORIGIN.match(target)
    return found[0] if found else b""


def content_type(path: str) -> str | None:
    """Return the HTTP header of a published file, or None if refeed publishes no such files."""
    name = path.rpartition("/")[2]
    # What an archive document ends in is what the one to subscribe to is called.
    format_file = ".".join(name.split(".")[-2:])
    return _BY_NAME.get(format_file) or _BY_SUFFIX.get(
        name[name.rfind(".") :] if "." in name else ""
    )


def feed_of(path: str) -> str:
    """Return the name of the feed that a file is of, or "" for those of the whole."""
    folder, _, name = path.rpartition("/")
    feed, _, last = folder.rpartition("/")
    return feed if part_of(f"{last}/{name}") else folder


def slash_added(path: str) -> str:
    """Return the address of a folder, relative to the same without a slash at its end.

    Relative, since a proxy may have taken a part off the front of the path; with a dot first, since
    a name may have a colon, which would make a scheme of it.
    """
    return f"./{quote(path.rpartition('/')[2])}/"
