"""Finds the pages of an archive that have to be checked: those around changed entries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from refeed.archive.pages import PageLimit, find_page, find_pages
from refeed.archive.periods import find_span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from refeed.archive.pages import ArchivePage
    from refeed.archive.periods import Position
    from refeed.store import Store

_ENTRIES: Final = 100
_KB: Final = 5_000
"""How large a page becomes if there is no limit for feeds: many readers take no more."""

_FRAME_BYTES: Final = 4_000
"""Of the document around the entries."""


class ArchiveChanges(NamedTuple):
    """The pages of an archive that have to be checked.

    Attributes:
        pages: pages that may not be published as they should be.
        dropped: the names of published pages that are gone.
    """

    pages: list[ArchivePage]
    dropped: set[str]


def page_limit(max_feed_kb: int) -> PageLimit:
    """Return how much a page holds, so that no document is larger than a feed may be.

    The newest page is a part of the feed itself.
    """
    return PageLimit(_ENTRIES, weight=(max_feed_kb or _KB) * 1_000 - _FRAME_BYTES)


def find_all_pages(store: Store, feed: str, limit: PageLimit) -> ArchiveChanges:
    """Return the pages of a whole archive."""
    pages = list(find_pages(store.feed_index(feed), limit))
    before = {row.page.name for row in store.archives.pages_from(feed, None)}
    return ArchiveChanges(pages, before - {page.name for page in pages})


def find_pages_around(
    store: Store, feed: str, changed: Sequence[Position], limit: PageLimit
) -> ArchiveChanges:
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
        periods = [find_page(position, index, limit).period]
        if published := store.archives.at(feed, position):
            periods.append(published.page.period)
        if tuple(periods) in seen:
            continue
        seen.add(tuple(periods))
        first, last = find_span(periods)
        newer = index.oldest(last)
        for page in find_pages(index, limit, newer.newer() if newer else None):
            found[page.name] = page
            if page.period.last.is_older(first):
                break
        before |= store.archives.names_between(feed, first, last)
    stale = [page for page in found.values() if store.archives.is_outdated(feed, page, changed)]
    return ArchiveChanges(stale, before - found.keys())
