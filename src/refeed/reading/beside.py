"""The pictures that a snapshot file refers to and that may lie in files beside it."""

from __future__ import annotations

import re
from html import unescape
from itertools import islice
from posixpath import normpath
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import unquote

from refeed.errors import SnapshotError
from refeed.reading.encodings import decode
from refeed.reading.mirror import find_host_folder, is_page_of_mirror
from refeed.reading.saved_page import is_page
from refeed.reading.saved_page.pictures import is_in_companion
from refeed.urls.srcset import list_candidates

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST: Final = 500
_LONGEST: Final = 1_000
_DEEPEST: Final = 6
_PAGES: Final = (".html", ".htm", ".xhtml")
_NOTES: Final = (".md", ".markdown", ".mkd", ".mdown", ".mdx", ".qmd", ".rmd", ".txt")
_SHOWS: Final = re.compile(rb"!\[|<img|\{[{%][^\n]*(?:figure|img|image)")
_HEAD_LENGTH: Final = 10_000
_SOURCE: Final = re.compile(r"src(set)?\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_NOT_BESIDE: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//|#|\{|$")
_ATTACHMENTS: Final = ("attachments", "assets", "images", "media", "_resources")
"""Folders in which notes have their pictures."""


class Reference(NamedTuple):
    """A reference to what may be a file beside.

    Attributes:
        text: as `normalize_reference` returns it.
        is_expected: whether a file must be meant, that may only come later.
        is_of_note: whether a note refers to it: by its name alone or from a folder around it.
    """

    text: str
    is_expected: bool = False
    is_of_note: bool = False


def list_references(data: bytes, path: str) -> tuple[Reference, ...]:
    """Return what a file refers to that may lie beside it, each once.

    Files of the native format aren't asked about: they are of the web, as their references are.

    Args:
        data: all of the file.
        path: relative to its seeds folder.
    """
    name = path.lower()
    if name.endswith(_NOTES) and _SHOWS.search(data):
        found = _list_in_note(data)
    elif b"src" in data and (name.endswith(_PAGES) or "?" in name or is_page_of_mirror(path)):
        found = _list_in_page(data)
    else:
        return ()
    return tuple(dict.fromkeys(islice(found, _MOST)))


def normalize_reference(reference: str) -> str:
    """Return a relative reference as the path of a file."""
    return unquote(reference.partition("#")[0]).removeprefix("./")


def list_places(reference: Reference, path: str) -> Iterator[str]:
    """Yield the paths, relative to the seeds folder, where a file beside may be; none outside it.

    Args:
        reference: of the file.
        path: of the file.
    """
    text = reference.text
    folder = path.rpartition("/")[0]
    if text.startswith("/"):
        # A path on the site, which begins at its folder in a mirror.
        folder = find_host_folder(path)
        if not folder:
            return
        text = normpath(f"/{text}").lstrip("/")  # No way out of that folder.
    for place in (text, text.partition("?")[0]) if "?" in text else (text,):
        if inside := _join(folder, place):
            yield inside
    if not reference.is_of_note:
        return
    for around in _list_around(folder):
        for inner in ("", *_ATTACHMENTS):
            if inside := _join(f"{around}/{inner}" if around and inner else around or inner, text):
                yield inside


def _list_in_note(data: bytes) -> Iterator[Reference]:
    from refeed.reading.markdown.reading_notes import list_local_pictures

    try:
        text = decode(data)
    except SnapshotError:
        return
    for picture in list_local_pictures(text):
        yield Reference(normalize_reference(picture.reference), is_expected=True, is_of_note=True)


def _list_in_page(data: bytes) -> Iterator[Reference]:
    try:
        text = decode(data)
    except SnapshotError:
        return
    if not is_page(text[:_HEAD_LENGTH]) and data.lstrip().startswith(b"---"):
        return
    for match in _SOURCE.finditer(text):
        value = unescape(match[2] or match[3] or match[4] or "")
        if match[1]:
            references = [address for address, _ in list_candidates(value)]
        else:
            references = [value.strip()] if len(value) <= _LONGEST else []
        for reference in references:
            if not _NOT_BESIDE.match(reference):
                yield Reference(
                    normalize_reference(reference), is_expected=bool(is_in_companion(reference))
                )


def _join(folder: str, path: str) -> str:
    """Return a path from a folder, or "" where it leads out of the seeds folder or is hidden."""
    joined = normpath(f"{folder}/{path}" if folder else path)
    parts = joined.split("/")
    return "" if "\0" in path or any(part[:1] in ("", ".") for part in parts) else joined


def _list_around(folder: str) -> Iterator[str]:
    """Yield a folder and those around it, up to the seeds folder."""
    parts = folder.split("/") if folder else []
    for depth in range(len(parts), max(-1, len(parts) - _DEEPEST), -1):
        yield "/".join(parts[:depth])
