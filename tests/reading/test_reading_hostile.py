"""Patterns that make careless regular expressions take hours; each is to take a moment."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from archives import without_coverage
from refeed.errors import SnapshotError
from refeed.reading import read

HEADER = "<!--1718775422000-->\n[A](https://example.org/a)\n------\n"
RECORD = "<!--1718775422000-->\n[A](a)\n"
TIMES = 20_000
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
    assert _time_to_reject(RECORD * 40_000) < max(_time_to_reject(RECORD * 5_000), 0.02) * 24


def _time_to_reject(text: str) -> float:
    start = time.process_time()
    with pytest.raises(SnapshotError, match=r"; and [\d,]+ more$") as rejected:
        read(text.encode(), path="a.md", modified=1, timezones={})
    assert len(str(rejected.value)) < 1_200
    return time.process_time() - start
