"""The pages of an archived feed: which entries each holds, and its name.

They are the leaves of a fixed tree of calendar periods. A period that holds too much is halved:
years into years, a year into half-years, then quarters, months, days, hours and so on, and last the
entries of one instant by their numbers. So the pages are a function of the feed's entries alone:
neither a clock nor the order of events matters. As RFC 5005 asks, pages stay as they are, except
the page that an entry is added to.

A page is named by the end of its period, and where the later half of a period is empty, the earlier
one has the name of the whole. So the newest page of a period always has the same name: when a page
overflows, the page after it keeps its link. A new entry changes its page, and one more at most,

- when its page overflows: it is split in two, and the later one keeps the name;
- when it is the first of a period: the page after it now links to its page;
- when it is the newest in a period: its page takes over the name of the page that was the newest.

Only a very large entry can split a page into more than two.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple, Protocol

from refeed.archive.periods import ALWAYS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refeed.archive.periods import Period, Position


class PageLimit(NamedTuple):
    """The limits of a page.

    Attributes:
        entries: how many.
        weight: of them all, in bytes, or None; a single entry may weigh more.
    """

    entries: int
    weight: int | None


class FeedIndex(Protocol):
    """Looks up the entries of a feed by time."""

    def count(self, period: Period, most: int) -> int:
        """Return how many are in a period; any number above `most` if there are more than that."""

    def weight(self, period: Period) -> int:
        """Return the weight of the entries in a period; only called for few entries."""

    def newest(self, before: Position | None) -> Position | None:
        """Return the newest entry of all, or of those older than a position, or None."""


@dataclass(frozen=True, slots=True)
class ArchivePage:
    """A page of an archive.

    Attributes:
        name: "" for the newest, whose entries the feed itself has.
        period: of its entries.
        previous: the name of the page before it, or "".
        next: the name of the page after it if it leads to that, or "".
    """

    name: str
    period: Period
    previous: str = ""
    next: str = ""


def find_page(position: Position, index: FeedIndex, limit: PageLimit) -> ArchivePage:
    """Return the page that a position is on, whether or not there is an entry there.

    It looks only at the periods around the position, some twenty of them, so that the cost does not
    grow with the feed.

    Args:
        position: where.
        index: of the feed.
        limit: how much a page may hold.

    Returns:
        The page, without the name of the previous one.
    """
    period, name = ALWAYS, ""
    while not _fits(period, index, limit) and (halves := period.halves()):
        older, newer = halves
        if position in newer:
            period = newer
        else:
            period, name = older, older.name if index.count(newer, 0) else name
    return ArchivePage(name, period)


def find_pages(
    index: FeedIndex, limit: PageLimit, before: Position | None = None
) -> Iterator[ArchivePage]:
    """Yield the pages, newest first.

    Args:
        index: of the feed.
        limit: how much a page may hold.
        before: where to begin: with the entries older than this position, if it is given.
    """
    page = None
    while (position := index.newest(before)) is not None:
        previous = find_page(position, index, limit)
        if page is not None:
            yield replace(page, previous=previous.name)
        page, before = previous, previous.period.first
    if page is not None:
        yield page


def _fits(period: Period, index: FeedIndex, limit: PageLimit) -> bool:
    count = index.count(period, limit.entries)
    return count <= 1 or (
        count <= limit.entries and (limit.weight is None or index.weight(period) <= limit.weight)
    )
