"""MHTML and WARC that would take careless code hours or gigabytes; each is to take a moment."""

from __future__ import annotations

import gzip
import sys
import tracemalloc
import zlib
from typing import TYPE_CHECKING

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from refeed.errors import SnapshotError
from refeed.reading import read
from warcs import crawl, http, members, page, record

if TYPE_CHECKING:
    from collections.abc import Callable

TOP = b"From: <Saved by Blink>\r\nMIME-Version: 1.0\r\n"
RELATED = b"Content-Type: multipart/related; boundary=b\r\n\r\n"
LOCATED = TOP + b"Content-Location: https://a.example/b\r\nContent-Type: text/html"
PICTURE = b"--b\r\nContent-Type: image/png\r\nContent-ID: <a>\r\n\r\nx\r\n"
SHOWN = TOP + RELATED + PICTURE + b"--b\r\nContent-Type: text/html\r\n\r\n<html><p>"
URL = "https://news.example.org/ferry"
MEGABYTES = 300


def bomb(megabytes: int, head: bytes = b"", piece: bytes = b"\0") -> bytes:
    """Compress a head, and then so much of a piece."""
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    packed = [packer.compress(head)]
    packed += [packer.compress(piece * (1_000_000 // len(piece))) for _ in range(megabytes)]
    return b"".join((*packed, packer.flush()))


def nested(depth: int) -> bytes:
    fields = b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n"
    parts = b"".join(fields % (level, level) for level in range(depth))
    return TOP + parts + b"Content-Type: text/html\r\n\r\n<p>x"


def packed_by_brotli(megabytes: int) -> bytes:
    packer = brotli.Compressor(quality=1)
    parts = [packer.process(bytes(1_000_000)) for _ in range(megabytes)]
    return b"".join((*parts, packer.finish()))


MHTML: dict[str, Callable[[int], bytes]] = {
    "parts in parts": nested,
    "parts with their parent's boundary": lambda n: TOP + RELATED + (b"--b\r\n" + RELATED) * n,
    "boundaries": lambda n: TOP + RELATED + b"--b\r\n" * n,
    "lines like boundaries": lambda n: TOP + RELATED + (b"--b" + b" " * 50 + b"x\n") * n,
    "spaces after boundaries": lambda n: TOP + RELATED + b"--b" + b" " * 50 * n,
    "an endless header": lambda n: TOP + b"X: y\r\n" * n,
    "an endless field": lambda n: TOP + b"Subject: a\r\n" + b" b\r\n" * n,
    "endless parameters": lambda n: TOP + b'Content-Type: text/html;a="' + b';a="\\' * n,
    "parts with headers": lambda n: TOP + RELATED + (b"--b\r\n" + b"A:b\r\n" * 20 + b"\r\n") * n,
    "blank lines in a header": lambda n: TOP + b"A: b\n" + b" \t" * n + b"\n" * n,
    "encoded words": lambda n: LOCATED + b"\r\nSubject: " + b"=?utf-8?q?=" * n + b"\r\n\r\n<p>",
    "broken base64": lambda n: (
        LOCATED + b"\r\nContent-Transfer-Encoding: base64\r\n\r\nPHA+" + b"=\n" * n
    ),
    "broken quoted-printable": lambda n: (
        LOCATED + b"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p>" + b"= " * n
    ),
    "a charset of no encoding": lambda n: LOCATED + b"; charset*0=" + b"%" * n + b"\r\n\r\n\xe4",
    "open attributes": lambda n: SHOWN + b' src="' * n,
    "empty attributes": lambda n: SHOWN + b" src = " * n,
    "shadow trees": lambda n: LOCATED + b"\r\n\r\n<p>" + b"<template shadowmode=open>" * n,
    "a list of pictures": lambda n: SHOWN + b"<img srcset='" + b"a 1x," * n + b"'>",
}
WARC: dict[str, Callable[[int], bytes]] = {
    "empty records": lambda n: b"WARC/1.0\r\n\r\n" * n,
    "an endless WARC header": lambda n: b"WARC/1.0\r\n" + b"A: b\r\n" * n,
    "records that begin": lambda n: b"WARC/1.0\r\n" * n,
    "members that begin": lambda n: b"\x1f\x8b\x08" * n,
    "empty members": lambda n: gzip.compress(b"", mtime=0) * n,
    "HTTP headers": lambda n: record(URL, b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * n + b"\r\n"),
    "chunks": lambda n: record(URL, http(b"1\r\na\r\n" * n, Transfer_Encoding="chunked")),
    "codings": lambda n: record(URL, http(b"<p>", Content_Encoding="gzip," * n)),
    "frames that begin": lambda n: crawl(URL, page(body="<iframe " * n)),
    "frames": lambda n: crawl(URL, page(body="<iframe src=a " * n)),
    "titles": lambda n: crawl(URL, "<html>" + "<title " * n),
}


def read_anyhow(data: bytes, path: str) -> None:
    """Read a file: that it can't be read is right, too, but nothing else that is raised."""
    try:
        assert read(data, path=path, modified=1, timezones={}).snapshots
    except SnapshotError as error:
        assert str(error)  # noqa: PT017 - either outcome is right


@pytest.mark.parametrize("name", MHTML)
def test_hostile_mhtml_is_read_in_a_moment(name: str) -> None:
    read_anyhow(MHTML[name](10_000), "a.mhtml")


@pytest.mark.parametrize("name", WARC)
def test_a_hostile_warc_is_read_in_a_moment(name: str) -> None:
    read_anyhow(WARC[name](10_000), "a.warc.gz")


def count_calls(function: Callable[[], object]) -> int:
    """Return how many functions are called, of Python and of C."""
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        function()
    finally:
        sys.setprofile(before)
    return calls


@pytest.mark.parametrize(
    ("make", "path"),
    [
        *((make, "a.mhtml") for make in MHTML.values()),
        *((make, "a.warc") for make in WARC.values()),
        (lambda n: b"".join(crawl(f"{URL}/{i}", page()) for i in range(n // 25)), "a.warc"),
        (lambda n: members(crawl(f"{URL}/{i}", page()) for i in range(n // 25)), "a.warc.gz"),
    ],
    ids=[*MHTML, *WARC, "pages", "pages in members"],
)
def test_work_grows_with_the_size(make: Callable[[int], bytes], path: str) -> None:
    read_anyhow(make(10), path)  # what is imported and compiled once
    small, large = make(500), make(2_000)
    base = count_calls(lambda: read_anyhow(make(1), path))
    work = count_calls(lambda: read_anyhow(small, path)) - base
    assert count_calls(lambda: read_anyhow(large, path)) - base <= max(work, 200) * 5


HUGE = "WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 9000000000\r\n\r\n"
PAGE_OF_HTML = http(b"<html><title>a</title>")
BOMBS = {
    "zeros": lambda: bomb(MEGABYTES, b"WARC/1.0\r\n\r\n"),
    "a record": lambda: bomb(MEGABYTES, HUGE.encode() + PAGE_OF_HTML, b"<p>a"),
    "a page by gzip": lambda: record(URL, http(bomb(MEGABYTES), Content_Encoding="gzip")),
    "pages by gzip": lambda: record(URL, http(bomb(100), Content_Encoding="gzip")) * 9,
    "gzip in gzip": lambda: record(
        URL, http(gzip.compress(bomb(MEGABYTES)), Content_Encoding="gzip, gzip")
    ),
    "a page by brotli": lambda: record(URL, http(packed_by_brotli(200), Content_Encoding="br")),
}


def test_a_page_of_mhtml_has_a_greatest_length() -> None:
    with pytest.raises(SnapshotError, match="a page of more than 20,000,000 bytes"):
        read(LOCATED + b"\r\n\r\n" + b"<p>a" * 6_000_000, path="a.mht", modified=1, timezones={})


def test_records_are_counted() -> None:
    with pytest.raises(SnapshotError, match="more than 100,000 records"):
        read(bomb(2, piece=b"WARC/1.0\r\n\r\n"), path="a.warc.gz", modified=1, timezones={})


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_rejected_with_its_limit_and_in_little_memory(name: str) -> None:
    data = BOMBS[name]()
    tracemalloc.start()
    try:
        with pytest.raises(SnapshotError, match=r"more than [\d,]+ bytes"):
            read(data, path="a.warc.gz", modified=1, timezones={})
        assert tracemalloc.get_traced_memory()[1] < 120_000_000
    finally:
        tracemalloc.stop()


LINES = st.sampled_from(
    [
        *(b"--b", b"--b--", b"", b" ", b"From: <Saved by x>", b"Content-Type: text/html"),
        *(b"Content-Type: multipart/related; boundary=b", b'Content-Type: x/y; charset="', b"<p>a"),
        *(b"Content-Type: multipart/mixed; boundary*0=b; start*=a'b'c", b"\xff\xfe", b"=?a?b?c?="),
        *(b"Content-Transfer-Encoding: base64", b"Content-Location: https://a.example/b", b":"),
        *(
            b"Subject: =?x?b?=?=",
            b"Subject: =?\xff?q?a?=",
            b"Subject: =?utf-8?b?/w?=",
            b"Date: x",
            b"Content-ID: <",
        ),
        *(b"Content-Type: text/html; charset*1*=%; charset=a\0", b'Content-Type: ;;;="\\'),
    ]
)


def test_an_encoded_word_of_an_unknown_encoding_is_decoded() -> None:
    data = LOCATED + b"\r\nSubject: =?\xfftf-8?q?a?=\r\n\r\n<p>One paragraph."
    (snapshot,) = read(data, path="a.mht", modified=1, timezones={}).snapshots
    assert snapshot.title == "a"


@given(st.lists(LINES, max_size=30), st.sampled_from([b"\n", b"\r\n", b"\r"]))
def test_no_mime_document_raises_anything_else(lines: list[bytes], end: bytes) -> None:
    read_anyhow(b"From: <Saved by x>" + end + end.join(lines), "a.mhtml")


@given(st.binary(max_size=8), st.integers(0, 2_000), st.booleans())
def test_no_damage_to_a_warc_raises_anything_else(junk: bytes, at: int, packed: bool) -> None:  # noqa: FBT001 - drawn
    records = [crawl(URL, page()), record(URL, http(page().encode(), Content_Encoding="br"))]
    data = members(records) if packed else b"".join(records)
    read_anyhow(data[:at] + junk + data[at + len(junk) :], "a.warc.gz" if packed else "a.warc")
