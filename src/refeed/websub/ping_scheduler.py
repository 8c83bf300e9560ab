"""When the daemon pings the hub, when it retries, and when it gives up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from refeed.log.logger import shorten
from refeed.websub.rounds import compute_backoff, start_round

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from structlog.typing import FilteringBoundLogger

    from refeed.config import Config
    from refeed.websub.rounds import PingRound

GATHER_SECONDS: Final = 1.0
"""Seconds for which changes are gathered before a ping round."""

ROUND_LIMIT: Final = 100
"""Documents of one round. A stop keeps the results of earlier rounds."""

MAX_TRIES: Final = 20
"""Tries, over eight hours, after which the queued documents are given up."""


class PingScheduler:
    """Decides when ping rounds start, and logs their results. Called from one thread.

    Args:
        log: the daemon's.
        ping_in: schedules a call of `start_round` after so many seconds, instead of an earlier one.
        on_done: called at the end of a round, from another thread; `finish_round` has to follow.
    """

    def __init__(
        self,
        log: FilteringBoundLogger,
        ping_in: Callable[[float], None],
        on_done: Callable[[PingRound], None],
    ) -> None:
        self._log = log
        self._ping_in = ping_in
        self._on_done = on_done
        self._is_scheduled = False
        self._is_running = False
        self._tries = 0
        self._known_reasons: frozenset[str] = frozenset()

    def schedule(self, pending: Mapping[str, int]) -> None:
        """Schedule a round for the documents in the hub queue, if there are any."""
        if not pending:
            return
        if self._is_scheduled or self._is_running:
            self._log.debug("hub ping already scheduled", documents=len(pending))
        else:
            self._wait(GATHER_SECONDS)

    def reset(self) -> None:
        """Forget earlier failures: the hub, or its address, is another one."""
        self._is_scheduled = False
        self._tries = 0
        self._known_reasons = frozenset()

    def start_round(self, config: Config, pending: Mapping[str, int]) -> None:
        """Start a round for the documents in the hub queue."""
        self._is_scheduled = False
        if pending and config.websub.hub and not self._is_running:
            self._is_running = True
            self._log.debug("hub ping started", documents=len(pending))
            start_round(config, pending, self._on_done, ROUND_LIMIT)
        else:
            self._log.debug(
                "hub ping not started", documents=len(pending), still_running=self._is_running
            )

    def finish_round(self, done: PingRound) -> Mapping[str, int]:
        """Log the results of a round, and schedule a retry if it needs one.

        Returns:
            What to acknowledge in the hub queue; `schedule` has to follow for the rest.
        """
        self._is_running = False
        self._log_results(done)
        if not done.problem:
            self._tries = 0
            return done.acknowledged
        self._tries += 1
        if self._tries < MAX_TRIES:
            self._wait(compute_backoff(self._tries, done.retry_after))
            return done.acknowledged
        self._tries = 0
        left = sorted(done.pending.keys() - done.acknowledged.keys())
        self._log.error(
            "hub ping given up until the next change",
            hub=done.hub,
            reason=done.problem,
            documents=len(left),
            names=shorten(left),
        )
        return done.pending

    def _wait(self, seconds: float) -> None:
        self._log.debug("hub ping scheduled", seconds=seconds)
        self._is_scheduled = True
        self._ping_in(seconds)

    def _log_results(self, done: PingRound) -> None:
        """Log a round; a failure that repeats is logged once."""
        if done.accepted:
            refused = {path for paths in done.refusals.values() for path in paths}
            names = shorten(sorted(done.acknowledged.keys() - refused))
            self._log.info("hub pinged", hub=done.hub, documents=done.accepted, names=names)
        if done.problem and done.problem not in self._known_reasons:
            self._log.warning("hub ping failed; will retry", hub=done.hub, reason=done.problem)
        for reason, paths in done.refusals.items():
            if reason not in self._known_reasons:
                self._log.error(
                    "hub refused a ping; given up",
                    hub=done.hub,
                    reason=reason,
                    documents=len(paths),
                    names=shorten(paths),
                )
        reasons = frozenset(filter(None, (*done.refusals, done.problem)))
        if self._known_reasons and not reasons:
            self._log.info("hub accepts pings again", hub=done.hub)
        self._known_reasons = reasons
