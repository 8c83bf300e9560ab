"""What a document is apart from its items: what stands before, between and behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Frame(NamedTuple):
    """The text around the items of a document."""

    head: str
    between: str
    after_each: str
    tail: str

    def around(self, items: Iterable[str]) -> Iterator[bytes]:
        """Yield the document piece by piece, in UTF-8: nothing needs to hold all of it."""
        yield self.head.encode()
        for position, item in enumerate(items):
            yield self.part(item, position)
        yield self.tail.encode()

    def part(self, item: str, position: int) -> bytes:
        """Return what stands in the document for an item at a position, from 0."""
        return f"{self.between if position else ''}{item}{self.after_each}".encode()
