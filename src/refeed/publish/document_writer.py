"""Writes a document to files, one a format; each file is verified before it is staged."""

from __future__ import annotations

from abc import ABC, abstractmethod
from math import inf
from typing import TYPE_CHECKING

from refeed.errors import FeedError
from refeed.publish.context import DocumentOutcome
from refeed.render import FORMATS, build_frame
from refeed.render.formats import HTML
from refeed.render.list_item import ListItem, place_items
from refeed.render.verify import verify_frame, verify_page

if TYPE_CHECKING:
    from contextlib import ExitStack
    from pathlib import Path

    from refeed.publish.context import FeedDocument, PublishContext
    from refeed.publish.output_folder import Draft
    from refeed.render.formats import Format
    from refeed.store import EntryRow
    from refeed.workers.render_entry import RenderedEntry


class DocumentFiles:
    """The files of a document: all of them are published, or none.

    Args:
        context: what publishing works with.
        document: the document.
        drafts: closes the files in the end, and deletes those that were not staged.
    """

    def __init__(self, context: PublishContext, document: FeedDocument, drafts: ExitStack) -> None:
        self.document = document
        self._context = context
        self._outdated: list[Path] = []
        self._written = 0
        self._is_full = False
        self._failure: FeedError | None = None
        self._feeds: list[FeedWriter] = []
        self._pages: list[ListPageWriter] = []
        feed = document.feed
        for name in document.formats:
            form = FORMATS[name]
            draft = drafts.enter_context(
                context.output.draft(f"{feed.name}/{form.file_name(feed.page)}")
            )
            if form is HTML:
                self._pages.append(ListPageWriter(context, document, form, draft))
            else:
                self._feeds.append(FeedWriter(context, document, form, draft))

    @property
    def room(self) -> float:
        """How many bytes of entries it takes until it is full; inf if it is, or never will be."""
        return inf if self._is_full else min((feed.room for feed in self._feeds), default=inf)

    @property
    def formats(self) -> list[str]:
        """In which formats the document takes its next entry."""
        return [name for name in self.document.formats if name == HTML.name or not self._is_full]

    def add(self, row: EntryRow, rendered: RenderedEntry) -> None:
        """Write the next entry, newest first, unless the document has failed.

        From the first entry on that is too large for the feed in one of the formats, none is
        written to it in any.
        """
        if rendered.is_outdated:
            self._outdated.append(self._context.config.seeds[row.seed] / row.path)
        if self._failure is not None:
            return
        if self._written >= self.document.least:
            self._is_full |= any(not feed.has_room(rendered) for feed in self._feeds)
        self._written += not self._is_full
        try:
            for writer in (*(() if self._is_full else self._feeds), *self._pages):
                writer.add(row, rendered)
        except FeedError as error:
            self._failure = error

    def finish(self) -> DocumentOutcome:
        """Verify the files and stage them."""
        changed: list[str] = []
        if self._failure is None:
            try:
                drafts = [writer.finish() for writer in (*self._feeds, *self._pages)]
            except FeedError as error:
                self._failure = error
            else:
                output, store = self._context.output, self._context.store
                changed = [draft.path for draft in drafts if output.stage(draft)]
                feed = self.document.feed
                for draft in drafts:
                    store.put_output(draft.path, feed.name, *output.stat(draft.path))
                media = {name for writer in (*self._feeds, *self._pages) for name in writer.media}
                store.put_document_media(feed.name, self.document.key, media)
        left_out = len(self.document.rows) - self._written
        return DocumentOutcome(self.document, changed, self._outdated, self._failure, left_out)


class DocumentWriter(ABC):
    """Writes a document in one format.

    Attributes:
        media: the names of the pictures of refeed's own that it shows.
    """

    def __init__(
        self, context: PublishContext, document: FeedDocument, form: Format, draft: Draft
    ) -> None:
        self._context = context
        self._feed = document.feed
        self._format = form
        self._draft = draft
        self.media: set[str] = set()

    def add(self, row: EntryRow, rendered: RenderedEntry) -> None:
        """Write an entry, if there is anything of it to show.

        Raises:
            FeedError: the format can't show it.
        """
        if fault := rendered.faults.get(self._format.name):
            raise self._build_error(fault)
        text = rendered.texts.get(self._format.name)
        if text is not None:
            self._write_entry(row, text)
            self.media.update(rendered.media.get(self._format.name, ()))

    def finish(self) -> Draft:
        """Write what comes after the entries; return the file, which holds what was written to it.

        Raises:
            FeedError: the document is not as it should be.
        """
        try:
            self._write_end()
        except ValueError as error:
            raise self._build_error(str(error)) from error
        if not self._draft.is_intact():
            raise self._build_error("the file does not hold what was written to it")
        return self._draft

    @abstractmethod
    def _write_entry(self, row: EntryRow, text: str) -> None:
        """Write an entry as it was rendered."""

    @abstractmethod
    def _write_end(self) -> None:
        """Write what comes after the entries; raise ValueError if the document is not valid."""

    def _build_error(self, reason: str) -> FeedError:
        file = self._format.file_name(self._feed.page)
        return FeedError(
            f"{file} of the feed {self._feed.name} is not as it should be: {reason}",
            feed=self._feed.name,
            format=file,
        )


class FeedWriter(DocumentWriter):
    """Writes RSS, Atom or JSON: a frame around entries.

    Each entry has been read back; the frame is, around the first of them. Its date is of all
    entries of the document, those that it has no room for, too: it is written first.

    Attributes:
        room: how many bytes of entries it takes until it is too large.
    """

    def __init__(
        self, context: PublishContext, document: FeedDocument, form: Format, draft: Draft
    ) -> None:
        super().__init__(context, document, form, draft)
        updated = max((row.updated for row in document.rows), default=None)
        self._frame = build_frame(form.name, document.feed, updated)
        self._first: str | None = None
        self._entries: set[int] = set()
        head = self._frame.head.encode()
        self._draft.write(head)
        most = context.config.max_feed_kb * 1_000
        self.room = most - len(head) - len(self._frame.tail.encode()) if most else inf

    def has_room(self, rendered: RenderedEntry) -> bool:
        """Tell whether an entry makes the document no larger than one may be."""
        text = rendered.texts.get(self._format.name, "")
        return len(self._frame.format_item(text, len(self._entries))) <= self.room

    def _write_entry(self, row: EntryRow, text: str) -> None:
        if row.entry in self._entries:
            raise self._build_error(f"two of its entries have the id of {row.url}")
        if self._first is None:
            self._first = text
        item = self._frame.format_item(text, len(self._entries))
        self._draft.write(item)
        self.room -= len(item)
        self._entries.add(row.entry)

    def _write_end(self) -> None:
        verify_frame(self._format.name, self._frame, self._first)
        self._draft.write(self._frame.tail.encode())


class ListPageWriter(DocumentWriter):
    """Writes a list: the page that people read of a feed, or an older one."""

    def __init__(
        self, context: PublishContext, document: FeedDocument, form: Format, draft: Draft
    ) -> None:
        super().__init__(context, document, form, draft)
        self._items: list[ListItem] = []

    def _write_entry(self, row: EntryRow, text: str) -> None:
        self._items.append(ListItem(row.published, text))

    def _write_end(self) -> None:
        from refeed.render.list_page import render_list_page

        items = place_items(self._items, self._feed)
        page = render_list_page(self._feed, items, self._context.config.formats)
        verify_page(page, [item.html for item in items])
        self._draft.write(page)
