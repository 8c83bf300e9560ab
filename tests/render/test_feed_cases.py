from __future__ import annotations

import pytest

import feed_cases
from refeed.render import build_frame, render_entry
from refeed.render.publishable import make_publishable
from refeed.render.verify import verify_entry, verify_frame
from rendering import newest_change, render
from validity import faults

CASES = [(case, name) for case in feed_cases.names() for name in feed_cases.FORMAT_NAMES]


def test_there_are_cases() -> None:
    assert len(CASES) >= 30


@pytest.mark.parametrize(("case", "name"), CASES)
def test_a_feed_becomes_exactly_the_expected_document(case: str, name: str) -> None:
    document = render(name, feed_cases.feed(case))
    assert document.decode() == feed_cases.expected(case, name).read_bytes().decode()


@pytest.mark.parametrize(("case", "name"), CASES)
def test_the_document_is_valid(case: str, name: str) -> None:
    assert faults(name, render(name, feed_cases.feed(case))) == []


@pytest.mark.parametrize(("case", "name"), CASES)
def test_the_document_is_verified(case: str, name: str) -> None:
    feed = feed_cases.feed(case)
    entries = [make_publishable(entry) for entry in feed.entries]
    items = [render_entry(name, entry, feed.language) for entry in entries]
    for entry, written in zip(entries, items, strict=True):
        verify_entry(name, written, entry)
    verify_frame(name, build_frame(name, feed, newest_change(feed)), next(iter(items), None))
