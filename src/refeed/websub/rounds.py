"""Ping rounds: each pings the hub for the documents in the hub queue.

A round runs in a thread of its own. Neither a sync nor the end of the process waits for it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from itertools import islice
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from refeed.render.websub_topics import topic_url
from refeed.retry_after import MAX_RETRY_AFTER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from refeed.config import Config

MAX_TRIES: Final = 3
"""Tries of a command that a person waits for."""

MAX_SECONDS: Final = 20.0
"""Seconds for all of these tries."""

_MAX_BACKOFF: Final = 3_600.0


@dataclass(slots=True)
class PingRound:
    """One round and its results, which fill in as it goes.

    Attributes:
        hub: its host, for the log.
        pending: the hub queue when the round began: document paths, each with its change number.
        acknowledged: those of them that need no further ping.
        accepted: how many of these the hub accepted.
        refusals: why the hub refused the others, with their paths.
        problem: why the rest has to be retried, or "".
        retry_after: seconds that the hub asks to wait, or 0.
    """

    hub: str
    pending: Mapping[str, int]
    acknowledged: dict[str, int] = field(default_factory=dict)
    accepted: int = 0
    refusals: dict[str, list[str]] = field(default_factory=dict)
    problem: str = ""
    retry_after: float = 0


def start_round(
    config: Config,
    pending: Mapping[str, int],
    on_done: Callable[[PingRound], None],
    limit: int | None = None,
) -> PingRound:
    """Start a round.

    Args:
        config: names the hub, and the base address of documents.
        pending: the hub queue.
        on_done: called at the end, from the round's thread.
        limit: how many documents the round pings for; None for all.
    """
    current = PingRound(host_of(config.websub.hub), pending)

    def work() -> None:
        try:
            _ping(config, islice(pending, limit), current)
        except Exception as error:  # noqa: BLE001 - whatever it is, the next round may succeed
            current.problem = f"{type(error).__name__}: {error}"
        on_done(current)

    Thread(target=work, name="refeed-ping", daemon=True).start()
    return current


def host_of(hub: str) -> str:
    """Return the host of a hub's address, for the log: the rest may hold a secret key."""
    return urlsplit(hub).netloc


def _ping(config: Config, paths: Iterable[str], current: PingRound) -> None:
    # Only a daemon or command with a hub pays for the import.
    from refeed.websub.client import Verdict, ping

    topics = {topic_url(config.base_url, path): path for path in paths}
    for topic, result in ping(config.websub.hub, topics, time.time):
        path = topics[topic]
        if result.verdict is Verdict.RETRY:
            current.problem, current.retry_after = result.reason, result.retry_after
            return
        if result.verdict is Verdict.ACCEPTED:
            current.accepted += 1
        else:
            current.refusals.setdefault(result.reason, []).append(path)
        current.acknowledged[path] = current.pending[path]


def ping_with_retries(
    config: Config, pending: Mapping[str, int], sleep: Callable[[float], None] = time.sleep
) -> PingRound:
    """Ping within seconds, in a few tries, and return the results of all of them.

    Args:
        config: as in `start_round`.
        pending: as in `start_round`.
        sleep: waits so many seconds.
    """
    results: SimpleQueue[PingRound] = SimpleQueue()
    end = time.monotonic() + MAX_SECONDS
    total = PingRound(host_of(config.websub.hub), pending)
    for tries in range(1, MAX_TRIES + 1):
        left = {path: change for path, change in pending.items() if path not in total.acknowledged}
        current = start_round(config, left, results.put)
        try:
            results.get(timeout=max(0.0, end - time.monotonic()))
        except Empty:
            # The thread goes on; what it has done so far counts.
            current = replace(current, problem=f"it took longer than {MAX_SECONDS:g} s")
        _add(total, current)
        pause = compute_backoff(tries, current.retry_after)
        if not current.problem or tries == MAX_TRIES or time.monotonic() + pause >= end:
            break
        sleep(pause)
    return total


def compute_backoff(tries: int, retry_after: float) -> float:
    """Return the seconds until the next try: twice as long each time, up to an hour.

    Args:
        tries: how many there were, at least 1.
        retry_after: see `PingResult`; it counts if it is longer, up to a day.
    """
    return max(min(_MAX_BACKOFF, 2.0 ** min(tries - 1, 20)), min(retry_after, MAX_RETRY_AFTER))


def _add(total: PingRound, current: PingRound) -> None:
    total.acknowledged |= dict(current.acknowledged)
    total.accepted += current.accepted
    total.problem = current.problem
    for reason, paths in list(current.refusals.items()):
        total.refusals.setdefault(reason, []).extend(paths)
