"""Conditional requests, and content codings."""

from __future__ import annotations

import gzip
import os
import time
from email.utils import formatdate
from http import HTTPStatus
from typing import TYPE_CHECKING

import brotli
import pytest

from refeed.server import conditional, file_cache
from refeed.server.conditional import evaluate
from serving import LONG_AGO, RSS, ask, replace

if TYPE_CHECKING:
    from pathlib import Path

    from refeed.server import HttpServer

TARGET = "/all/rss.xml"


def date(seconds: int) -> str:
    return formatdate(LONG_AGO + seconds, usegmt=True)


def test_every_answer_says_what_it_is_a_version_of(server: HttpServer) -> None:
    headers = ask(server, TARGET).headers
    assert headers["etag"].startswith('"')
    assert headers["last-modified"] == date(0)
    assert headers["cache-control"] == "no-cache"
    assert headers["vary"] == "Accept-Encoding"
    assert "date" in headers


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (["If-None-Match: {tag}"], 304),
        (["If-None-Match: W/{tag}"], 304),
        (["If-None-Match: *"], 304),
        (['If-None-Match: "a", W/"b,c" ,{tag}'], 304),
        (['If-None-Match: "a"', "If-None-Match: {tag}"], 304),
        (['If-None-Match: "a"'], 200),
        (['If-None-Match: "a{bare}"'], 200),
        (["If-None-Match: {bare}"], 200),
        (["If-None-Match:"], 200),
        (["If-Modified-Since: {date}"], 304),
        (["If-Modified-Since: {later}"], 304),
        (["If-Modified-Since: {earlier}"], 200),
        (["If-Modified-Since: Tuesday, 14-Nov-23 22:13:20 GMT"], 304),
        (["If-Modified-Since: Tue Nov 14 22:13:20 2023"], 304),
        (["If-Modified-Since: yesterday"], 200),
        (["If-Modified-Since: Tue, 99 Nov 99999999999 22:13:20 GMT"], 200),
        (['If-None-Match: "a"', "If-Modified-Since: {later}"], 200),
        (["If-None-Match: {tag}", "If-Modified-Since: {earlier}"], 304),
        (["If-Match: {tag}"], 200),
        (["If-Match: *"], 200),
        (["If-Match: W/{tag}"], 412),
        (['If-Match: "a"'], 412),
        (["If-Match: {tag}", "If-None-Match: {tag}"], 304),
        (["If-Unmodified-Since: {date}"], 200),
        (["If-Unmodified-Since: {earlier}"], 412),
        (["If-Match: {tag}", "If-Unmodified-Since: {earlier}"], 200),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_conditions(server: HttpServer, headers: list[str], status: int, method: str) -> None:
    tag = ask(server, TARGET).headers["etag"]
    values = {"tag": tag, "bare": tag.strip('"')}
    values |= {"date": date(0), "later": date(1), "earlier": date(-1)}
    answer = ask(server, TARGET, *(line.format(**values) for line in headers), method=method)
    assert answer.status == status
    if status == 304:
        assert answer.body == b""
        assert answer.headers["etag"] == tag
        assert {"date", "cache-control", "vary", "last-modified"} <= set(answer.headers)


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        (None, None),
        ("", None),
        ("gzip", "gzip"),
        ("GZIP ; Q=1.0", "gzip"),
        ("x-gzip", "gzip"),
        ("deflate", None),
        ("gzip, deflate, br, zstd", "br"),
        ("br;q=0.5, gzip;q=0.8", "gzip"),
        ("gzip;q=0", None),
        ("gzip;q=0.001", "gzip"),
        ("gzip;q=0.5, identity", None),
        ("gzip;q=nonsense", None),
        ("*", "br"),
        ("*;q=0.5, gzip", "gzip"),
        ("identity;q=0", "unacceptable"),
        ("*;q=0", "unacceptable"),
        ("identity;q=0, gzip;q=0.1", "gzip"),
        ("*;q=0, identity", None),
        (",, ;q=1", None),
    ],
)
def test_codings(server: HttpServer, accepted: str | None, coding: str | None) -> None:
    headers = [] if accepted is None else [f"Accept-Encoding: {accepted}"]
    answer = ask(server, TARGET, *headers)
    if coding == "unacceptable":
        assert answer.status == 406
        return
    assert answer.headers.get("content-encoding") == coding
    decoders = {"gzip": gzip.decompress, "br": brotli.decompress, None: bytes}
    assert decoders[coding](answer.body) == RSS
    assert answer.headers["vary"] == "Accept-Encoding"
    again = ask(server, TARGET, *headers, f"If-None-Match: {answer.headers['etag']}")
    assert again.status == 304


@pytest.mark.usefixtures("zone")
@pytest.mark.parametrize(
    "form",
    [
        "%a, %d %b %Y %H:%M:%S GMT",
        "%A, %d-%b-%y %H:%M:%S GMT",
        "%a %b %e %H:%M:%S %Y",
        "%a, %d %b %Y %H:%M:%S -0000",
    ],
)
def test_a_date_is_in_utc_in_each_form(form: str) -> None:
    conditional._parse_date.cache_clear()  # noqa: SLF001 - the zone is another
    since = time.strftime(form, time.gmtime(LONG_AGO)).encode("ascii")
    headers = {b"if-modified-since": since}
    assert evaluate(headers, b'"tag"', LONG_AGO) is HTTPStatus.NOT_MODIFIED
    assert evaluate(headers, b'"tag"', LONG_AGO + 1) is HTTPStatus.OK


def test_each_coding_has_a_tag_of_its_own(server: HttpServer) -> None:
    tags = {
        coding: ask(server, TARGET, f"Accept-Encoding: {coding}").headers["etag"]
        for coding in ("identity", "gzip", "br")
    }
    assert len(set(tags.values())) == 3
    answer = ask(server, TARGET, "Accept-Encoding: br", f"If-None-Match: {tags['gzip']}")
    assert answer.status == 200


def test_the_tag_is_of_the_content_alone(server: HttpServer, output: Path) -> None:
    before = ask(server, TARGET).headers
    replace(output / "all" / "rss.xml", RSS)
    os.utime(output / "all" / "rss.xml", (LONG_AGO + 9, LONG_AGO + 9))
    after = ask(server, TARGET).headers
    assert (after["etag"], after["last-modified"]) == (before["etag"], date(9))
    replace(output / "all" / "rss.xml", RSS.replace(b"one", b"two"))
    assert ask(server, TARGET).headers["etag"] != before["etag"]


def test_a_date_is_stated_when_its_second_has_passed(server: HttpServer, output: Path) -> None:
    file = output / "all" / "rss.xml"
    replace(file, b"new")
    fresh = ask(server, TARGET)
    assert (fresh.body, "last-modified" in fresh.headers) == (b"new", False)
    second_ago = time.time_ns() - 1_000_000_000
    os.utime(file, ns=(second_ago, second_ago))
    assert "last-modified" in ask(server, TARGET).headers


def test_a_big_feed_is_compressed_once(
    server: HttpServer, output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = b"".join(b"<item>%d</item>" % number for number in range(20_000))
    file = output / "all" / "rss.xml"
    file.write_bytes(data)
    os.utime(file, (LONG_AGO, LONG_AGO))
    calls: list[str] = []

    def compressed(data: bytes, coding: str) -> bytes:
        calls.append(coding)
        return compress(data, coding)

    compress = file_cache._compress  # noqa: SLF001 - to see it called
    monkeypatch.setattr(file_cache, "_compress", compressed)
    headers = ("Accept-Encoding: br, gzip;q=0.5",)
    bodies = {ask(server, TARGET, *headers).body for _ in range(5)}
    assert [brotli.decompress(body) for body in bodies] == [data]
    replace(file, data)
    assert ask(server, TARGET, *headers).body in bodies
    assert calls == ["br"]
