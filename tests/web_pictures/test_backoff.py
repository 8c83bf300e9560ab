from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refeed.retry_after import parse_retry_after
from refeed.web_pictures.rounds import compute_next_try

HOUR, DAY = 3_600, 86_400


@pytest.mark.parametrize(
    ("failures", "retry_after", "expected"),
    [(1, 0, HOUR), (2, 0, 3 * HOUR), (4, 0, 27 * HOUR), (1, DAY, DAY), (50, 0, 60 * DAY)],
)
def test_pauses_grow(failures: int, retry_after: float, expected: int) -> None:
    assert compute_next_try(failures, retry_after, 1_000) == 1_000 + expected


@given(st.integers(1, 10_000), st.floats(0, DAY))
def test_no_pause_is_shorter_than_the_one_before(failures: int, retry_after: float) -> None:
    one, other = (compute_next_try(number, retry_after, 0) for number in (failures, failures + 1))
    assert one <= other


@given(st.text(), st.floats(0, 4e9))
def test_any_header_can_be_read(text: str, now: float) -> None:
    assert 0 <= parse_retry_after(text, now) <= DAY


def test_no_date_is_obeyed_for_longer_than_a_day() -> None:
    assert parse_retry_after("Sun, 06 Nov 2094 08:49:37 GMT", 1_000_000_000) == DAY
