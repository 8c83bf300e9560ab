"""The work for a file grows with its size: calls of functions are counted, not time."""

from __future__ import annotations

from cProfile import Profile
from typing import TYPE_CHECKING

import pytest

from refeed.reading import read

if TYPE_CHECKING:
    from collections.abc import Callable

TEXT = "<p>The water went out further than anyone had seen it go.</p>"
MAIL = (
    "From: Jo <jo@example.org>\nSubject: a\nMessage-ID: <a@example.org>\n"
    "Content-Type: text/html; charset=utf-8\n\n"
)


def _feed(count: int) -> str:
    items = "".join(
        f"<item><title>{n}</title><link>https://example.org/{n}#a</link>"
        f"<description><![CDATA[{TEXT}]]></description></item>"
        for n in range(count)
    )
    return f"<rss version='2.0'><channel><title>a</title>{items}</channel></rss>"


def _json_feed(count: int) -> str:
    items = ",".join(
        f'{{"id":"{n}","url":"https://example.org/{n}","content_html":"{TEXT}"}}'
        for n in range(count)
    )
    return f'{{"version":"https://jsonfeed.org/version/1.1","items":[{items}]}}'


def _wallabag(count: int) -> str:
    entries = ",".join(
        f'{{"is_archived":0,"url":"https://example.org/{n}","content":"{TEXT}"}}'
        for n in range(count)
    )
    return f"[{entries}]"


def _mbox(count: int) -> str:
    return "".join(f"From a@b Mon Jan  1 00:00:00 2024\n{MAIL}{TEXT}\n\n" for _ in range(count))


def _tables(count: int) -> str:
    return MAIL + f"<table><tr><td>{TEXT}</td></tr></table>" * count


def _nested_tables(count: int) -> str:
    depth = 50
    one = "<table><tr><td>" * depth + TEXT + "</td></tr></table>" * depth
    return MAIL + one * (count // depth)


def _parts(count: int) -> str:
    head = MAIL.replace("text/html; charset=utf-8", "multipart/mixed; boundary=b")
    return head + f"--b\nContent-Type: text/html\n\n{TEXT}\n" * count


def _plain_text(count: int) -> str:
    return MAIL.replace("html", "plain") + "> Some words of a text.\n\nAn answer.\n\n" * count


@pytest.mark.parametrize(
    "build",
    [_feed, _json_feed, _wallabag, _mbox, _tables, _nested_tables, _parts, _plain_text],
)
def test_four_times_the_file_is_four_times_the_work(build: Callable[[int], str]) -> None:
    _count_calls(build(10))  # what is done once
    assert _count_calls(build(800)) < _count_calls(build(200)) * 4.4


def _count_calls(text: str) -> int:
    profile = Profile()
    profile.enable()
    try:
        assert read(text.encode(), path="a.md", modified=1, timezones={}).snapshots
    finally:
        profile.disable()
    return sum(entry.callcount for entry in profile.getstats())
