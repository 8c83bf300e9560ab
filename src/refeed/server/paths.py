"""Parses request targets into paths of published files, without opening files."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final
from urllib.parse import parse_qsl, quote, unquote_to_bytes

from refeed.pictures.addresses import find_name
from refeed.pictures.identify import MEDIA_TYPES
from refeed.render import icons, opml
from refeed.render.formats import (
    FORMATS,
    HTML,
    STYLE,
    archive_page_of,
    is_article_page,
    list_page_of,
)
from refeed.render.index_search import PARAMETER

INDEX: Final = HTML.file

_CONTENT_TYPES: Final = {
    opml.FILE: opml.CONTENT_TYPE,
    **icons.CONTENT_TYPES,
    STYLE: "text/css; charset=utf-8",
    **{each.file: each.content_type for each in FORMATS.values()},
}
# The absolute form, which a server has to understand too (RFC 9112, section 3.2.2).
_ORIGIN: Final = re.compile(rb"https?://[^/?#]*", re.IGNORECASE)
# A slash inside of a part, a backslash, NUL and control characters are in no published name.
_NEVER: Final = re.compile(r"[\x00-\x1f\x7f/\\]")


@lru_cache(maxsize=4096)
def parse_path(target: bytes) -> str | None:
    """Return the file of the output folder that a target means, or None if there can't be one.

    It is percent-decoded once. Hidden names, dot segments and empty parts are refused, so the path
    stays below the folder.

    Args:
        target: as in the request line, in origin form or absolute form.

    Returns:
        The path relative to the folder; it ends in a slash, or is "", for a folder's index.
    """
    origin = parse_origin(target)
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


def parse_query(target: bytes) -> str:
    """Return what a target searches the index page for, or ""; other parameters are ignored."""
    query = target.partition(b"?")[2]
    if not query:
        return ""
    pairs = parse_qsl(query.decode("utf-8", "replace"))
    return next((value for name, value in pairs if name == PARAMETER), "")


def parse_origin(target: bytes) -> bytes:
    """Return the scheme and host that a target in absolute form begins with, or nothing."""
    match = _ORIGIN.match(target)
    return match[0] if match else b""


@lru_cache(maxsize=4096)
def find_content_type(path: str) -> str | None:
    """Return the HTTP header of a published file, or None if refeed publishes no such files."""
    if picture := find_name(path):
        return MEDIA_TYPES[picture.rpartition(".")[2]]
    folder, _, name = path.rpartition("/")
    if list_page_of(f"{folder.rpartition('/')[2]}/{name}"):
        return HTML.content_type
    # An archive document ends in the name of the one to subscribe to.
    return _CONTENT_TYPES.get(".".join(name.split(".")[-2:]))


@lru_cache(maxsize=4096)
def find_feed_name(path: str) -> str:
    """Return the name of the feed that a file is of, or "" for those of the whole."""
    if is_media(path) or is_article_page(path):
        return ""
    folder, _, name = path.rpartition("/")
    feed, _, last = folder.rpartition("/")
    file = f"{last}/{name}"
    return feed if archive_page_of(file) or list_page_of(file) else folder


def is_media(path: str) -> bool:
    """Tell whether a file is a picture, which never changes: its name is that of its content."""
    return find_name(path) != ""


@lru_cache(maxsize=4096)
def is_packed(path: str) -> bool:
    """Tell whether a file's format is compressed by itself."""
    return is_media(path) and not path.endswith(".svg")


def format_folder_link(path: str) -> str:
    """Return the address of a folder, relative to the same without a slash at its end.

    It is relative since a proxy may have removed the front of the path. It begins with a dot since
    a colon in the name would end a scheme.
    """
    return f"./{quote(path.rpartition('/')[2])}/"
