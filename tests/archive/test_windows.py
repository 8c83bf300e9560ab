"""The windows in which a source's articles are counted together."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from refeed.archive.periods import ALWAYS, Position
from refeed.archive.windows import find_window, find_windows

if TYPE_CHECKING:
    from refeed.archive.periods import Period

MOST = 3
YEAR = 31_556_952_000
instants = st.one_of(
    st.integers(0, 50 * YEAR), st.sampled_from([0, 1, YEAR, YEAR + 1, 30 * YEAR, 30 * YEAR + 5])
)
positions = st.builds(Position, instants, st.integers(0, 40))
sources = st.sets(positions, min_size=1, max_size=30)


class Articles:
    """A `SourceIndex` in memory."""

    def __init__(self, held: set[Position]) -> None:
        self.held = sorted(held, key=_age)
        self._ages = [_age(position) for position in self.held]

    def count(self, period: Period, _most: int) -> int:
        return sum(position in period for position in self.held)

    def newest(self, before: Position | None) -> Position | None:
        end = len(self.held) if before is None else bisect_left(self._ages, _age(before))
        return self.held[end - 1] if end else None

    def oldest(self, after: Position) -> Position | None:
        start = bisect_right(self._ages, _age(after))
        return self.held[start] if start < len(self.held) else None


def _age(position: Position) -> tuple[int, int]:
    return position.published, -position.number


@given(sources)
def test_each_article_is_in_one_period(held: set[Position]) -> None:
    windows = list(find_windows(ALWAYS, Articles(held), MOST))
    within = [position for window in windows for position in held if position in window.period]
    assert sorted(within) == sorted(held)
    for window in windows:
        assert 1 <= sum(position in window.period for position in held) <= MOST
        assert window.period in window.parts
        assert len(window.parts) <= 3


@given(sources)
def test_neighbours_are_added_until_there_are_enough(held: set[Position]) -> None:
    windows = list(find_windows(ALWAYS, Articles(held), MOST))
    periods = [window.period for window in windows]
    for number, window in enumerate(windows):
        parts = {window.period}
        for neighbour in periods[max(0, number - 1) : number] + periods[number + 1 : number + 2]:
            if _count(held, parts) < MOST:
                parts.add(neighbour)
        assert [*window.parts] == [period for period in periods if period in parts]


def _count(held: set[Position], parts: set[Period]) -> int:
    return sum(any(position in part for part in parts) for position in held)


@given(sources, st.sets(positions, max_size=12), st.sets(st.integers(0, 29), max_size=12))
def test_a_window_depends_on_the_articles_of_its_span_alone(
    held: set[Position], come: set[Position], gone: set[int]
) -> None:
    ordered = sorted(held)
    leaving = {ordered[number] for number in gone if number < len(ordered)}
    for window in find_windows(ALWAYS, Articles(held), MOST):

        def is_inside(
            position: Position, since: int = window.since, end: int = window.until
        ) -> bool:
            return since <= position.published < end

        outside = {p for p in come if not is_inside(p)}
        later = {p for p in held if is_inside(p) or p not in leaving} | outside
        position = next(p for p in held if p in window.period)
        assert find_window(position, Articles(later), MOST) == window
