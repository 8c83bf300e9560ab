"""Each case has feeds, entries, and the names of the defined feeds that an entry is in."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from refeed.config import parse
from refeed.selection import Candidate, feeds_of, needs_text, title_of

CASES = sorted((Path(__file__).parent / "cases").glob("*.toml"))


def candidate(stated: dict[str, Any]) -> Candidate:
    return Candidate(
        source=stated.get("source", "example.org"),
        path=stated.get("path", "a.txt"),
        title=stated.get("title", "A title"),
        tags=tuple(stated.get("tags", ())),
        authors=tuple(stated.get("authors", ())),
        text=stated.get("text", ""),
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_entries_are_in_their_feeds(case: Path) -> None:
    table = tomllib.loads(case.read_text(encoding="utf-8"))
    entries = table.pop("entries")
    config = parse(table, base=Path("/b"))
    for entry in entries:
        names = feeds_of(candidate(entry), config.feeds, by_source=config.by_source)
        assert list(names) == ["all", "source/example.org", *entry["in"]] or (
            list(names) == ["all", f"source/{entry.get('source')}", *entry["in"]]
        ), entry


def feeds(**match: object) -> dict[str, object]:
    return {"feeds": [{"name": "x", "title": "The X", "match": match}]}


def test_without_feeds_of_sources_there_is_only_all() -> None:
    assert feeds_of(candidate({}), (), by_source=False) == ("all",)


def test_a_feed_by_text_says_that_it_needs_it() -> None:
    by_text = parse(feeds(tag="a", text="b"), base=Path("/b")).feeds
    by_tag = parse(feeds(tag="a", title="b"), base=Path("/b")).feeds
    assert needs_text(by_text)
    assert not needs_text(by_tag)
    assert needs_text(parse(feeds(**{"not": {"text": "b"}}), base=Path("/b")).feeds)
    without = Candidate("example.org", "a.txt", "T", ("a",), ())
    assert feeds_of(without, by_tag, by_source=False) == ("all",)
    with pytest.raises(ValueError, match="by text"):
        feeds_of(without, by_text, by_source=False)


def test_the_text_is_looked_at_last() -> None:
    rule = parse(feeds(text="b", path="c", tag="a"), base=Path("/b")).feeds[0]
    assert [condition.field for condition in rule.match] == ["path", "tag", "text"]


def test_titles() -> None:
    rules = parse(feeds(tag="a"), base=Path("/b")).feeds
    assert title_of("all", title="News", feeds=rules) == "News"
    assert title_of("source/example.org", title="News", feeds=rules) == "example.org – News"
    assert title_of("x", title="News", feeds=rules) == "The X"
    with pytest.raises(KeyError):
        title_of("y", title="News", feeds=rules)


def test_a_feed_without_a_title_is_called_by_its_name() -> None:
    table: dict[str, object] = {"feeds": [{"name": "x/y", "match": {"tag": "a"}}]}
    assert parse(table, base=Path("/b")).feeds[0].title == "x/y"
