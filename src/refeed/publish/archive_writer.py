"""Writes the pages of a feed's archive that have changed."""

from __future__ import annotations

from dataclasses import replace
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

from refeed.config import publishing_fingerprint
from refeed.publish import archive_pages_to_check
from refeed.publish.context import Archive
from refeed.publish.write import write_documents
from refeed.workers.jobs import clean_entries
from refeed.workers.pool import split_batches

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from refeed.archive.pages import ArchivePage
    from refeed.errors import FeedError
    from refeed.publish.context import FeedDocument, PublishContext
    from refeed.store import EntryRow

_VERSION: Final = 2
_OPEN: Final = b"open"

# So many are held at a time.
_ENTRIES: Final = 2_000
_PAGES: Final = 20


class ArchiveWriter:
    """Writes the archive of one feed."""

    def __init__(self, context: PublishContext, name: str) -> None:
        self._context = context
        self._store = context.store
        self._name = name
        self._feed = replace(context.build_feed(name), links=())
        self._limit = archive_pages_to_check.page_limit(context.config.max_feed_kb)
        self._is_changed = False
        self._failures: list[FeedError] = []
        self._outdated: set[Path] = set()

    def publish(self) -> Archive:
        """Write the pages that have changed."""
        store, name, fingerprint = self._store, self._name, self._fingerprint()
        # Entries are cleaned first: their weight decides where pages are cut.
        if store.archive_fingerprint(name) != fingerprint:
            self._clean(store.members(name), store.feed_counts()[name])
            changes = archive_pages_to_check.find_all_pages(store, name, self._limit)
        else:
            changed = store.changed_positions(name)
            self._clean([position.number for position in changed], len(changed))
            changed += [row.page.period.first for row in store.stale_archive_pages(name)]
            changes = archive_pages_to_check.find_pages_around(store, name, changed, self._limit)
        self._write(changes.pages)
        self._drop(changes.dropped)
        store.clear_changed_positions(name)
        store.put_archive_fingerprint(name, fingerprint)
        newest = store.archive_page(name, "")
        index = store.feed_index(name)
        return Archive(
            entries=index.count(newest.page.period, self._limit.entries) if newest else 0,
            previous=newest.page.previous if newest else "",
            is_changed=self._is_changed or bool(changes.dropped),
            is_complete=not self._failures and not self._outdated,
            failures=self._failures,
            outdated=self._outdated,
        )

    def _fingerprint(self) -> bytes:
        """Digest what the archive depends on besides its entries."""
        context = self._context
        fingerprints = publishing_fingerprint(context.config), context.book.fingerprint()
        parts = repr((_VERSION, self._limit, self._feed.title, *fingerprints))
        return blake2b(parts.encode("utf-8", "surrogatepass"), digest_size=16).digest()

    def _clean(self, entries: Iterable[int], total: int) -> None:
        """Clean the entries whose cached content is not current."""
        context, store = self._context, self._store
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
                fallback=self._reject,
                files=lambda row: ((row.seed, row.path),),
            )
            for row, content in cleaned:
                if content is None:
                    self._outdated.add(context.config.seeds[row.seed] / row.path)
                else:
                    store.put_content(row.entry, context.content_fingerprint(row), content)
            done += len(numbers)
            if rows:
                context.monitor.update("cleaning", done, total)

    def _reject(self, row: EntryRow, reason: str) -> None:
        self._context.rejected[row.seed, row.path] = f"it can't be cleaned: {reason}"

    def _write(self, pages: Sequence[ArchivePage]) -> None:
        context = self._context
        context.output.register(
            file for page in pages for file in context.list_page_files(self._name, page.name)
        )
        for some in split_batches(pages, _PAGES):
            by_name = {page.name: page for page in some}
            documents = list(self._find_changed(some))
            for outcome in write_documents(self._context, documents):
                document = outcome.document
                is_complete = not outcome.failure and not outcome.outdated
                fingerprint = document.fingerprint if is_complete else b""
                self._store.put_archive_page(self._name, by_name[document.feed.page], fingerprint)
                self._is_changed |= bool(outcome.changed)
                self._failures += [outcome.failure] if outcome.failure else []
                self._outdated.update(outcome.outdated)

    def _find_changed(self, pages: Iterable[ArchivePage]) -> Iterator[FeedDocument]:
        """Yield the documents of pages to write; note the others in the index."""
        for page in pages:
            if not page.name:
                # The feed itself has these entries.
                self._store.put_archive_page(self._name, page, _OPEN)
                continue
            rows = self._store.entries_within(self._name, page.period)
            feed = replace(self._feed, page=page.name, previous=page.previous)
            document = self._context.build_document(feed, rows, len(rows))
            published = self._store.archive_page(self._name, page.name)
            if published is None or published.fingerprint != document.fingerprint:
                yield document
            else:
                self._store.put_archive_page(self._name, page, document.fingerprint)

    def _drop(self, pages: Iterable[str]) -> None:
        for page in pages:
            self._store.drop_archive_page(self._name, page)
            for file in self._context.list_page_files(self._name, page):
                self._store.drop_output(file)
