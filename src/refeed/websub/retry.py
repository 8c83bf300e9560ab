"""When the daemon tells the hub what has changed, when again, and until when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from refeed.log.logger import listed
from refeed.websub.rounds import begin

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from structlog.typing import FilteringBoundLogger

    from refeed.config import Config
    from refeed.websub.rounds import Round

GATHER: Final = 1.0
"""The seconds for which changes gather before the hub is told of them."""

MOST_AT_ONCE: Final = 100
"""Documents of one round: a stop does not lose what earlier rounds have told."""

MOST_TRIES: Final = 20
"""After which a hub is not told of what has changed until then: eight hours."""


class Announcer:
    """Decides for the daemon when a round begins, and tells of it. One thread calls it.

    Args:
        log: where to.
        later: asks for `due` after so many seconds, instead of whenever it was asked for before.
        over: told when a round is over, from another thread; to be followed by `ended`.
    """

    def __init__(
        self,
        log: FilteringBoundLogger,
        later: Callable[[float], None],
        over: Callable[[Round], None],
    ) -> None:
        self._log = log
        self._later = later
        self._over = over
        self._is_waiting = False
        self._is_under_way = False
        self._tries = 0
        self._told: frozenset[str] = frozenset()

    def notice(self, owed: Mapping[str, int]) -> None:
        """Take note of what is owed to the hub after a sync."""
        if owed and not self._is_waiting and not self._is_under_way:
            self._wait(GATHER)

    def start_over(self) -> None:
        """Forget how the hub has been: there is another one now, or its address is another."""
        self._is_waiting = False
        self._tries = 0
        self._told = frozenset()

    def due(self, config: Config, owed: Mapping[str, int]) -> None:
        """Begin a round about what is owed by now."""
        self._is_waiting = False
        if owed and config.websub.hub and not self._is_under_way:
            self._is_under_way = True
            begin(config, owed, self._over, MOST_AT_ONCE)

    def ended(self, done: Round) -> Mapping[str, int]:
        """Take note of what became of a round.

        Returns:
            What is owed no more, to be forgotten; followed by `notice` about the rest.
        """
        self._is_under_way = False
        self._tell(done)
        if not done.problem:
            self._tries = 0
            return done.paid
        from refeed.websub.client import delay  # noqa: PLC0415 - slow to import

        self._tries += 1
        if self._tries < MOST_TRIES:
            self._wait(delay(self._tries, done.wanted))
            return done.paid
        self._tries = 0
        left = sorted(done.owed.keys() - done.paid.keys())
        self._log.error(
            "the hub could not be told; given up until the next change",
            hub=done.hub,
            reason=done.problem,
            documents=len(left),
            names=listed(left),
        )
        return done.owed

    def _wait(self, seconds: float) -> None:
        self._is_waiting = True
        self._later(seconds)

    def _tell(self, done: Round) -> None:
        """Log a round; what goes wrong again and again is told once."""
        if done.taken:
            refused = {path for paths in done.refusals.values() for path in paths}
            names = listed(sorted(done.paid.keys() - refused))
            self._log.info("the hub was told", hub=done.hub, documents=done.taken, names=names)
        if done.problem and done.problem not in self._told:
            self._log.warning(
                "the hub can't be told; this is tried again", hub=done.hub, reason=done.problem
            )
        for reason, paths in done.refusals.items():
            if reason not in self._told:
                self._log.error(
                    "the hub refuses to be told; given up",
                    hub=done.hub,
                    reason=reason,
                    documents=len(paths),
                    names=listed(paths),
                )
        reasons = frozenset(filter(None, (*done.refusals, done.problem)))
        if self._told and not reasons:
            self._log.info("the hub takes what it is told again", hub=done.hub)
        self._told = reasons
