"""Schedules actions by apscheduler: its jobs put them into a queue."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Final

from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

if TYPE_CHECKING:
    from collections.abc import Callable

    from structlog.typing import FilteringBoundLogger

_RETRY_SECONDS: Final = 60
_TIDY_SECONDS: Final = 6 * 3600
_FETCH_SECONDS: Final = 900
# A smaller change may be a clock that is being slewed.
_MIN_CLOCK_CHANGE: Final = 2.0


class Action(Enum):
    """What the daemon is asked to do."""

    RESCAN = "look through all the folders"
    RETRY = "read again what could not be read"
    TIDY = "drop from the index what no feed needs"
    FETCH = "fetch pictures"
    PING = "ping the hub"
    REBUILD = "look at everything now"
    RELOAD = "read the configuration again"
    STOP = "stop"


class _Interval(IntervalTrigger):  # type: ignore[misc]  # apscheduler has no types
    """Skips missed runs, which apscheduler would list first.

    After the clock is set from 1970 to today, there are millions.
    """

    def get_next_fire_time(
        self, previous_fire_time: datetime | None, now: datetime
    ) -> datetime | None:
        """Return when to run next: never in the past."""
        found: datetime | None = super().get_next_fire_time(previous_fire_time, now)
        return found if found is None or found > now else now + self.interval


class Schedule:
    """Puts actions that are due, from a thread of its own, until it is closed.

    Args:
        put: takes a request; called from another thread.
        rescan: the seconds between two rescans.
        log: the daemon's.
    """

    def __init__(
        self, put: Callable[[Action], None], rescan: float, log: FilteringBoundLogger
    ) -> None:
        self._put = put
        self._log = log
        self._offset: float | None = None
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        for request, seconds in (
            (Action.RESCAN, rescan),
            (Action.RETRY, _RETRY_SECONDS),
            (Action.TIDY, _TIDY_SECONDS),
            (Action.FETCH, _FETCH_SECONDS),
        ):
            self._scheduler.add_job(
                put, _Interval(seconds=seconds, timezone=UTC), args=[request], id=request.name
            )
        self._scheduler.start()

    def rescan_every(self, seconds: float) -> None:
        """Set the seconds between two rescans."""
        self._scheduler.reschedule_job(
            Action.RESCAN.name, trigger=_Interval(seconds=seconds, timezone=UTC)
        )

    def ping_in(self, seconds: float) -> None:
        """Schedule `Action.PING` once after so many seconds, instead of an earlier one."""
        self._put_in(seconds, Action.PING, Action.PING.name)

    def fetch_in(self, seconds: float) -> None:
        """Schedule `Action.FETCH` once more after so many seconds, instead of an earlier one."""
        self._put_in(seconds, Action.FETCH, "fetch soon")

    def _put_in(self, seconds: float, action: Action, job: str) -> None:
        self._scheduler.add_job(
            self._put,
            "date",
            args=[action],
            run_date=datetime.fromtimestamp(time.time() + seconds, UTC),
            id=job,
            replace_existing=True,
        )

    def follow_clock(self, wall: float, steady: float) -> None:
        """Move all runs when the clock is set back; to be called often.

        The scheduler goes by the time of day, and would wait until that has come again.

        Args:
            wall: seconds since 1970.
            steady: seconds on a clock that nobody sets.
        """
        before, self._offset = self._offset, wall - steady
        set_back = 0.0 if before is None else before - self._offset
        if set_back < _MIN_CLOCK_CHANGE:
            return
        self._log.debug("clock was set back", seconds=round(set_back))
        for job in self._scheduler.get_jobs():
            with suppress(JobLookupError):  # it ran meanwhile
                job.modify(next_run_time=job.next_run_time - timedelta(seconds=set_back))

    def close(self) -> None:
        """Put no more actions."""
        self._scheduler.shutdown(wait=False)
