"""Which entries share an archive page: laws of the partition."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refeed.archive.pages import ArchivePage, PageLimit, find_page, find_pages
from refeed.archive.periods import ALWAYS, Period, Position

if TYPE_CHECKING:
    from collections.abc import Mapping

DAY = 86_400_000
NUMBERS = 1 << 63
SPRING = 1_711_929_600_000  # 2024-04-01T00:00:00Z


class Entries:
    """A feed's entries in memory, each with a weight."""

    def __init__(self, weights: Mapping[Position, int]) -> None:
        self.weights = dict(weights)
        self.order = sorted((p.published, -p.number) for p in weights)

    def add(self, position: Position, weight: int = 1) -> None:
        self.weights[position] = weight
        insort(self.order, (position.published, -position.number))

    def within(self, period: Period) -> list[Position]:
        low = bisect_left(self.order, (period.start, -period.high))
        high = bisect_right(self.order, (period.end - 1, -period.low))
        return [Position(published, -number) for published, number in self.order[low:high]]

    def count(self, period: Period, most: int) -> int:
        return len(self.within(period)[: most + 1])

    def weight(self, period: Period) -> int:
        return sum(self.weights[position] for position in self.within(period))

    def newest(self, before: Position | None) -> Position | None:
        at = len(self.order)
        if before is not None:
            at = bisect_left(self.order, (before.published, -before.number))
        return Position(self.order[at - 1][0], -self.order[at - 1][1]) if at else None


instants = st.one_of(
    st.integers(0, 4_102_444_799_999),
    st.integers(SPRING, SPRING + 3 * DAY),
    st.integers(SPRING, SPRING + 3),
    st.sampled_from([SPRING, SPRING + DAY, SPRING - 1, SPRING + 365 * DAY]),
)
numbers = st.one_of(st.integers(0, NUMBERS - 1), st.integers(0, 8))
positions = st.builds(Position, instants, numbers)
limits = st.builds(PageLimit, st.integers(1, 4), st.integers(1, 40))
feeds = st.dictionaries(positions, st.integers(0, 30), max_size=30).map(Entries)
light = st.dictionaries(positions, st.just(1), max_size=30).map(Entries)


def contents(entries: Entries, limit: PageLimit) -> dict[str, tuple[str, tuple[Position, ...]]]:
    """What each document says: its entries, and which is the one before it."""
    return {
        each.name: (each.previous, tuple(entries.within(each.period)))
        for each in find_pages(entries, limit)
    }


@given(feeds, limits)
def test_every_entry_is_in_one_document_and_none_is_empty(
    entries: Entries, limit: PageLimit
) -> None:
    found = list(find_pages(entries, limit))
    held = [position for each in found for position in entries.within(each.period)[::-1]]
    assert held == [Position(at, -number) for at, number in reversed(entries.order)]
    assert all(entries.within(each.period) for each in found)


@given(feeds, limits)
def test_a_page_holds_no_more_than_its_limit(entries: Entries, limit: PageLimit) -> None:
    for each in find_pages(entries, limit):
        held = entries.within(each.period)
        assert len(held) <= limit.entries
        assert len(held) == 1 or entries.weight(each.period) <= (limit.weight or 0)


@given(feeds, limits)
def test_documents_lead_from_the_newest_to_the_oldest(entries: Entries, limit: PageLimit) -> None:
    found = list(find_pages(entries, limit))
    names = [each.name for each in found]
    assert len(set(names)) == len(names)
    assert names[:1] in ([], [""])
    assert [each.previous for each in found] == [*names[1:], ""][: len(names)]


@given(feeds, limits, positions)
def test_a_document_is_found_by_any_position_in_it(
    entries: Entries, limit: PageLimit, position: Position
) -> None:
    for each in find_pages(entries, limit):
        for inside in (each.period.first, each.period.last, *entries.within(each.period)):
            assert find_page(inside, entries, limit) == ArchivePage(each.name, each.period)
    assert position in find_page(position, entries, limit).period


@given(feeds, limits, positions)
def test_documents_from_a_position_on(
    entries: Entries, limit: PageLimit, position: Position
) -> None:
    found = [each for each in find_pages(entries, limit) if each.period.first.is_older(position)]
    start = found[0].period.last.newer() if found else position
    assert list(find_pages(entries, limit, start)) == found


@given(light, st.integers(1, 4), positions)
def test_a_new_entry_changes_two_documents_at_most(
    entries: Entries, most: int, position: Position
) -> None:
    limit = PageLimit(most, 1_000)
    before = contents(entries, limit)
    if position not in entries.weights:
        entries.add(position)
    after = contents(entries, limit)
    assert len(after.items() - before.items()) <= 2
    assert before.keys() <= after.keys()


@given(light, st.integers(1, 4), st.data())
def test_an_entry_taken_away_changes_two_documents_at_most(
    entries: Entries, most: int, data: st.DataObject
) -> None:
    limit = PageLimit(most, 1_000)
    before = contents(entries, limit)
    if entries.order:
        del entries.weights[data.draw(st.sampled_from(sorted(entries.weights)))]
    after = contents(Entries(entries.weights), limit)
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    assert len(changed) <= 2
    assert after.keys() <= before.keys()


@given(positions)
def test_halves_make_up_the_whole(position: Position) -> None:
    period, names = ALWAYS, set[str]()
    while halves := period.halves():
        older, newer = halves
        assert (older.first, newer.last) == (period.first, period.last)
        assert older.last.is_older(newer.first)
        assert (position in older) is not (position in newer)
        assert older.name not in names
        names.add(older.name)
        period = newer if position in newer else older
    assert period == Period(
        position.published, position.published + 1, position.number, position.number
    )


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("start", "end", "name"),
    [
        ("2024-01-01", "2025-01-01", "2024-12-31"),
        ("2024-01-01", "2024-03-01", "2024-02-29"),
        ("2024-06-19", "2024-06-19T12:00", "2024-06-19T11"),
        ("2024-06-19", "2024-06-19T00:30", "2024-06-19T0029"),
        ("2024-06-19", "2024-06-19T00:00:15", "2024-06-19T000014"),
        ("2024-06-19", "2024-06-19T00:00:00.500", "2024-06-19T000000.499"),
    ],
)
def test_a_period_is_called_by_its_end(start: str, end: str, name: str) -> None:
    assert Period(at(start), at(end)).name == name


def test_an_archive_that_grows_a_day_at_a_time_is_cut_at_round_dates() -> None:
    entries = Entries({Position(SPRING + day * DAY, 0): 1 for day in range(400)})
    names = [each.name for each in find_pages(entries, PageLimit(100, 1_000))]
    assert names == ["", "2025-03-31", "2024-12-31", "2024-09-30", "2024-06-30"]
