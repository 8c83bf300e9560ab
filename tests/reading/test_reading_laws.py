"""What holds for any bytes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from refeed.errors import SnapshotError
from refeed.reading import read

if TYPE_CHECKING:
    from refeed.reading import Reading

PIECES = (
    b"<!--1718775422000-->\n",
    b"<!--NaN-->\n",
    b"<!--",
    b"[A](https://example.org/a)\n",
    b"[](http://e.org)",
    b"[",
    b"](",
    b")\n",
    b"------\n",
    b"---\n",
    b"title: ",
    b'"a "b" c"\n',
    b"+++\n",
    b'url = "https://example.org/d"\n',
    b'{"url": "https://example.org/e"}\n',
    b"URL: https://example.org/f\n",
    b"author: [[a|b]] <a@b>, &lt;i>c</i>\n",
    b"date: 2024-13-01 25:61 XYZ\n",
    b"created: 19. Juni 2024 um 3:04 PM (UTC +2)\n",
    b"from: https://example.org/b\n",
    b"tags: [ a, 'b\n",
    b"date: 2020-07-18 07:28:02 -0700\n",
    b"date: 0001-01-01T00:00:00+14:00\n",
    b"author:\n  - name: &a [*a]\n",
    b"<div>\n",
    b"\n</div>",
    b"<address>A, B</address><time datetime='2020-01-01'>x</time>",
    b"<div><i>A<br>2020-08-05 17:13:25</i></div>",
    b"<!doctype html><html><head>",
    b"<link rel=canonical href='https://example.org/c'>",
    b'<script type=\'application/ld+json\'>[{"author":[{}],"@graph":{}}]</script>',
    b"<meta charset=utf-7>",
    b"<meta charset=gbk>",
    b"<?xml version='1.0'?><rss version='2.0'><channel><title>a</title>",
    b"<item><title>b</title><guid>c</guid><link>#d</link><link>https://example.org/g#h</link>",
    b"<description><![CDATA[<p>i",
    b"<enclosure url='//[/e.mp3' type='audio/mpeg'/><pubDate>Mon, 32 Foo 2024</pubDate></item>",
    b"<feed xmlns='http://www.w3.org/2005/Atom' xml:base='http://['><entry><link href='/j'/>",
    b"<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><br/>",
    b"<content type='image/png'>AA",
    b'{"version":"https://jsonfeed.org/version/1.1","items":[{"id":1e999,"url":"//["}]}',
    b'[{"is_archived":1,"url":"https://example.org/k","content":"l","tags":[{"label":1}]}]',
    b"From a@b Mon Jan  1 00:00:00 2024\n",
    b"Message-ID: <m@example.org>\nFrom: =?utf-8?b?w?= <n@example.org>\nSubject: Fwd: o\n",
    b"Content-Type: multipart/mixed; boundary=p\n",
    b"Content-Type: text/html; charset=utf-7\nContent-Transfer-Encoding: base64\n",
    b"List-Post: <http://[/q>\nDate: Mon, 99 Jan 99999 99:99:99 +9999\n",
    b"\n--p\n",
    b"\n--p--\n",
    b"\n\n---------- Forwarded message ---------\nFrom: r\nDate: s\nSubject: t\n\n",
    b"<table><tr><td>u<a href='http://['>unsubscribe</a></td></tr></table>",
    b"\xff\xfe",
    b"\x00",
    b"\xe6\xb2\xb3",
    b"\xba\xd3",
    b"\r\n",
)
anything = st.binary(max_size=60) | st.lists(
    st.sampled_from(PIECES) | st.binary(max_size=6), max_size=14
).map(b"".join)
paths = st.sampled_from(
    (
        "a.md",
        "a.xml",
        "a.eml",
        "b/cur/a",
        "a.emlx",
        "a.json",
        "a.csv",
        "2020-01-01/b.html",
        "2020-99-99-c.txt",
        "",
        "\udcff/.md",
    )
)

line = st.text(
    st.characters(
        exclude_categories=("C", "Z"), include_characters="[]()\"'\\ ", exclude_characters="&"
    ),
    min_size=1,
    max_size=40,
).filter(str.strip)
address = st.text("ab/?=()[]\"'%é河 ~", max_size=30).map(lambda rest: f"https://e.org/{rest}")
FORBIDDEN = re.compile("[\x00-\x1f\ud800-\udfff\ufffe\uffff]")


def given_by(data: bytes, path: str) -> Reading | str:
    """Read; a rejection is its reason."""
    try:
        return read(data, path=path, modified=1, timezones={"*": "Europe/Paris"})
    except SnapshotError as error:
        return str(error)


@given(anything, paths)
def test_any_bytes_are_read_or_rejected_with_a_reason(data: bytes, path: str) -> None:
    reading = given_by(data, path)
    if isinstance(reading, str):
        assert reading
        return
    assert reading.snapshots
    for snapshot in reading.snapshots:
        lines = (snapshot.title, snapshot.url, *snapshot.authors, *snapshot.tags)
        assert all(text and text == text.strip() for text in lines)
        assert not any(map(FORBIDDEN.search, lines))
        assert snapshot.url.lower().startswith(("http://", "https://"))
        assert 0 <= snapshot.instant < 4_102_444_800_000


@given(anything, paths)
def test_the_same_bytes_read_the_same(data: bytes, path: str) -> None:
    assert given_by(data, path) == given_by(data, path)


@given(line, address, st.integers(631_152_000_000, 4_102_444_799_999))
def test_a_header_reads_back_as_written(title: str, url: str, epoch: int) -> None:
    text = f"<!--{epoch}-->\n[{title}]({url})\n------\n\n<p>x</p>\n"
    (snapshot,) = read(text.encode(), path="a.md", modified=1, timezones={}).snapshots
    assert snapshot.title == " ".join(title.split())
    assert snapshot.url == url.rstrip(" ").replace(" ", "%20")
    assert snapshot.instant == epoch
    assert snapshot.html == "<p>x</p>"


@given(st.lists(line, min_size=1, max_size=5))
def test_every_record_of_a_file_is_read(titles: list[str]) -> None:
    text = "".join(
        f"<!--17187754220{number:02}-->\n[{title}](https://e.org/{number})\n------\n\n<p>{number}</p>\n"
        for number, title in enumerate(titles)
    )
    reading = read(text.encode(), path="a.md", modified=1, timezones={})
    assert reading.problems == ()
    assert [s.html for s in reading.snapshots] == [f"<p>{n}</p>" for n in range(len(titles))]
    assert [s.record for s in reading.snapshots] == list(range(len(titles)))
