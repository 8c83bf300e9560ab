"""Feeds are found by name on the index page, and the answer can be kept like any page."""

from __future__ import annotations

import gzip
import os
from typing import TYPE_CHECKING

import brotli
import pytest

from refeed.render.pages import FeedSummary, render_index_page
from refeed.server import HttpServer
from serving import ANYWHERE, LONG_AGO, ask, replace

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "h0Wm4nYch4raCter5areEn0ugh"  # noqa: S105 - of this test


def index_of(*hosts: str) -> bytes:
    """An index page of sources, and of enough others to have a field to search with."""
    feeds = [
        FeedSummary(f"source/{host}", host, 1)
        for host in (*hosts, *(f"{place}.example" for place in range(20)))
    ]
    return render_index_page("Archive", "https://feeds.example.net/", "", feeds, ("rss", "html"))


@pytest.fixture
def output(output: Path) -> Path:
    """An output folder with an index of many feeds."""
    (output / "index.html").write_bytes(index_of("café.example", "新闻.example"))
    os.utime(output / "index.html", (LONG_AGO, LONG_AGO))
    return output


@pytest.mark.parametrize(
    "target", ["/?q=CAFE", "/index.html?q=cafe%CC%81", "/?x=1&q=caf%C3%A9&q=2"]
)
def test_the_index_shows_the_feeds_that_are_looked_for(server: HttpServer, target: str) -> None:
    answer = ask(server, target)
    page = answer.body.decode()
    assert answer.status == 200
    assert "café.example" in page
    assert "新闻.example" not in page
    assert "1 of 22 feeds" in page
    assert answer.headers["content-length"] == str(len(answer.body))
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "form-action 'self'" in answer.headers["content-security-policy"]
    assert "script" not in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    "query", ["", "?", "?q", "?q=", "?q=%20+", "?Q=cafe", "?p=cafe", "?cafe", "?&&="]
)
def test_what_looks_for_nothing_gets_the_page_as_it_is(
    server: HttpServer, output: Path, query: str
) -> None:
    answer = ask(server, "/" + query)
    assert answer.body == (output / "index.html").read_bytes()
    assert answer.headers["etag"] == ask(server, "/").headers["etag"]


def test_only_the_index_is_searched(server: HttpServer, output: Path) -> None:
    for path in ("all/index.html", "all/rss.xml", "feeds.opml"):
        assert ask(server, f"/{path}?q=cafe").body == (output / path).read_bytes()
    assert "form-action 'none'" in ask(server, "/all/").headers["content-security-policy"]
    assert ask(server, "/nothing/?q=cafe").status == 404


def test_what_is_found_has_a_tag_of_its_own(server: HttpServer, output: Path) -> None:
    whole, cafe, news = (ask(server, t).headers for t in ("/", "/?q=cafe", "/?q=%E6%96%B0"))
    assert len({whole["etag"], cafe["etag"], news["etag"]}) == 3
    assert cafe["cache-control"] == "no-cache"
    assert cafe["vary"] == "Accept-Encoding"
    assert ask(server, "/?q=cafe").headers["etag"] == cafe["etag"]
    known = f"If-None-Match: {cafe['etag']}"
    again = ask(server, "/?q=cafe", known)
    assert (again.status, again.body, again.headers["etag"]) == (304, b"", cafe["etag"])
    assert ask(server, "/", known).status == 200
    assert ask(server, "/?q=%E6%96%B0", known).status == 200
    assert ask(server, "/?q=cafe", f"If-Modified-Since: {cafe['last-modified']}").status == 304

    replace(output / "index.html", index_of("café.example", "CAFE.example"))
    changed = ask(server, "/?q=cafe", known)
    assert changed.status == 200
    assert b"2 of 22 feeds" in changed.body


@pytest.mark.parametrize("coding", ["identity", "gzip", "br"])
def test_what_is_found_is_compressed_for_whoever_takes_that(
    server: HttpServer, coding: str
) -> None:
    plain = ask(server, "/?q=cafe")
    accept = f"Accept-Encoding: {coding}"
    answer = ask(server, "/?q=cafe", accept)
    decoded = {"identity": bytes, "gzip": gzip.decompress, "br": brotli.decompress}[coding]
    assert decoded(answer.body) == plain.body
    assert (answer.headers["etag"] == plain.headers["etag"]) is (coding == "identity")
    head = ask(server, "/?q=cafe", accept, method="HEAD")
    assert head.body == b""
    assert {**head.headers, "date": ""} == {**answer.headers, "date": ""}


def test_nothing_that_is_typed_is_run_or_breaks_the_page(server: HttpServer) -> None:
    evil = "%22%3E%3Cscript%3Ealert(1)%3C/script%3E%00%FF%F0%9F"
    page = ask(server, f"/?q={evil}").body.decode()
    assert "<script" not in page
    assert "None of 22 feeds" in page
    assert ask(server, "/?q=%00%01").body == ask(server, "/").body


def test_a_query_may_be_as_long_as_any_address(server: HttpServer) -> None:
    words = "+".join(f"w{place}" for place in range(1500))[:7900]
    answer = ask(server, f"/?q={words}")
    assert answer.status == 200
    assert b"None of 22 feeds" in answer.body
    assert ask(server, "/?q=" + "x" * 9000).status == 414


def test_behind_a_secret_path_it_is_the_same(output: Path) -> None:
    with HttpServer(output, ANYWHERE, secret_path=SECRET) as server:
        assert b"1 of 22 feeds" in ask(server, f"/{SECRET}/?q=cafe").body
        assert b"1 of 22 feeds" in ask(server, f"/{SECRET}/index.html?q=cafe").body
        for target in ("/?q=cafe", f"/?q={SECRET}", f"/{SECRET[:-1]}/?q=cafe"):
            assert ask(server, target).status == 404


def test_an_index_that_is_not_refeeds_is_served_as_it_is(server: HttpServer, output: Path) -> None:
    replace(output / "index.html", b"<!DOCTYPE html><title>\xff</title>")
    assert ask(server, "/?q=cafe").body == b"<!DOCTYPE html><title>\xff</title>"
