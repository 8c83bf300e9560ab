"""Finds the pages of an archive that have to be checked: those around changed entries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from refeed.archive.pages import PageLimit, find_page, find_pages

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from refeed.archive.pages import ArchivePage
    from refeed.archive.periods import Position
    from refeed.store import Store

PAGE_LIMIT: Final = PageLimit(entries=100, weight=2_000_000)
"""How much a page holds. Escapes at most double the weight in JSON, and an entry has little besides
its text, so that a document stays below 5,000,000 bytes."""


class ArchiveChanges(NamedTuple):
    """The pages of an archive that have to be checked.

    Attributes:
        pages: pages that may not be published as they should be.
        dropped: the names of published pages that are gone.
    """

    pages: list[ArchivePage]
    dropped: set[str]


def find_all_pages(store: Store, feed: str) -> ArchiveChanges:
    """Return the pages of a whole archive."""
    pages = list(find_pages(store.feed_index(feed), PAGE_LIMIT))
    before = {row.page.name for row in store.archive_pages_from(feed, None)}
    return ArchiveChanges(pages, before - {page.name for page in pages})


def find_pages_around(store: Store, feed: str, changed: Sequence[Position]) -> ArchiveChanges:
    """Return the pages that may have changed since entries were added, dropped or changed.

    Those are the pages that have such an entry now, or had it before; all of them if a page was
    split or merged. Their neighbours are included: the older one may have another name, and the
    newer one another page before it.
    """
    index = store.feed_index(feed)
    found: dict[str, ArchivePage] = {}
    before: set[str] = set()
    seen = set()
    for position in changed:
        periods = [find_page(position, index, PAGE_LIMIT).period]
        if published := store.archive_page_at(feed, position):
            periods.append(published.page.period)
        if tuple(periods) in seen:
            continue
        seen.add(tuple(periods))
        first = min((period.first for period in periods), key=_age)
        last = max((period.last for period in periods), key=_age)
        newer = index.oldest(last)
        for page in find_pages(index, PAGE_LIMIT, newer.newer() if newer else None):
            found[page.name] = page
            if page.period.last.is_older(first):
                break
        for row in store.archive_pages_from(feed, last):
            before.add(row.page.name)
            if row.page.period.last.is_older(first):
                break
    stale = [page for page in found.values() if _is_stale(store, feed, page, changed)]
    return ArchiveChanges(stale, before - found.keys())


def _is_stale(store: Store, feed: str, page: ArchivePage, changed: Iterable[Position]) -> bool:
    published = store.archive_page(feed, page.name)
    return (
        published is None
        or published.page != page
        or not published.fingerprint
        or any(position in page.period for position in changed)
    )


def _age(position: Position) -> tuple[int, int]:
    return position.published, -position.number
