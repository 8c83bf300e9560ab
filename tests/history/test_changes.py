"""What changed between two snapshots, in words."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refeed.history import Changes, Edition, compare, describe

CASES = tomllib.loads(Path(__file__).with_name("cases").joinpath("changes.toml").read_text("utf-8"))

paragraphs = st.lists(st.sampled_from(["One.", "Two.", "Two and more.", "Three of them.", ""]))
editions = st.builds(
    Edition, st.sampled_from(["Sun", "Moon"]), paragraphs, st.lists(st.sampled_from("ab"))
)


def _read(text: str) -> Edition:
    title, *lines = text.strip("\n").split("\n")
    return Edition(
        title,
        [line for line in lines if not line.startswith("!")],
        [line[1:] for line in lines if line.startswith("!")],
    )


def _write(changes: Changes) -> str:
    lines = []
    for what, samples, became in describe(changes):
        lines.append(what)
        pairs = zip(samples, became or ("",) * len(samples), strict=True)
        lines += [f"  {one} -> {other}" if other else f"  {one}" for one, other in pairs]
    return "\n".join(lines)


@pytest.mark.parametrize("case", CASES["case"], ids=lambda case: case["name"])
def test_a_case(case: dict[str, Any]) -> None:
    changes = compare(_read(case["before"]), _read(case["after"]))
    assert _write(changes) == case["words"].strip("\n")


@given(editions)
def test_the_same_has_no_changes(edition: Edition) -> None:
    assert compare(edition, edition) == Changes()


@given(editions, editions)
def test_the_way_back_undoes_the_way_there(one: Edition, other: Edition) -> None:
    there, back = compare(one, other), compare(other, one)
    assert (there.pictures_added, there.pictures_removed) == (
        back.pictures_removed,
        back.pictures_added,
    )
    for changes, before, after in ((there, one, other), (back, other, one)):
        gained = len(after.paragraphs) - len(before.paragraphs)
        assert len(changes.added) - len(changes.removed) == gained


@given(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=8))
def test_long_texts_are_compared_without_their_order(words: list[str]) -> None:
    one = [f"{number} {word}" for number in range(400) for word in words[:1]]
    other = [f"{number} other" for number in range(200)] + one[350:] + words
    changes = compare(Edition("", one), Edition("", other))
    assert changes.changed == ()
    assert sorted(changes.added) == sorted(other[:200] + words)
    assert sorted(changes.removed) == sorted(one[:350])
