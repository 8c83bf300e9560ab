from __future__ import annotations

import io
from contextlib import closing
from datetime import UTC, datetime, timedelta
from queue import SimpleQueue

from refeed.daemon.schedule import Action, Schedule
from refeed.log.logger import make_logger

HOUR = 3_600.0
LOG = make_logger("json", io.StringIO(), {})


def test_it_asks_when_it_was_wanted_last() -> None:
    asked: SimpleQueue[Action] = SimpleQueue()
    with closing(Schedule(asked.put, HOUR, LOG)) as schedule:
        schedule.ping_in(HOUR)
        schedule.ping_in(0.01)
        assert asked.get(timeout=20) is Action.PING
        schedule.rescan_every(0.01)
        assert asked.get(timeout=20) is Action.RESCAN


def await_action(asked: SimpleQueue[Action], action: Action) -> None:
    """Wait until something is asked for, among other things."""
    while asked.get(timeout=20) is not action:
        pass


def test_what_is_due_is_as_far_away_as_before_when_the_clock_is_set_back() -> None:
    asked: SimpleQueue[Action] = SimpleQueue()
    with closing(Schedule(asked.put, 2 * HOUR, LOG)) as schedule:
        schedule.follow_clock(wall=1_000_000.0, steady=10.0)
        schedule.ping_in(HOUR + 0.1)
        schedule.follow_clock(wall=1_000_001.5, steady=11.0)
        assert asked.empty()
        schedule.follow_clock(wall=1_000_002.0 - HOUR, steady=12.0)
        # What is due sooner is due by now, too: the clock has not gone back in truth.
        await_action(asked, Action.PING)
        schedule.follow_clock(wall=1_000_003.0 - 2 * HOUR, steady=13.0)
        await_action(asked, Action.RESCAN)


def test_a_clock_that_is_set_forward_by_decades_makes_no_list_of_missed_runs() -> None:
    asked: SimpleQueue[Action] = SimpleQueue()
    with closing(Schedule(asked.put, HOUR, LOG)) as schedule:
        now = datetime.now(UTC)
        for job in schedule._scheduler.get_jobs():  # noqa: SLF001 - to ask what the scheduler asks
            runs = job._get_run_times(now + timedelta(days=365 * 56))  # noqa: SLF001 - as above
            assert len(runs) == 1
            job.modify(next_run_time=now - timedelta(days=365 * 56))
        assert {asked.get(timeout=20) for _ in range(4)} == {
            Action.RESCAN,
            Action.RETRY,
            Action.TIDY,
            Action.FETCH,
        }
