"""Patterns that make careless regular expressions take hours; each is to take a moment."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from archives import without_coverage
from processor_time import costs_at_most
from refeed.errors import SnapshotError
from refeed.reading import read

HEADER = "<!--1718775422000-->\n[A](https://example.org/a)\n------\n"
RECORD = "<!--1718775422000-->\n[A](a)\n"
TIMES = 20_000
FEED = "<rss version='2.0'><channel><title>a</title><item><link>https://example.org/a</link><title>"
ATOM = "<feed xmlns='http://www.w3.org/2005/Atom'>"
MAIL = "Message-ID: <a@example.org>\nFrom: a@example.org\nSubject: a"
PARTS = MAIL + "\nContent-Type: multipart/mixed; boundary=b\n\n"
PAGE_MAIL = MAIL + "\nContent-Type: text/html; charset=utf-8\n\n"
NOTE = "<en-export><note>"
EXPORT = (
    "<rss version='2.0' xmlns:content='http://purl.org/rss/1.0/modules/content/'"
    " xmlns:wp='http://wordpress.org/export/1.2/'><channel><title>a</title>"
    "<wp:wxr_version>1.2</wp:wxr_version><item><link>https://example.org/a</link><title>a</title>"
    "<wp:post_type>post</wp:post_type><content:encoded><![CDATA["
)
PATTERNS = {
    "comments": "<!--1-->\n" * TIMES,
    "comments and brackets": "<!--1-->\n[" * TIMES,
    "headers": HEADER * (TIMES // 20),
    "line ends before the title": "\n" * TIMES + "x",
    "brackets in the title": HEADER.replace("A", "](http" * TIMES),
    "spaces in the title": HEADER.replace("A", "a" + "  " * TIMES + "a"),
    "open tags": HEADER + "<a " * TIMES,
    "open times": HEADER.replace("1718775422000", "NaN") + "<time" * TIMES,
    "open headings": HEADER.replace("[A]", "[]") + "<h1>" * TIMES,
    "open addresses": HEADER + "<address>" * TIMES,
    "front matter of spaces": "---\na: " + " " * TIMES + "b\n---\n" + HEADER,
    "front matter of items": "---\na:\n" + "- x\n" * TIMES + "---\n" + HEADER,
    "front matter of backslashes": '---\ntitle: "' + "\\" * TIMES + "\n---\n" + HEADER,
    "front matter that nests": "---\ntags: " + "- " * 7_000 + "\n---\n" + HEADER,
    "front matter that nests far": "---\ntags: |\n" + "[" * 90_000 + "\n---\n" + HEADER,
    "front matter of mailboxes": "---\nauthor: " + "a@b.c, " * TIMES + "\n---\n" + HEADER,
    "front matter of links": "---\nauthor: " + "[[" * TIMES + "\n---\n" + HEADER,
    "front matter of tags": "---\nauthor: " + "<a " * TIMES + "\n---\n" + HEADER,
    "front matter in TOML": "+++\n" + "[a]\n+" * TIMES,
    "front matter in JSON": '{"a":' * TIMES,
    "address lines": "[" * TIMES + "](http://" * TIMES,
    "several addresses": HEADER + "<address>a</address>" * TIMES,
    "a page of times": "<html>" + "<time class=published>x</time>" * (TIMES // 10),
    "a page of savers": "<html>" + "<!-- Mirrored from Page saved with SingleFile " * TIMES,
    "a page of linked data": "<html><script type=application/ld+json>" + '[{"url":' * TIMES,
    "a page of comments": "<html>" + "<!-- " * TIMES,
    "a page of articles": "<html>" + "<article>" * (TIMES // 4),
    "XML of comments": "<?xml version='1.0'?>" + "<!-- -->" * TIMES + "<!--",
    "XML of types": "<!DOCTYPE a [" * TIMES + "<rss>",
    "a feed of open elements": FEED + "<a>" * TIMES,
    "a feed of open XHTML": ATOM + "<entry><content type='xhtml'>" + "<div>" * TIMES,
    "a feed of references": FEED + "&a" * TIMES + "&a;" * TIMES,
    "a feed of sections": FEED + "<![CDATA[" * TIMES,
    "a feed of tags cut off": FEED + "<" * TIMES + "<a " * TIMES,
    "a feed of items": FEED + "<item>" * TIMES,
    "a feed of entities": "<!DOCTYPE rss [" + "<!ENTITY a 'b'>" * TIMES + "]>" + FEED + "&a;",
    "a feed that laughs": "<!DOCTYPE rss [<!ENTITY a0 'ha'>"
    + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12))
    + "]><rss><channel><item><title>&a11;</title><link>https://example.org/a</link></item>",
    "a feed in JSON that nests": '{"version":"https://jsonfeed.org/version/1","items":' * TIMES,
    "a feed in JSON of brackets": '{"version":"https://jsonfeed.org/version/1","a":'
    + "[" * 100_000,
    "an export that nests": '[{"is_archived":' * TIMES,
    "an export of digits": '[{"is_archived":' + "1" * 1_000_000 + "}]",
    "notes of open texts": NOTE + "<content>" * TIMES,
    "notes of open bodies": NOTE + "<content>" + "<en-note>" * TIMES + "</content>",
    "notes of open titles": NOTE + "<title>" + " " * TIMES,
    "an export of open code": EXPORT + "[code]\n" * TIMES + "]]>",
    "a mail of fields": "Message-ID: <a@b>\nSubject: a\n" + "a: b\n" * TIMES,
    "a mail of folds": MAIL + "\n a" * TIMES,
    "a mail of encoded words": MAIL + "=?utf-8?q?a?= " * TIMES + "\n\na",
    "a mail of half words": MAIL + "=?" * TIMES + "\n\na",
    "a mail of parameters": MAIL + "\nContent-Type: text/plain" + '; a="' * TIMES + "\n\na",
    "a mail of boundaries": PARTS + "--b\n\na\n" * TIMES,
    "a mail in mails": MAIL + "\nContent-Type: message/rfc822\n\n" * TIMES,
    "a mail of nested parts": "".join(
        f"Message-ID: <a>\nSubject: a\nContent-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n"
        for n in range(10_000)
    ),
    "a mail in itself": (PARTS + "--b\n") * 5_000,
    "a mail of quotations": MAIL + "\n\n" + (">" * 200 + "a\n") * 1_000,
    "a mail of deeper quotations": MAIL + "\n\n" + ">" * TIMES * 5,
    "a mail of addresses": MAIL + "\n\n" + "http://a.b/" * TIMES + "(" * TIMES,
    "a mail of rules": MAIL + "\n\n" + "- " * TIMES + "x\n" + "-_" * TIMES + "x",
    "a mail of columns": MAIL + "\n\n" + ("a" + " " * 200) * 1_000,
    "a mail of tables": PAGE_MAIL + "<table><tr><td>" * (TIMES // 4),
    "a mail of tables in rows": PAGE_MAIL + "<table><tr><td>a</td></tr></table>" * (TIMES // 4),
    "a mail of links": PAGE_MAIL + "<a href='http" * TIMES + "<a href=x>" * TIMES,
    "a mail of hidden elements": PAGE_MAIL + "<p style='font-size:0'>" * (TIMES // 4),
    "a mail of padding": PAGE_MAIL + "\u200c " * TIMES,
    "a mail of fields in its text": MAIL.replace("a", "Fwd: a") + "\n\n" + "From: \nTo: \n" * TIMES,
    "an mbox of separators": "From a 00:00 2000\nFrom: a\n\n" * (TIMES // 10),
    "an mbox of half separators": "From a 00:00 2000\nFrom: a\n" + "\nFrom 00:00" * TIMES,
}


@pytest.mark.parametrize("name", PATTERNS)
def test_a_hostile_file_is_read_in_a_moment(name: str) -> None:
    try:
        reading = read(PATTERNS[name].encode(), path="a.md", modified=1, timezones={})
    except SnapshotError as error:
        assert str(error)  # noqa: PT017 - either outcome is right, hanging is not
    else:
        assert reading.snapshots


def test_heavy_libraries_are_imported_only_where_they_are_needed() -> None:
    heavy = {"bs4", "yaml", "dateutil", "tomllib", "fastwarc", "zipfile", "plistlib"}
    heavy |= {"feedparser", "lxml", "email.parser", "trafilatura", "markdown_it"}
    code = f"import sys, refeed.reading; print({heavy} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=without_coverage(os.environ),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "set()"


def test_many_bad_records_take_time_by_their_number_and_give_a_short_reason() -> None:
    assert costs_at_most(24, lambda: _reject(RECORD * 40_000), lambda: _reject(RECORD * 5_000))


def _reject(text: str) -> None:
    with pytest.raises(SnapshotError, match=r"^records 1, 2, .* and [\d,]+ more: ") as rejected:
        read(text.encode(), path="a.md", modified=1, timezones={})
    assert len(str(rejected.value)) < 1_200
