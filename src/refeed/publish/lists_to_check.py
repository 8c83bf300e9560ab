"""Finds the lists of a feed's pages that have to be checked: those around changed entries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from refeed.archive.lists import find_newest_list, find_older_lists
from refeed.archive.pages import PageLimit, find_page

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from refeed.archive.lists import ListIndex, NewestList
    from refeed.archive.pages import ArchivePage
    from refeed.archive.periods import Period, Position
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
        for row in store.lists.pages_from(feed, last):
            before.add(row.page.name)
            if row.page.period.last.is_older(first):
                break
    older = [page for page in found.values() if _is_stale(store, feed, page, changed)]
    return ListChanges(newest, older, before - found.keys() - {""})


def _find_spans(
    store: Store, feed: str, index: ListIndex, changed: Iterable[Position], newest: NewestList
) -> Iterator[tuple[Position, Position]]:
    """Yield the first and the last position of each stretch of pages that has to be checked."""
    for position in changed:
        published = store.lists.at(feed, position)
        yield _join(
            find_page(position, index, PAGE_LIMIT).period, published and published.page.period
        )
    if begun := store.lists.page(feed, ""):
        yield _join(newest.page.period, begun.page.period)


def _join(one: Period, other: Period | None) -> tuple[Position, Position]:
    periods = [one, other] if other else [one]
    first = min((period.first for period in periods), key=_age)
    last = max((period.last for period in periods), key=_age)
    return first, last


def _is_stale(store: Store, feed: str, page: ArchivePage, changed: Iterable[Position]) -> bool:
    published = store.lists.page(feed, page.name)
    return (
        published is None
        or published.page != page
        or not published.fingerprint
        or any(position in page.period for position in changed)
    )


def _age(position: Position) -> tuple[int, int]:
    return position.published, -position.number
