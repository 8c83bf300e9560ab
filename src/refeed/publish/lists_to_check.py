"""Finds the lists of a feed's pages that have to be checked: those around changed entries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from refeed.archive.lists import find_newest_list, find_older_lists
from refeed.archive.pages import PageLimit, find_page
from refeed.archive.periods import find_span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from refeed.archive.lists import ListIndex, NewestList
    from refeed.archive.pages import ArchivePage
    from refeed.archive.periods import Position
    from refeed.store import Store

PAGE_LIMIT: Final = PageLimit(entries=60, weight=None)
"""How much an older page holds."""

LEAST_ENTRIES: Final = 30
"""How many the newest list has at least, if there are so many."""


class ListChanges(NamedTuple):
    """The lists of a feed that have to be checked.

    Attributes:
        newest: the newest.
        older: older ones that may not be published as they should be.
        dropped: the names of published ones that are gone.
    """

    newest: NewestList
    older: list[ArchivePage]
    dropped: set[str]


def find_all_lists(store: Store, feed: str) -> ListChanges:
    """Return all lists of a feed."""
    index = store.feed_index(feed)
    newest = find_newest_list(index, PAGE_LIMIT, LEAST_ENTRIES)
    older = list(find_older_lists(index, PAGE_LIMIT, newest))
    dropped = set(store.lists.names(feed)) - {page.name for page in older}
    return ListChanges(newest, older, dropped)


def find_lists_around(store: Store, feed: str, changed: Sequence[Position]) -> ListChanges:
    """Return the lists that may have changed since entries were added, dropped or changed.

    Those are the newest, and the pages that have such an entry now, or had it before, with their
    neighbours, which link to them. If the newest list begins elsewhere, so do the pages between.
    """
    index = store.feed_index(feed)
    newest = find_newest_list(index, PAGE_LIMIT, LEAST_ENTRIES)
    found: dict[str, ArchivePage] = {}
    before: set[str] = set()
    for first, last in set(_find_spans(store, feed, index, changed, newest)):
        newer = index.oldest(last)
        start = newer.newer() if newer else None
        for page in find_older_lists(index, PAGE_LIMIT, newest, start):
            found[page.name] = page
            if page.period.last.is_older(first):
                break
        before |= store.lists.names_between(feed, first, last)
    older = [page for page in found.values() if store.lists.is_outdated(feed, page, changed)]
    return ListChanges(newest, older, before - found.keys() - {""})


def _find_spans(
    store: Store, feed: str, index: ListIndex, changed: Iterable[Position], newest: NewestList
) -> Iterator[tuple[Position, Position]]:
    """Yield the first and the last position of each stretch of pages that has to be checked."""
    for position in changed:
        periods = [find_page(position, index, PAGE_LIMIT).period]
        if published := store.lists.at(feed, position):
            periods.append(published.page.period)
        yield find_span(periods)
    if begun := store.lists.page(feed, ""):
        yield find_span((newest.page.period, begun.page.period))
