"""Writes the pages of feeds that have changed: those of archives, or lists."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from refeed.publish.context import WrittenPages
from refeed.publish.write import write_documents
from refeed.workers.pool import split_batches

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from refeed.archive.pages import ArchivePage
    from refeed.publish.context import FeedDocument, PublishContext
    from refeed.store.page_tables import PageTable

_PAGES: Final = 100
"""So many are held at a time."""

_OPEN: Final = b"open"
"""The fingerprint of a page that is no document of its own."""


class FeedPage(NamedTuple):
    """A page, and the name of its feed."""

    feed: str
    page: ArchivePage


class PagesWriter(ABC):
    """Writes pages of one kind, and notes in the index what is published.

    Args:
        context: what publishing works with.
        table: of the pages' kind.
    """

    def __init__(self, context: PublishContext, table: PageTable) -> None:
        self._context = context
        self._store = context.store
        self._table = table
        self._results: defaultdict[str, WrittenPages] = defaultdict(WrittenPages)

    @abstractmethod
    def _list_files(self, feed: str, page: str) -> list[str]:
        """List the files of a page, relative to the output folder."""

    @abstractmethod
    def _build_document(self, each: FeedPage) -> FeedDocument | None:
        """Build the document of a page; None if the feed itself has its entries."""

    def _write(self, pages: Sequence[FeedPage]) -> None:
        self._context.output.register(
            file for feed, page in pages for file in self._list_files(feed, page.name)
        )
        written = 0
        for some in split_batches(pages, _PAGES):
            by_name = {(each.feed, each.page.name): each.page for each in some}
            documents = list(self._find_changed(some))
            for outcome in write_documents(self._context, documents, written):
                document = outcome.document
                name = document.feed.name
                is_complete = not outcome.failure and not outcome.outdated
                fingerprint = document.fingerprint if is_complete else b""
                self._table.put(name, by_name[name, document.feed.page], fingerprint)
                result = self._results[name]
                result.is_changed |= bool(outcome.changed)
                result.failures += [outcome.failure] if outcome.failure else []
                result.outdated.update(outcome.outdated)
            written += sum(len(document.rows) for document in documents)

    def _find_changed(self, pages: Iterable[FeedPage]) -> Iterator[FeedDocument]:
        """Yield the documents of pages to write; note the others in the index."""
        for each in pages:
            feed, page = each
            document = self._build_document(each)
            if document is None:
                self._table.put(feed, page, _OPEN)
                continue
            published = self._table.page(feed, page.name)
            if published is None or published.fingerprint != document.fingerprint:
                yield document
            else:
                self._table.put(feed, page, document.fingerprint)

    def _drop(self, feed: str, pages: Iterable[str]) -> None:
        for page in pages:
            result = self._results[feed]
            result.is_changed = result.has_dropped = True
            self._table.drop_page(feed, page)
            for file in self._list_files(feed, page):
                self._store.drop_output(file)
