"""One document: pieces to files, each file checked before it is put in place."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace
from typing import TYPE_CHECKING
from zlib import crc32

from refeed.errors import FeedError
from refeed.render import FORMATS, frame
from refeed.render.verify import verify_frame, verify_page
from refeed.workers.render_entry import bare_entry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from refeed.model import Entry, Feed
    from refeed.publish.output_folder import Draft, Staged
    from refeed.publish.press import Press
    from refeed.publish.rendered import Printed

PAGE_ENTRIES = 100
"""How many entries a page for people shows at most, however long the feed is."""


def formats_of(formats: Sequence[str], feed: Feed, position: int) -> tuple[str, ...]:
    """Return in which formats a document shows its entry at a position, from 0."""
    if feed.part or position >= PAGE_ENTRIES:
        return tuple(name for name in formats if name != "html")
    return tuple(formats)


class Edition:
    """A document in all its formats, being written to files beside those that are published.

    Args:
        press: what publishing works with.
        feed: what the document says of itself.
        updated: the instant of the newest change in it; None if it is empty.
    """

    def __init__(self, press: Press, feed: Feed, updated: int | None) -> None:
        self._press = press
        self._feed = feed
        self._documents: list[_Document] = []
        try:
            for form in formats_of(press.config.formats, feed, 0):
                self._documents.append(_begun(press, feed, form, updated))
        except BaseException:
            self.abandon()
            raise

    def add(self, entry: Printed) -> None:
        """Write the next entry, newest first.

        Raises:
            FeedError: it, and with it the document, is of no use.
        """
        for document in self._documents:
            document.add(entry)

    def put(self) -> list[str]:
        """Check each file, put all in place; return the changed files.

        Raises:
            FeedError: it came out in a form that can't be published; the last good one stays.
        """
        staged = [document.finished() for document in self._documents]
        self._documents = []
        changed = [each.path for each in staged if self._press.output.put(each)]
        for each in staged:
            status = self._press.output.status(each.path)
            self._press.store.put_output(each.path, self._feed.name, *status)
        return changed

    def abandon(self) -> None:
        """Take the files away, unless they were put in place."""
        for document in self._documents:
            document.abandon()


def _begun(press: Press, feed: Feed, form: str, updated: int | None) -> _Document:
    draft = press.output.draft(f"{feed.name}/{FORMATS[form].file_of(feed.part)}")
    return (_Page if form == "html" else _Framed)(press, feed, form, updated, draft)


class _Document(ABC):
    """A document in one format, being written to a file."""

    def __init__(
        self, press: Press, feed: Feed, form: str, updated: int | None, draft: Draft
    ) -> None:
        self._press = press
        self._feed = feed
        self._form = form
        self._updated = updated
        self._draft = draft
        self._written = (0, 0)

    @abstractmethod
    def add(self, entry: Printed) -> None:
        """Write one more entry, if there is something of it to be shown."""

    @abstractmethod
    def write_rest(self) -> None:
        """Write what comes after the entries; raise ValueError if the document is not whole."""

    def finished(self) -> Staged:
        """Return the file, which holds what was written to it."""
        try:
            self.write_rest()
        except ValueError as error:
            raise self.refusal(str(error)) from error
        staged = self._draft.finished()
        found = (0, 0)
        for data in staged.pieces():
            found = _followed_by(found, data)
        if found != self._written:
            raise self.refusal("the file does not hold what was written to it")
        return staged

    def abandon(self) -> None:
        """Take the file away."""
        self._draft.abandon()

    def piece_of(self, entry: Printed) -> str | None:
        """Return what this format holds of an entry."""
        if self._form in entry.faults:
            raise self.refusal(entry.faults[self._form])
        return entry.pieces.get(self._form)

    def write(self, data: bytes) -> None:
        """Write what comes next."""
        self._written = _followed_by(self._written, data)
        self._draft.write(data)

    def refusal(self, reason: str) -> FeedError:
        """Return the error that the document is of no use."""
        file = FORMATS[self._form].file_of(self._feed.part)
        return FeedError(
            f"{file} of the feed {self._feed.name} is not as it should be: {reason}",
            feed=self._feed.name,
            format=file,
        )


def _followed_by(before: tuple[int, int], data: bytes) -> tuple[int, int]:
    """Return length and checksum of bytes that others stand before.

    It is for faults of disks and of writing, not for forgers: a fifth of the time of a digest.
    """
    return before[0] + len(data), crc32(data, before[1])


class _Framed(_Document):
    """Pieces in a frame. Each piece has been read back; the frame is, around the first of them."""

    def __init__(
        self, press: Press, feed: Feed, form: str, updated: int | None, draft: Draft
    ) -> None:
        super().__init__(press, feed, form, updated, draft)
        self._frame = frame(form, feed, updated)
        self._first: str | None = None
        self._entries: set[int] = set()
        self.write(self._frame.head.encode())

    def add(self, entry: Printed) -> None:
        piece = self.piece_of(entry)
        if piece is None:
            return
        if entry.row.entry in self._entries:
            raise self.refusal(f"two of its entries have the id of {entry.row.url}")
        if not self._entries:
            self._first = piece
        self.write(self._frame.part(piece, len(self._entries)))
        self._entries.add(entry.row.entry)

    def write_rest(self) -> None:
        verify_frame(self._form, self._frame, self._first)
        self.write(self._frame.tail.encode())


class _Page(_Document):
    """A page for people, which begins with the titles of all that it shows."""

    def __init__(
        self, press: Press, feed: Feed, form: str, updated: int | None, draft: Draft
    ) -> None:
        super().__init__(press, feed, form, updated, draft)
        self._entries: list[Entry] = []
        self._articles: list[str] = []

    def add(self, entry: Printed) -> None:
        if len(self._articles) == PAGE_ENTRIES:
            return
        piece = self.piece_of(entry)
        if piece is not None:
            self._entries.append(bare_entry(self._press.book, entry.row))
            self._articles.append(piece)

    def write_rest(self) -> None:
        from refeed.render.pages import feed_page  # noqa: PLC0415 - slow to import

        feed = replace(self._feed, entries=tuple(self._entries))
        page = feed_page(feed, self._articles, self._press.config.formats)
        verify_page(page, self._articles)
        self.write(page)
