"""Reads Evernote's export (ENEX), in which other programs export notes, too.

A note's text is ENML: XHTML with elements of its own for pictures, boxes of tasks and secrets. Its
pictures are in the note, and are shown by the MD5 digest of their bytes.
"""

from __future__ import annotations

import re
from base64 import b64decode
from hashlib import md5
from html import unescape
from typing import TYPE_CHECKING

from refeed.errors import NotAnArticleError, SnapshotError
from refeed.model import CarriedPicture
from refeed.pictures.identify import identify
from refeed.reading.claims import Record
from refeed.reading.encodings import decode
from refeed.reading.publication_date import SAVED
from refeed.reading.xml_root import find_root

if TYPE_CHECKING:
    from collections.abc import Iterator

SUFFIXES = (".enex",)

_NOTE = re.compile(r"<note>(.*?)(?:</note>|\Z)", re.DOTALL)
_TEXT = re.compile(r"<content>\s*(?:<!\[CDATA\[)?(.*?)(?:\]\]>\s*)?(?:</content>|\Z)", re.DOTALL)
_BODY = re.compile(r"(?>.*?<en-note\b[^<>]*>)(.*)</en-note>", re.DOTALL)
_FIELD = re.compile(
    r"<(title|created|tag|author|source-url)>\s*+"
    r"(?:<!\[CDATA\[(.{0,5000}?)\]\]>\s*|([^<]*+))</\1>",
    re.DOTALL,
)
_RESOURCE = re.compile(r"<data\b[^<>]*>([^<]*)</data>(?:\s*<mime>([^<]*)</mime>)?")
_MEDIUM = re.compile(r"<en-media\b([^<>]*?)/?>(?:\s*</en-media>)?")
_HASH = re.compile(r"\bhash=[\"']([0-9a-fA-F]{32})")
_KEPT_ATTRIBUTES = re.compile(r"\b(?:width|height|alt)=(?:\"[^\"<>]*\"|'[^'<>]*')")
_TASK = re.compile(r"<en-todo\b([^<>]*?)/?>(?:\s*</en-todo>)?")
_SECRET = re.compile(r"<en-crypt\b[^<>]*>[^<]*</en-crypt>")
# XHTML may close an element at once, which HTML doesn't know.
_EMPTY = re.compile(r"<(?!(?:br|hr|img|area|col|wbr)\b)([a-z][a-z0-9]*)\b[^<>]*/>")
_SCHEME = "en-media:"
_MISSING_URL = "no URL: the note has no source-url; [[folders]] in refeed.toml can state it"


def recognize_export(head: bytes, path: str) -> bool:
    """Tell whether a file is an export of Evernote, by its root element."""
    return find_root(head) == "en-export" or path.lower().endswith(SUFFIXES)


def read_export(data: bytes, path: str) -> Iterator[Record | SnapshotError]:  # noqa: ARG001 - as any reader
    """Yield the record of each note."""
    text = decode(data)
    note = None
    for note in _NOTE.finditer(text):
        yield _read_note(note[1])
    if note is None:
        raise NotAnArticleError("an export of Evernote without notes")
    if not note[0].endswith("</note>"):
        yield SnapshotError("the file ends within its last note")


def list_pictures(data: bytes) -> Iterator[bytes]:
    """Yield the bytes of all that notes carry."""
    for resource in _RESOURCE.finditer(decode(data)):
        yield _decode(resource[1])


def _read_note(note: str) -> Record:
    text = _TEXT.search(note)
    fields = [
        (name, (verbatim or unescape(value)).strip())
        for name, verbatim, value in _FIELD.findall(_TEXT.sub("", note, 1))
    ]
    html = _show_body(text[1]) if text else ""
    carried = {}
    listed = []
    for resource in _RESOURCE.finditer(note, text.end() if text else 0):
        content = _decode(resource[1])
        reference = _SCHEME + md5(content, usedforsecurity=False).hexdigest()
        picture = identify(content)
        if picture and reference in html:
            carried[reference] = picture
            listed.append(CarriedPicture(reference, resource[2] or "", len(content)))
    return Record(
        html=html,
        urls=tuple(
            (value, name) for name, value in fields if name == "source-url" and value[:4] == "http"
        ),
        titles=tuple((value, name) for name, value in fields if name == "title" and value),
        late_dates=tuple((value, SAVED) for name, value in fields if name == "created"),
        authors=((tuple(value for name, value in fields if name == "author"), "author"),),
        tags=tuple((value, name) for name, value in fields if name == "tag"),
        pictures=tuple(listed),
        carried=carried,
        missing_url=_MISSING_URL,
    )


def _show_body(content: str) -> str:
    """Return a note's text as HTML."""
    body = _BODY.match(content.replace("]]]]><![CDATA[>", "]]>"))
    html = _MEDIUM.sub(_show_medium, _SECRET.sub("", body[1] if body else ""))
    html = _TASK.sub(lambda task: "☑ " if "true" in task[1] else "☐ ", html)
    return _EMPTY.sub(r"<\1></\1>", html).strip()


def _show_medium(medium: re.Match[str]) -> str:
    digest = _HASH.search(medium[1])
    if digest is None or "image/" not in medium[1]:
        return ""
    kept = " ".join(_KEPT_ATTRIBUTES.findall(medium[1]))
    return f'<img src="{_SCHEME}{digest[1].lower()}" {kept}>'


def _decode(text: str) -> bytes:
    try:
        return b64decode(text)
    except ValueError:
        return b""
