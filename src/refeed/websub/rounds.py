"""Rounds of pings: each tells the hub of everything that is owed to it. `websub` knows how.

A round has a thread of its own, which nobody has to wait for: neither a sync nor the end of the
process.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from itertools import islice
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Final

from refeed.render.websub_topics import topic_url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from refeed.config import Config

FEW_TRIES: Final = 3
"""How many a command that somebody waits for makes."""

FEW_SECONDS: Final = 20.0
"""Within which it makes them."""


@dataclass(slots=True)
class Round:
    """What becomes of one round.

    Attributes:
        hub: for people.
        owed: the documents that were owed when it began, by path, each with the number of its
            change.
        paid: those of them that the hub is not to be told of again.
        taken: how many of these it has taken.
        refusals: why it refused others, and which.
        problem: why those that are left have to wait, or "".
        wanted: the seconds for which the hub wants to be left alone.
    """

    hub: str
    owed: Mapping[str, int]
    paid: dict[str, int] = field(default_factory=dict)
    taken: int = 0
    refusals: dict[str, list[str]] = field(default_factory=dict)
    problem: str = ""
    wanted: float = 0


def begin(
    config: Config, owed: Mapping[str, int], over: Callable[[Round], None], most: int | None = None
) -> Round:
    """Begin a round.

    Args:
        config: names the hub, and the address that documents are at.
        owed: the documents, by path, each with the number of its change.
        over: told when it is over, from another thread.
        most: how many of them the hub is told of in this round; None for all.

    Returns:
        The round, which fills as it goes.
    """
    # Only who has something to say to a hub pays for the import.
    from refeed.websub.client import name_of  # noqa: PLC0415 - slow to import

    done = Round(name_of(config.websub.hub), owed)

    def go() -> None:
        try:
            _tell(config, islice(owed, most), done)
        except Exception as error:  # noqa: BLE001 - whatever it is, the next round may do better
            done.problem = f"{type(error).__name__}: {error}"
        over(done)

    Thread(target=go, name="refeed-ping", daemon=True).start()
    return done


def _tell(config: Config, paths: Iterable[str], done: Round) -> None:
    from refeed.websub.client import Verdict, ping  # noqa: PLC0415 - as above

    topics = {topic_url(config.base_url, path): path for path in paths}
    for topic, answer in ping(config.websub.hub, topics, time.time):
        path = topics[topic]
        if answer.verdict is Verdict.LATER:
            done.problem, done.wanted = answer.reason, answer.wanted
            return
        if answer.verdict is Verdict.TAKEN:
            done.taken += 1
        else:
            done.refusals.setdefault(answer.reason, []).append(path)
        done.paid[path] = done.owed[path]


def ping_soon(
    config: Config, owed: Mapping[str, int], sleep: Callable[[float], None] = time.sleep
) -> Round:
    """Tell the hub within seconds, in a few tries, and return how far that came.

    Args:
        config: as in `begin`.
        owed: as in `begin`.
        sleep: waits so many seconds.
    """
    from refeed.websub.client import delay, name_of  # noqa: PLC0415 - as above

    answers: SimpleQueue[Round] = SimpleQueue()
    end = time.monotonic() + FEW_SECONDS
    whole = Round(name_of(config.websub.hub), owed)
    for tries in range(1, FEW_TRIES + 1):
        left = {path: change for path, change in owed.items() if path not in whole.paid}
        done = begin(config, left, answers.put)
        try:
            answers.get(timeout=max(0.0, end - time.monotonic()))
        except Empty:
            # It goes on, but who asked for it does not; what it has told so far counts.
            done = replace(done, problem=f"it took longer than {FEW_SECONDS:g} s")
        _add(whole, done)
        pause = delay(tries, done.wanted)
        if not done.problem or tries == FEW_TRIES or time.monotonic() + pause >= end:
            break
        sleep(pause)
    return whole


def _add(whole: Round, done: Round) -> None:
    whole.paid |= dict(done.paid)
    whole.taken += done.taken
    whole.problem = done.problem
    for reason, paths in list(done.refusals.items()):
        whole.refusals.setdefault(reason, []).extend(paths)
