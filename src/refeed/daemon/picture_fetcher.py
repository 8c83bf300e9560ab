"""Fetches pictures for the daemon, in a process of its own: no feed waits for a host."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Thread
from typing import TYPE_CHECKING, Final

from refeed.workers.guarded_process import GuardedProcess

if TYPE_CHECKING:
    from collections.abc import Callable

    from structlog.typing import FilteringBoundLogger

    from refeed.commands.fetch import Fetched
    from refeed.config import Config

SOON_SECONDS: Final = 5.0
"""Seconds after the start, or a sync that changed feeds, until pictures are fetched."""

_MAX_SECONDS: Final = 6 * 3600.0


@dataclass(frozen=True, slots=True)
class PictureFetch:
    """A fetch that has ended.

    Attributes:
        done: what it did, or None.
        problem: why it ended early, or "".
    """

    done: Fetched | None = None
    problem: str = ""


class PictureFetcher:
    """Starts fetches, one at a time. Called from one thread.

    Args:
        log: the daemon's.
        on_done: called at the end of a fetch, from another thread; `finish` has to follow.
    """

    def __init__(self, log: FilteringBoundLogger, on_done: Callable[[PictureFetch], None]) -> None:
        self._log = log
        self._on_done = on_done
        self._process: GuardedProcess | None = None
        self._known_problem = ""

    def start(self, config: Config) -> None:
        """Start a fetch, if the configuration wants it and none is running."""
        if not config.images.fetch or self._process is not None:
            return
        self._log.debug("picture fetch started")
        self._process = process = GuardedProcess("spawn")
        Thread(target=self._work, args=(process, config), name="refeed-fetch", daemon=True).start()

    def _work(self, process: GuardedProcess, config: Config) -> None:
        from refeed.commands.fetch import fetch

        try:
            result = PictureFetch(process.run(fetch, [config], _MAX_SECONDS))
        except Exception as error:  # noqa: BLE001 - whatever it is, the next fetch may succeed
            result = PictureFetch(problem=str(error) or type(error).__name__)
        finally:
            process.end()
        self._on_done(result)

    def finish(self, result: PictureFetch) -> bool:
        """Log what a fetch did; return whether a sync has to follow.

        A problem that repeats is logged once.
        """
        self._process = None
        done = result.done
        problem = result.problem or (done.problem if done else "")
        if problem and problem != self._known_problem:
            self._log.warning("picture fetch ended early; will retry", reason=problem)
        self._known_problem = problem
        if done is None:
            return False
        tell = self._log.info if done.fetched else self._log.debug
        tell(
            "pictures fetched",
            pictures=done.fetched,
            megabytes=round(done.bytes / 1_000_000, 1),
            there=done.counts.there,
            missing=sum(done.counts.missing.values()),
        )
        return bool(done.fetched)

    def close(self) -> None:
        """End a fetch that is running; what came is in the store."""
        if self._process is not None:
            self._process.close()
