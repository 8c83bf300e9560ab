"""Writes the pages of a feed's archive that have changed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from refeed.config import publishing_fingerprint
from refeed.publish import archive_pages_to_check
from refeed.publish.context import Archive, digest
from refeed.publish.pages_writer import FeedPage, PagesWriter
from refeed.workers.jobs import clean_entries
from refeed.workers.pool import split_batches

if TYPE_CHECKING:
    from collections.abc import Iterable

    from refeed.publish.context import FeedDocument, PublishContext

_VERSION: Final = 2
# So many are held at a time.
_ENTRIES: Final = 2_000


class ArchiveWriter(PagesWriter):
    """Writes the archive of one feed."""

    def __init__(self, context: PublishContext, name: str) -> None:
        super().__init__(context, context.store.archives)
        self._name = name
        self._feed = replace(context.build_feed(name), links=())
        self._limit = archive_pages_to_check.page_limit(context.config.max_feed_kb)

    def publish(self) -> Archive:
        """Write the pages that have changed."""
        store, name, fingerprint = self._store, self._name, self._fingerprint()
        # Entries are cleaned first: their weight decides where pages are cut.
        if store.archives.fingerprint(name) != fingerprint:
            self._clean(store.members(name), store.feed_counts()[name])
            changes = archive_pages_to_check.find_all_pages(store, name, self._limit)
        else:
            changed = store.changed_positions(name)
            self._clean([position.number for position in changed], len(changed))
            changed += [row.page.period.first for row in store.archives.stale(name)]
            changes = archive_pages_to_check.find_pages_around(store, name, changed, self._limit)
        self._write([FeedPage(name, page) for page in changes.pages])
        self._drop(name, changes.dropped)
        store.archives.put_fingerprint(name, fingerprint)
        newest = store.archives.page(name, "")
        index = store.feed_index(name)
        return Archive(
            entries=index.count(newest.page.period, self._limit.entries) if newest else 0,
            previous=newest.page.previous if newest else "",
            pages=self._results[name],
        )

    def _fingerprint(self) -> bytes:
        """Digest what the archive depends on besides its entries."""
        context = self._context
        fingerprints = publishing_fingerprint(context.config), context.book.fingerprint()
        return digest(_VERSION, self._limit, self._feed.title, *fingerprints)

    def _clean(self, entries: Iterable[int], total: int) -> None:
        """Clean the entries whose cached content is not current."""
        context, store = self._context, self._store
        outdated = self._results[self._name].outdated
        done = 0
        for numbers in split_batches(entries, _ENTRIES):
            cached = store.content_fingerprints(numbers)
            rows = [
                row
                for row in store.entries(numbers)
                if cached.get(row.entry) != context.content_fingerprint(row)
            ]
            cleaned = context.workers.map(
                clean_entries,
                rows,
                fallback=context.reject,
                files=lambda row: ((row.seed, row.path),),
            )
            for row, content in cleaned:
                if content is None:
                    outdated.add(context.config.seeds[row.seed] / row.path)
                else:
                    context.put_content(row, content)
            done += len(numbers)
            if rows:
                context.monitor.update("cleaning", done, total)

    def _list_files(self, feed: str, page: str) -> list[str]:
        return self._context.list_archive_files(feed, page)

    def _build_document(self, each: FeedPage) -> FeedDocument | None:
        page = each.page
        if not page.name:
            return None
        feed = replace(self._feed, page=page.name, previous=page.previous)
        rows = self._store.entries_within(self._name, page.period)
        return self._context.build_document(feed, rows, self._context.feed_formats, len(rows))
