from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from refeed.watch.debounce import PATIENCE, News, Settling

if TYPE_CHECKING:
    from refeed.watch.debounce import Stamp

SETTLE = 0.5
STILL: Stamp = (10, 1, 1)


def still(_: str) -> Stamp:
    return STILL


def gone(_: str) -> None:
    return None


def test_what_is_whole_is_ready_at_once() -> None:
    settling = Settling(SETTLE)
    settling.hint("a", 0.0, News.WRITING)
    settling.hint("a", 0.1, News.WHOLE)
    assert settling.wait(0.1) == 0.0
    assert settling.take(0.1, still) == ["a"]
    assert settling.take(9.9, still) == []
    assert settling.wait(9.9) is None


def test_what_has_changed_is_ready_when_it_was_still_for_long_enough() -> None:
    settling = Settling(SETTLE)
    settling.hint("a", 0.0, News.CHANGED)
    assert settling.take(0.0, still) == []
    assert settling.is_pending("a")
    assert settling.wait(0.1) == 0.4
    assert settling.take(0.49, still) == []
    assert settling.take(0.5, still) == ["a"]
    assert not settling.is_pending("a")


def test_another_hint_or_another_size_begins_the_wait_anew() -> None:
    settling = Settling(SETTLE)
    settling.hint("a", 0.0, News.CHANGED)
    settling.take(0.0, still)
    settling.hint("a", 0.4, News.CHANGED)
    assert settling.take(0.6, still) == []
    assert settling.take(0.9, lambda _: (20, 1, 1)) == []
    assert settling.take(1.3, lambda _: (20, 1, 1)) == []
    assert settling.take(1.4, lambda _: (20, 1, 1)) == ["a"]


def test_what_is_being_written_is_given_longer_unless_it_has_gone() -> None:
    settling = Settling(SETTLE)
    for path in ("a", "b"):
        settling.hint(path, 0.0, News.WRITING)

    def only_a(path: str) -> Stamp | None:
        return STILL if path == "a" else None

    assert settling.take(0.0, only_a) == []
    assert settling.take(SETTLE, only_a) == ["b"]
    assert settling.take(SETTLE * PATIENCE - 0.1, only_a) == []
    assert settling.take(SETTLE * PATIENCE, only_a) == ["a"]


def test_what_is_written_again_before_anyone_took_it_is_not_ready() -> None:
    settling = Settling(SETTLE)
    settling.hint("a", 0.0, News.WHOLE)
    settling.hint("a", 0.0, News.WRITING)
    assert settling.take(0.0, still) == []


def test_many_are_given_out_together_when_no_more_come_and_after_a_second_at_most() -> None:
    settling = Settling(SETTLE)
    now = 0.0
    taken = []
    for number in range(150):
        now = number / 100
        settling.hint(f"{number:03}", now, News.WHOLE)
        if number > 20:
            taken.append(len(settling.take(now, still)))
    assert [size for size in taken if size] == [101]
    assert len(settling.take(now + 0.11, still)) == 49


@given(
    st.lists(
        st.tuples(st.floats(0, 1), st.sampled_from("abcdefghijkl"), st.sampled_from(News)),
        max_size=60,
    )
)
def test_every_hint_is_followed_by_its_path_being_given_out(
    hints: list[tuple[float, str, News]],
) -> None:
    settling = Settling(SETTLE)
    now = 0.0
    waiting: dict[str, float] = {}
    for pause, path, news in hints:
        now += pause
        settling.hint(path, now, news)
        waiting[path] = now
        for given_out in settling.take(now, still):
            if given_out != path or news is not News.CHANGED:
                waiting.pop(given_out, None)
    while (seconds := settling.wait(now)) is not None:
        now += seconds + 0.001
        for given_out in settling.take(now, still):
            waiting.pop(given_out, None)
    assert not waiting
    assert len(settling) == 0


@given(st.lists(st.floats(0.0, SETTLE * 0.99), max_size=30))
def test_nothing_is_given_out_while_it_keeps_changing(pauses: list[float]) -> None:
    settling = Settling(SETTLE)
    now = 0.0
    for pause in pauses:
        settling.hint("a", now, News.CHANGED)
        assert settling.take(now, still) == []
        now += pause
        assert settling.take(now, still) == []


def test_what_stays_away_is_given_out() -> None:
    settling = Settling(SETTLE)
    settling.hint("a", 0.0, News.CHANGED)
    assert settling.take(0.0, gone) == []
    assert settling.take(SETTLE, gone) == ["a"]
