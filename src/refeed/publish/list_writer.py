"""Writes the lists of feeds that have changed: their pages for people."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from refeed.archive.pages import ArchivePage
from refeed.archive.periods import ALWAYS
from refeed.config import has_all_pages, publishing_fingerprint
from refeed.publish import lists_to_check
from refeed.publish.context import digest
from refeed.publish.pages_writer import FeedPage, PagesWriter
from refeed.render import templates
from refeed.render.formats import HTML
from refeed.render.list_item import TEMPLATES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from refeed.publish.context import FeedDocument, PublishContext, WrittenPages

_VERSION: Final = 1

_MOST: Final = 100
"""How many entries a list has at most where it is the only one."""


class ListWriter(PagesWriter):
    """Writes the lists of all feeds, those of one time together: feeds share entries."""

    def __init__(self, context: PublishContext) -> None:
        super().__init__(context, context.store.lists)
        self._newest: dict[str, int] = {}
        self._dropped: dict[str, set[str]] = {}

    def publish(self, names: Iterable[str]) -> dict[str, WrittenPages]:
        """Write the lists of feeds that have changed; return what came of each feed's."""
        pages = [each for name in names for each in self._find_pages(name)]
        self._write(sorted(pages, key=lambda each: -each.page.period.end))
        for name, dropped in self._dropped.items():
            self._drop(name, dropped)
            self._table.put_fingerprint(name, self._fingerprint(name))
        return {name: self._results[name] for name in self._dropped}

    def _find_pages(self, name: str) -> Iterator[FeedPage]:
        """Yield the lists of a feed that have to be checked; note those that are gone."""
        store, config = self._store, self._context.config
        if not has_all_pages(config):
            # The entries that the feed shows.
            self._newest[name] = min(config.limit or _MOST, _MOST)
            self._dropped[name] = set(self._table.names(name))
            yield FeedPage(name, ArchivePage("", ALWAYS))
            return
        if self._table.fingerprint(name) != self._fingerprint(name):
            changes = lists_to_check.find_all_lists(store, name)
        else:
            changed = store.changed_positions(name)
            changed += [row.page.period.first for row in self._table.stale(name)]
            changes = lists_to_check.find_lists_around(store, name, changed)
        # No limit would be all entries.
        self._newest[name] = max(changes.newest.entries, 1)
        self._dropped[name] = changes.dropped
        yield from (FeedPage(name, page) for page in (changes.newest.page, *changes.older))

    def _fingerprint(self, name: str) -> bytes:
        """Digest what the lists of a feed depend on besides their entries."""
        context = self._context
        limits = lists_to_check.PAGE_LIMIT, lists_to_check.LEAST_ENTRIES
        rules = publishing_fingerprint(context.config), context.book.fingerprint()
        title = context.build_feed(name).title
        return digest(_VERSION, limits, title, *rules, templates.fingerprint(*TEMPLATES))

    def _list_files(self, feed: str, page: str) -> list[str]:
        return [f"{feed}/{HTML.file_name(page)}"]

    def _build_document(self, each: FeedPage) -> FeedDocument:
        name, page = each
        if page.name:
            rows = self._store.entries_within(name, page.period)
        else:
            rows = self._store.entries_of(name, self._newest[name])
        feed = replace(
            self._context.build_feed(name), page=page.name, previous=page.previous, next=page.next
        )
        return self._context.build_document(feed, rows, (HTML.name,), len(rows))
