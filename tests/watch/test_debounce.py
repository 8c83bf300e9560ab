from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from refeed.watch.debounce import GRACE_FACTOR, Debouncer
from refeed.watch.events import EventKind

if TYPE_CHECKING:
    from refeed.watch.debounce import Stamp

SETTLE = 0.5
STILL: Stamp = (10, 1, 1)


def still(_: str) -> Stamp:
    return STILL


def gone(_: str) -> None:
    return None


def test_what_is_whole_is_ready_at_once() -> None:
    debouncer = Debouncer(SETTLE)
    debouncer.add("a", 0.0, EventKind.WRITING)
    debouncer.add("a", 0.1, EventKind.COMPLETE)
    assert debouncer.wait(0.1) == 0.0
    assert debouncer.take(0.1, still) == ["a"]
    assert debouncer.take(9.9, still) == []
    assert debouncer.wait(9.9) is None


def test_what_has_changed_is_ready_when_it_was_still_for_long_enough() -> None:
    debouncer = Debouncer(SETTLE)
    debouncer.add("a", 0.0, EventKind.CHANGED)
    assert debouncer.take(0.0, still) == []
    assert debouncer.is_pending("a")
    assert debouncer.wait(0.1) == 0.4
    assert debouncer.take(0.49, still) == []
    assert debouncer.take(0.5, still) == ["a"]
    assert not debouncer.is_pending("a")


def test_another_hint_or_another_size_begins_the_wait_anew() -> None:
    debouncer = Debouncer(SETTLE)
    debouncer.add("a", 0.0, EventKind.CHANGED)
    debouncer.take(0.0, still)
    debouncer.add("a", 0.4, EventKind.CHANGED)
    assert debouncer.take(0.6, still) == []
    assert debouncer.take(0.9, lambda _: (20, 1, 1)) == []
    assert debouncer.take(1.3, lambda _: (20, 1, 1)) == []
    assert debouncer.take(1.4, lambda _: (20, 1, 1)) == ["a"]


def test_what_is_being_written_is_given_longer_unless_it_has_gone() -> None:
    debouncer = Debouncer(SETTLE)
    for path in ("a", "b"):
        debouncer.add(path, 0.0, EventKind.WRITING)

    def only_a(path: str) -> Stamp | None:
        return STILL if path == "a" else None

    assert debouncer.take(0.0, only_a) == []
    assert debouncer.take(SETTLE, only_a) == ["b"]
    assert debouncer.take(SETTLE * GRACE_FACTOR - 0.1, only_a) == []
    assert debouncer.take(SETTLE * GRACE_FACTOR, only_a) == ["a"]


def test_what_is_written_again_before_anyone_took_it_is_not_ready() -> None:
    debouncer = Debouncer(SETTLE)
    debouncer.add("a", 0.0, EventKind.COMPLETE)
    debouncer.add("a", 0.0, EventKind.WRITING)
    assert debouncer.take(0.0, still) == []


def test_many_are_given_out_together_when_no_more_come_and_after_a_second_at_most() -> None:
    debouncer = Debouncer(SETTLE)
    now = 0.0
    taken = []
    for number in range(150):
        now = number / 100
        debouncer.add(f"{number:03}", now, EventKind.COMPLETE)
        if number > 20:
            taken.append(len(debouncer.take(now, still)))
    assert [size for size in taken if size] == [101]
    assert len(debouncer.take(now + 0.11, still)) == 49


@given(
    st.lists(
        st.tuples(st.floats(0, 1), st.sampled_from("abcdefghijkl"), st.sampled_from(EventKind)),
        max_size=60,
    )
)
def test_every_hint_is_followed_by_its_path_being_given_out(
    events: list[tuple[float, str, EventKind]],
) -> None:
    debouncer = Debouncer(SETTLE)
    now = 0.0
    waiting: dict[str, float] = {}
    for pause, path, kind in events:
        now += pause
        debouncer.add(path, now, kind)
        waiting[path] = now
        for given_out in debouncer.take(now, still):
            if given_out != path or kind is not EventKind.CHANGED:
                waiting.pop(given_out, None)
    while (seconds := debouncer.wait(now)) is not None:
        now += seconds + 0.001
        for given_out in debouncer.take(now, still):
            waiting.pop(given_out, None)
    assert not waiting
    assert len(debouncer) == 0


@given(st.lists(st.floats(0.0, SETTLE * 0.99), max_size=30))
def test_nothing_is_given_out_while_it_keeps_changing(pauses: list[float]) -> None:
    debouncer = Debouncer(SETTLE)
    now = 0.0
    for pause in pauses:
        debouncer.add("a", now, EventKind.CHANGED)
        assert debouncer.take(now, still) == []
        now += pause
        assert debouncer.take(now, still) == []


def test_what_stays_away_is_given_out() -> None:
    debouncer = Debouncer(SETTLE)
    debouncer.add("a", 0.0, EventKind.CHANGED)
    assert debouncer.take(0.0, gone) == []
    assert debouncer.take(SETTLE, gone) == ["a"]
