"""Which snapshot of an article wins, and what its dates are.

A case is a file: its versions one a line, the winner's name, the dates expected.
"""

from __future__ import annotations

import tomllib
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refeed.merge import Version, merge

CASES = sorted((Path(__file__).parent / "cases").glob("*.toml"))


def version(number: int, fields: dict[str, Any]) -> Version:
    text = str(fields.get("text", ""))
    return Version(
        snapshot=number,
        instant=fields["instant"],
        text_length=len(text),
        text_digest=blake2b(text.encode(), digest_size=16).digest(),
        seed=fields.get("seed", 0),
        path=fields["path"],
        record=fields.get("record", 0),
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_merging(case: Path) -> None:
    table = tomllib.loads(case.read_text(encoding="utf-8"))
    versions = [version(*numbered) for numbered in enumerate(table["versions"])]
    for order in (versions, versions[::-1]):
        merged = merge(order)
        winner = [merged.winner.seed, merged.winner.path, merged.winner.record]
        assert winner == table["winner"]
        assert (merged.published, merged.updated) == (table["published"], table["updated"])


some_versions = st.lists(
    st.builds(
        version,
        st.just(0),
        st.fixed_dictionaries(
            {
                "instant": st.integers(0, 3),
                "text": st.sampled_from(["", "a", "b", "longer"]),
                "path": st.sampled_from(["a", "b", "c"]),
                "record": st.integers(0, 1),
                "seed": st.integers(0, 1),
            }
        ),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda v: (v.seed, v.path, v.record),
)


@given(some_versions, st.randoms(use_true_random=False))
def test_the_order_of_reading_does_not_matter(versions: list[Version], chance: Any) -> None:  # noqa: ANN401 - hypothesis's own Random
    shuffled = list(versions)
    chance.shuffle(shuffled)
    assert merge(shuffled) == merge(versions)


@given(some_versions)
def test_dates_are_in_order(versions: list[Version]) -> None:
    merged = merge(versions)
    assert merged.published <= merged.updated <= merged.winner.instant
    assert merged.winner in versions


@given(some_versions)
def test_who_does_not_win_does_not_decide_who_does(versions: list[Version]) -> None:
    merged = merge(versions)
    for loser in versions:
        if loser != merged.winner:
            left = [v for v in versions if v != loser]
            assert merge(left).winner == merged.winner
