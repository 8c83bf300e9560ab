"""When the daemon tells the hub, and what it says of it in the log."""

from __future__ import annotations

from pathlib import Path
from queue import SimpleQueue
from threading import enumerate as enumerate_threads
from typing import TYPE_CHECKING, Any

import pytest
import structlog
from structlog.testing import CapturingLogger

from hubs import Hub
from refeed.config import Config, WebSub
from refeed.websub import ping_scheduler
from refeed.websub.ping_scheduler import GATHER_SECONDS, PingScheduler

if TYPE_CHECKING:
    from refeed.websub.rounds import PingRound

SECRET = "c3f1Ym9vZ2xlc2VjcmV0"  # noqa: S105 - nobody's
OWED = {"all/atom.xml": 1, "all/rss.xml": 1}


class Desk:
    """A ping scheduler with its queue, and a clock that is moved by hand."""

    def __init__(self, hub: str) -> None:
        self.waits: list[float] = []
        self.rounds: SimpleQueue[PingRound] = SimpleQueue()
        self.lines = CapturingLogger()
        self.config = Config(
            seeds=(Path("/s"),),
            output=Path("/o"),
            state=Path("/t"),
            base_url=f"http://127.0.0.1:1/{SECRET}/",
            websub=WebSub(hub),
        )
        log = structlog.wrap_logger(
            self.lines,
            processors=[],
            wrapper_class=structlog.make_filtering_bound_logger(20),
        )
        self.pings = PingScheduler(log, self.waits.append, self.rounds.put)

    def round(self, owed: dict[str, int]) -> dict[str, int]:
        """Have a round, and return what is still owed."""
        self.pings.start_round(self.config, owed)
        paid = self.pings.finish_round(self.rounds.get(timeout=10))
        return {path: n for path, n in owed.items() if paid.get(path) != n}

    def logged(self) -> list[tuple[str, str, Any]]:
        """Return level, event and reason of what was logged, and forget it."""
        calls, self.lines.calls = self.lines.calls, []
        return [(c.method_name, c.kwargs["event"], c.kwargs.get("reason")) for c in calls]


TOLD = ("info", "hub pinged", None)
RECOVERED = ("info", "hub accepts pings again", None)


def trouble(reason: str) -> tuple[str, str, str]:
    return ("warning", "hub ping failed; will retry", reason)


INTERNAL = trouble("it answered 500 Internal Server Error")


def test_a_change_is_told_after_a_moment_and_no_sooner() -> None:
    with Hub() as hub:
        desk = Desk(hub.url)
        desk.pings.schedule({})
        assert desk.waits == []
        desk.pings.schedule(OWED)
        desk.pings.schedule({**OWED, "a/rss.xml": 1})
        assert desk.waits == [GATHER_SECONDS]
        assert hub.pings == []
        assert desk.round({**OWED, "a/rss.xml": 2}) == {}
        assert hub.topics() == [f"{SECRET}/{path}" for path in (*OWED, "a/rss.xml")]
    assert desk.logged() == [TOLD]


def test_what_changes_while_the_hub_is_told_is_told_in_one_round_after_it() -> None:
    with Hub() as hub:
        desk = Desk(hub.url)
        hub.hold.clear()
        desk.pings.schedule(OWED)
        desk.pings.start_round(desk.config, OWED)
        for number in (2, 3, 4):
            desk.pings.schedule({**OWED, "all/rss.xml": number})
        desk.pings.start_round(desk.config, OWED)
        assert desk.waits == [GATHER_SECONDS]
        hub.hold.set()
        assert desk.pings.finish_round(desk.rounds.get(timeout=10)) == OWED
        desk.pings.schedule({"all/rss.xml": 4})
        assert desk.waits == [GATHER_SECONDS, GATHER_SECONDS]
        assert desk.round({"all/rss.xml": 4}) == {}
    assert [topic.rpartition("/")[2] for topic in hub.topics()] == [
        "atom.xml",
        "rss.xml",
        "rss.xml",
    ]


def test_a_hub_that_fails_twice_is_told_at_the_third_try() -> None:
    with Hub(answers=[500, 500, 204]) as hub:
        desk = Desk(hub.url)
        desk.pings.schedule(OWED)
        assert desk.round(OWED) == OWED
        desk.pings.schedule({**OWED, "a/rss.xml": 1})
        assert desk.round(OWED) == OWED
        assert desk.round(OWED) == {}
    assert desk.waits == [GATHER_SECONDS, 1, 2]
    assert len(hub.pings) == 4
    assert desk.logged() == [INTERNAL, TOLD, RECOVERED]


def test_a_hub_that_wants_to_be_left_alone_is() -> None:
    with Hub(answers=[429], headers={"Retry-After": "77"}) as hub:
        desk = Desk(hub.url)
        assert desk.round(OWED) == OWED
        assert desk.waits == [77]


@pytest.mark.parametrize("status", [400, 404, 410])
def test_a_refusal_is_final_and_told_once(status: int) -> None:
    with Hub(answers=[status] * 4) as hub:
        desk = Desk(hub.url)
        assert desk.round(OWED) == {}
        assert desk.waits == []
        ((level, event, reason),) = desk.logged()
        assert (level, event) == ("error", "hub refused a ping; given up")
        assert str(status) in str(reason)
        assert desk.round(OWED) == {}
        assert desk.logged() == []
        assert desk.round(OWED) == {}
        assert desk.logged() == [TOLD, RECOVERED]


def test_the_first_that_fails_does_not_undo_what_was_taken() -> None:
    with Hub(answers=[204, 503, 204]) as hub:
        desk = Desk(hub.url)
        left = desk.round(OWED)
        assert left == {"all/rss.xml": 1}
        assert desk.round(left) == {}
    assert len(hub.pings) == 3


def test_after_many_tries_it_is_given_up_until_the_next_change(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ping_scheduler, "MAX_TRIES", 3)
    with Hub(answers=[500] * 4) as hub:
        desk = Desk(hub.url)
        assert desk.round(OWED) == desk.round(OWED) == OWED
        assert desk.round(OWED) == {}
        assert desk.waits == [1, 2]
        assert [event for _, event, _ in desk.logged()] == [
            "hub ping failed; will retry",
            "hub ping given up until the next change",
        ]
        assert desk.round(OWED) == OWED
        assert desk.waits == [1, 2, 1]
        assert desk.round(OWED) == {}
        assert desk.logged() == [TOLD, RECOVERED]


def test_much_is_told_in_several_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ping_scheduler, "ROUND_LIMIT", 2)
    owed = {f"{name}/rss.xml": 1 for name in "abcde"}
    with Hub() as hub:
        desk = Desk(hub.url)
        left = desk.round(owed)
        assert list(left) == ["c/rss.xml", "d/rss.xml", "e/rss.xml"]
        desk.pings.schedule(left)
        assert desk.waits == [GATHER_SECONDS]
        assert desk.round(desk.round(left)) == {}
    assert len(hub.pings) == 5


def test_nothing_waits_for_a_round_that_hangs() -> None:
    with Hub() as hub:
        hub.hold.clear()
        desk = Desk(hub.url)
        desk.pings.start_round(desk.config, OWED)
        threads = [each for each in enumerate_threads() if each.name == "refeed-ping"]
        assert threads
        assert all(each.daemon for each in threads)


def test_what_nobody_thought_of_ends_a_round_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr("refeed.websub.client.ping", broken)
    desk = Desk("http://127.0.0.1:1/")
    assert desk.round(OWED) == OWED
    assert desk.logged() == [trouble("ZeroDivisionError: by zero")]


def test_no_line_of_the_log_has_a_secret() -> None:
    with Hub(answers=[404, 500]) as hub:
        desk = Desk(hub.url)
        desk.round(OWED)
        desk.round(OWED)
        calls = repr(desk.lines.calls)
        assert hub.name in calls
    assert SECRET not in calls
    assert "key=1" not in calls


def test_without_a_hub_nothing_is_told() -> None:
    desk = Desk("")
    desk.pings.schedule(OWED)
    desk.pings.start_round(desk.config, OWED)
    assert desk.rounds.empty()
    desk.pings.schedule(OWED)
    assert desk.waits == [GATHER_SECONDS, GATHER_SECONDS]
