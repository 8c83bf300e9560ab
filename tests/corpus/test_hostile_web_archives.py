"""Hostile HTML from public collections, as pages of MHTML and WARC."""

from __future__ import annotations

import json
import quopri
from typing import TYPE_CHECKING

from cleaning_rules import rules_from
from corpus.test_hostile_html import dangers
from refeed.cleaning import clean
from refeed.reading import read
from warcs import crawl, members, page

if TYPE_CHECKING:
    from pathlib import Path

    from refeed.reading import Reading

URL = "https://news.example.org/ferry"


def load_pages(shared: Path) -> list[str]:
    vectors = (shared / "vectors/xss.jsonl").read_text(encoding="utf-8").splitlines()
    return [page(f"Ferry {n}", body=json.loads(line)["html"]) for n, line in enumerate(vectors)]


def find_dangers(reading: Reading) -> list[str]:
    rules = rules_from("")
    assert reading.snapshots
    return [
        danger
        for snapshot in reading.snapshots
        for danger in dangers(clean(snapshot.html, snapshot.url, rules, base=snapshot.base))
    ]


def test_nothing_dangerous_survives_in_a_warc(shared: Path) -> None:
    pages = load_pages(shared)
    data = members(crawl(f"{URL}/{n}", html) for n, html in enumerate(pages))
    reading = read(data, path="a.warc.gz", modified=0, timezones={})
    assert len(reading.snapshots) > len(pages) * 0.9
    assert find_dangers(reading) == []


def test_nothing_dangerous_survives_in_mhtml(shared: Path) -> None:
    for html in load_pages(shared)[::10]:
        body = quopri.encodestring(html.encode())
        data = (
            b"From: <Saved by Blink>\r\nSnapshot-Content-Location: " + URL.encode() + b"\r\n"
            b"Content-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n"
            b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + body + b"\r\n--b--\r\n"
        )
        assert find_dangers(read(data, path="a.mhtml", modified=0, timezones={})) == []
