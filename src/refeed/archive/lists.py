"""The lists that people page through: a feed's newest entries, and pages with the older ones.

The older pages are leaves of the tree by which archives are cut, so that an entry that comes
changes the page that it is on alone, and rarely its neighbours. The newest list joins as many of
the newest leaves as it takes to hold enough entries: the first leaf of a year may have one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple, Protocol

from refeed.archive.pages import ArchivePage, FeedIndex, find_page, find_pages
from refeed.archive.periods import ALWAYS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refeed.archive.pages import PageLimit
    from refeed.archive.periods import Period, Position


class ListIndex(FeedIndex, Protocol):
    """Looks up the entries of a feed by time, in both directions."""

    def oldest(self, after: Position) -> Position | None:
        """Return the oldest of the entries that are newer than a position, or None."""


class NewestList(NamedTuple):
    """The newest list of a feed.

    Attributes:
        page: without a name; its period is that of the oldest leaf in it.
        entries: how many of the newest entries it has.
    """

    page: ArchivePage
    entries: int


def find_newest_list(index: ListIndex, limit: PageLimit, least: int) -> NewestList:
    """Return the newest list.

    Args:
        index: of the feed.
        limit: how much a leaf may hold.
        least: how many entries make the list complete; with fewer it goes on with the next leaf.
    """
    found = NewestList(ArchivePage("", ALWAYS), 0)
    for leaf in find_pages(index, limit):
        entries = found.entries + index.count(leaf.period, limit.entries)
        found = NewestList(replace(leaf, name=""), entries)
        if entries >= least:
            break
    return found


def find_older_lists(
    index: ListIndex, limit: PageLimit, newest: NewestList, before: Position | None = None
) -> Iterator[ArchivePage]:
    """Yield the pages older than the newest list, newest first, each with both neighbours.

    Args:
        index: of the feed.
        limit: how much a page may hold.
        newest: of `find_newest_list`.
        before: where to begin: with the entries older than this position, if it is given.
    """
    start = newest.page.period.first
    if before is not None and before.is_older(start):
        start = before
    following: str | None = None
    for page in find_pages(index, limit, start):
        if following is None:
            following = _find_next(index, limit, newest, page.period)
        yield replace(page, next=following)
        following = page.name


def _find_next(index: ListIndex, limit: PageLimit, newest: NewestList, period: Period) -> str:
    """Return the name of the page after a period; "" is the newest list."""
    position = index.oldest(period.last)
    if position is None or not position.is_older(newest.page.period.first):
        return ""
    return find_page(position, index, limit).name
