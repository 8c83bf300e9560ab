"""The same bytes wherever and whenever they are written, and nothing of the process is touched."""

from __future__ import annotations

import locale
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import feed_cases
from refeed.render import render

TESTS = Path(feed_cases.__file__).parent
WRITE_ALL = """
import sys, locale
locale.setlocale(locale.LC_ALL, "")
import feed_cases
from refeed.render import render
for case in feed_cases.names():
    for name in feed_cases.FORMAT_NAMES:
        sys.stdout.buffer.write(render(name, feed_cases.feed(case)))
"""
IMPORTED = """
import sys
import refeed.render
import refeed.render.formats
print(*[name for name in sys.modules if name.partition(".")[0] in ("feedgen", "lxml", "jinja2")])
"""


def run(program: str, **environment: str) -> bytes:
    folders = [str(TESTS), str(TESTS.parent / "src")]
    return subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(folders), **environment},
        check=True,
        capture_output=True,
    ).stdout


@pytest.mark.parametrize(
    "environment",
    [
        {"TZ": "Asia/Shanghai", "LC_ALL": "C", "PYTHONHASHSEED": "1"},
        {"TZ": "America/St_Johns", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "2"},
        {"TZ": "UTC", "LC_ALL": "POSIX", "PYTHONHASHSEED": "3", "PYTHONUTF8": "0"},
    ],
    ids=lambda environment: environment["TZ"],
)
def test_zone_locale_and_hash_seed_change_nothing(environment: dict[str, str]) -> None:
    expected = b"".join(
        feed_cases.expected(case, name).read_bytes()
        for case in feed_cases.names()
        for name in feed_cases.FORMAT_NAMES
    )
    assert run(WRITE_ALL, **environment) == expected


def test_threads_write_the_same() -> None:
    feed = feed_cases.feed("ordinary")
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: render("rss", feed), range(64)))) == 1


def test_the_locale_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        pytest.fail("setlocale was called")

    monkeypatch.setattr(locale, "setlocale", refuse)
    for name in feed_cases.FORMAT_NAMES:
        render(name, feed_cases.feed("ordinary"))


def test_what_a_module_of_formats_needs_is_imported_only_to_write() -> None:
    assert run(IMPORTED).split() == []
