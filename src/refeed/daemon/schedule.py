"""When things are due, by apscheduler: its jobs put a request into a queue and do nothing else."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Final

from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler

if TYPE_CHECKING:
    from collections.abc import Callable

_RETRY_SECONDS: Final = 60
_TIDY_SECONDS: Final = 6 * 3600
# Seconds; by less a clock may be slowed down between two looks.
_LEAST_SET: Final = 2.0


class Request(Enum):
    """What the daemon is asked to do."""

    RESCAN = "look through all the folders"
    RETRY = "read again what could not be read"
    TIDY = "drop from the index what nobody needs"
    PING = "tell the hub what has changed"
    REBUILD = "bring everything in line now"
    RELOAD = "read the configuration again"
    STOP = "leave"


class Schedule:
    """Asks for what is due, from a thread of its own, until it is closed.

    Args:
        ask: takes a request; called from another thread.
        rescan: the seconds between two rescans.
    """

    def __init__(self, ask: Callable[[Request], None], rescan: float) -> None:
        self._ask = ask
        self._ahead: float | None = None
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        for request, seconds in (
            (Request.RESCAN, rescan),
            (Request.RETRY, _RETRY_SECONDS),
            (Request.TIDY, _TIDY_SECONDS),
        ):
            self._scheduler.add_job(
                ask, "interval", args=[request], seconds=seconds, id=request.name
            )
        self._scheduler.start()

    def rescan_every(self, seconds: float) -> None:
        """Set the seconds between two rescans."""
        self._scheduler.reschedule_job(Request.RESCAN.name, trigger="interval", seconds=seconds)

    def ping_in(self, seconds: float) -> None:
        """Ask for `Request.PING` after so many seconds, once, and not when it was to be before."""
        self._scheduler.add_job(
            self._ask,
            "date",
            args=[Request.PING],
            run_date=datetime.fromtimestamp(time.time_ns() / 1e9 + seconds, UTC),
            id=Request.PING.name,
            replace_existing=True,
        )

    def mind(self, wall: float, steady: float) -> None:
        """Keep what is due as far away as it is when the clock is set back; to be called often.

        The scheduler goes by the time of day, and would wait until that has come again. When the
        clock is set forward, or the machine has slept, what is overdue is asked for at once.

        Args:
            wall: seconds since 1970.
            steady: seconds on a clock that nobody sets.
        """
        before, self._ahead = self._ahead, wall - steady
        set_back = 0.0 if before is None else before - self._ahead
        if set_back < _LEAST_SET:
            return
        for job in self._scheduler.get_jobs():
            with suppress(JobLookupError):  # it was done meanwhile
                job.modify(next_run_time=job.next_run_time - timedelta(seconds=set_back))

    def close(self) -> None:
        """Ask for nothing more."""
        self._scheduler.shutdown(wait=False)
