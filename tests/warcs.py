"""Builds WARC files as the archivers write them."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

DATE = "2024-05-06T05:08:09Z"
INSTANT = 1_714_972_089_000
SENTENCES = (
    "The ferry crosses the river twelve times a day, and nobody has heard it do so.",
    "A cable holds it against the current, and the current does the rest of the work.",
    "Its master has steered it for thirty years, and before her it was her father.",
    "The council wants a bridge, the village wants its ferry, the river has not been asked.",
)


def page(title: str = "The ferry", *, sentences: int = 12, head: str = "", body: str = "") -> str:
    """Write the page of an article."""
    texts = "".join(
        f"<p>{SENTENCES[n % len(SENTENCES)]} {title}, {n}.</p>" for n in range(sentences)
    )
    return (
        f"<!DOCTYPE html><html><head><title>{title}</title>{head}</head>"
        f"<body><article><h1>{title}</h1>{texts}{body}</article></body></html>"
    )


def http(
    body: bytes, *, status: str = "200 OK", media_type: str = "text/html", **fields: str
) -> bytes:
    """Write a response; fields are named with underscores."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {media_type}"] if media_type else []
    lines = lines or [f"HTTP/1.1 {status}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
    return "\r\n".join((*lines, "", "")).encode() + body


def record(
    url: str, block: bytes, kind: str = "response", content_type: str = "", **fields: str
) -> bytes:
    """Write a record; fields are named with underscores."""
    types = {"response": "application/http;msgtype=response", "request": "application/http"}
    lines = [
        "WARC/1.0",
        f"WARC-Type: {kind}",
        f"WARC-Target-URI: {url}",
        f"WARC-Date: {DATE}",
        "WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000000>",
        f"Content-Type: {content_type or types.get(kind, 'text/plain')}",
        *(f"{name.replace('_', '-')}: {value}" for name, value in fields.items()),
        f"Content-Length: {len(block)}",
    ]
    return "\r\n".join((*lines, "", "")).encode() + block + b"\r\n\r\n"


def crawl(url: str, html: str, **fields: str) -> bytes:
    """Write the record of a page in UTF-8."""
    return record(url, http(html.encode(), media_type="text/html; charset=utf-8"), **fields)


def whole(records: Iterable[bytes]) -> bytes:
    """Compress a file as a whole, as people do by hand."""
    return gzip.compress(b"".join(records), mtime=0)


def members(records: Iterable[bytes]) -> bytes:
    """Compress each record by itself, as archivers do."""
    return b"".join(gzip.compress(each, mtime=0) for each in records)


PACKINGS: dict[str, Callable[[Iterable[bytes]], bytes]] = {
    "plain": b"".join,
    "members": members,
    "whole": whole,
}
