"""The frame of a document: the text before, between and after its entries."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Frame(NamedTuple):
    """The text around the rendered entries of a document."""

    head: str
    between: str
    after_each: str
    tail: str

    def wrap(self, items: Iterable[str]) -> Iterator[bytes]:
        """Yield a document in UTF-8, part by part."""
        yield self.head.encode()
        for position, item in enumerate(items):
            yield self.format_item(item, position)
        yield self.tail.encode()

    def format_item(self, item: str, position: int) -> bytes:
        """Format a rendered entry for its position in the document, from 0."""
        return f"{self.between if position else ''}{item}{self.after_each}".encode()
