"""The windows in which a source's articles are counted together, to learn from them.

Its periods are the leaves of the fixed tree of calendar periods by which archives are cut, too: a
period that holds too many articles is halved. So they are a function of the articles' instants
alone, and of their numbers where many have the same instant.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from refeed.archive.periods import ALWAYS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refeed.archive.periods import Period, Position


class SourceIndex(Protocol):
    """Looks up the articles of a source by time."""

    def count(self, period: Period, most: int) -> int:
        """Return how many are in a period; any number above `most` if there are more than that."""

    def newest(self, before: Position | None) -> Position | None:
        """Return the newest article of all, or of those older than a position, or None."""

    def oldest(self, after: Position) -> Position | None:
        """Return the oldest of the articles that are newer than a position, or None."""


@dataclass(frozen=True, slots=True)
class Window:
    """A period, and what its verdicts depend on.

    Attributes:
        period: the period.
        parts: the period and its neighbours that hold articles, newest first. A neighbour is left
            out if the others hold as many as a period may; the newer one is taken first.
        since: the first instant of which articles decide which parts these are, and what they hold.
        until: the first instant after.
    """

    period: Period
    parts: tuple[Period, ...]
    since: int
    until: int


def find_window(position: Position, index: SourceIndex, most: int) -> Window:
    """Return the window of the period that an article is in.

    Args:
        position: of the article.
        index: of its source.
        most: articles of a period.
    """
    period, around = _find_period(position, index, most)
    parts, since, until = [period], around.start, around.end
    count = index.count(period, most)
    newer = index.oldest(period.last) if count < most else None
    if newer is not None:
        part, around = _find_period(newer, index, most)
        parts.insert(0, part)
        since, until = min(since, around.start), max(until, around.end)
        count += index.count(part, most)
    elif count < most:
        until = ALWAYS.end
    older = index.newest(period.first) if count < most else None
    if older is not None:
        part, around = _find_period(older, index, most)
        parts.append(part)
        since, until = min(since, around.start), max(until, around.end)
    elif count < most:
        since = ALWAYS.start
    return Window(period, tuple(parts), since, until)


def find_windows(within: Period, index: SourceIndex, most: int) -> Iterator[Window]:
    """Yield the windows of all periods that hold articles of a span, newest first."""
    position = index.newest(within.last.newer())
    while position is not None and not position.is_older(within.first):
        window = find_window(position, index, most)
        yield window
        position = index.newest(window.period.first)


def _find_period(position: Position, index: SourceIndex, most: int) -> tuple[Period, Period]:
    """Return the period of an article, and the one that was halved for it.

    That holds more articles than a period may. As long as it does, and the period doesn't, the
    period stays.
    """
    period = around = ALWAYS
    while index.count(period, most) > most and (halves := period.halves()):
        older, newer = halves
        around, period = period, newer if position in newer else older
    return period, around
