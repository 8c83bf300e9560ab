"""The documents of an archived feed: which entries each holds, and what it is called.

They are the leaves of a fixed tree of calendar periods. A period that holds too much is halved:
years into years, a year into half-years, then quarters, months, days, hours and so on, and last the
entries of one instant by their numbers. So which entries share a document is a function of the
feed's entries alone: neither a clock nor the order of events has a say. RFC 5005 wants archives
that stay as they are, and they do, but for the one that an entry is added to.

A document is named by the end of its period, and where the later half of a period is empty, the
earlier one has the name of the whole. Then whatever is in a period, the name of its newest document
is the same: when a document overflows, the one after it need not learn another name. A new entry
changes its document, and one more at most,

- when its document overflows: into two, of which the later keeps the name;
- when it is the first of a period: the document after it leads to its document now;
- when it is later than all else in a period: the document that was the period's newest has given
  the new one its name.

Only one that weighs much can make more than two of a document that overflows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple, Protocol

from refeed.archive.periods import ALWAYS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refeed.archive.periods import Period, Position


class Room(NamedTuple):
    """How much one document may hold.

    Attributes:
        entries: how many.
        weight: of them all; a single entry may weigh more.
    """

    entries: int
    weight: int


class Entries(Protocol):
    """What has to be known of a feed's entries."""

    def count(self, period: Period, most: int) -> int:
        """Return how many are in a period; where they are more than `most`, any larger number."""

    def weight(self, period: Period) -> int:
        """Return what those in a period weigh together; only asked for a few."""

    def newest(self, before: Position | None) -> Position | None:
        """Return the newest entry of all, or of those older than a position, or None."""


@dataclass(frozen=True, slots=True)
class Part:
    """What is one document.

    Attributes:
        name: what it is called; "" for the newest, which the document to subscribe to holds.
        period: of its entries.
        previous: the name of the one before it, or "".
    """

    name: str
    period: Period
    previous: str = ""


def part_at(position: Position, entries: Entries, room: Room) -> Part:
    """Return the document that a position is in, whether or not there is an entry there.

    It looks at the periods around the position alone, some twenty of them, so that what it costs
    does not grow with the feed.

    Args:
        position: where.
        entries: the feed's.
        room: how much one document may hold.

    Returns:
        The document; which is the previous one is not looked for.
    """
    period, name = ALWAYS, ""
    while not _fits(period, entries, room) and (halves := period.halves()):
        older, newer = halves
        if position in newer:
            period = newer
        else:
            period, name = older, older.name if entries.count(newer, 0) else name
    return Part(name, period)


def parts(entries: Entries, room: Room, before: Position | None = None) -> Iterator[Part]:
    """Yield the documents, newest first.

    Args:
        entries: the feed's.
        room: how much one document may hold.
        before: where to begin: with what is older than this position, if it is given.
    """
    found = None
    while (position := entries.newest(before)) is not None:
        previous = part_at(position, entries, room)
        if found is not None:
            yield replace(found, previous=previous.name)
        found, before = previous, previous.period.first
    if found is not None:
        yield found


def _fits(period: Period, entries: Entries, room: Room) -> bool:
    count = entries.count(period, room.entries)
    return count <= 1 or (count <= room.entries and entries.weight(period) <= room.weight)
