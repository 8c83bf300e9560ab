"""reader, a library that keeps feeds in SQLite: https://reader.readthedocs.io"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import pytest

from readers.following import Seen, follow

if TYPE_CHECKING:
    from readers.publisher import Publisher

reader = pytest.importorskip("reader", reason="reader is not installed")


class Lemon24Reader:
    warm_up = 0
    shows_corrections = True

    def __init__(self) -> None:
        self._reader = reader.make_reader(":memory:")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._reader.close()

    def subscribe(self, url: str) -> None:
        self._reader.add_feed(url)

    def poll(self) -> None:
        (feed,) = self._reader.get_feeds()
        self._reader.update_feed(feed)

    def entries(self) -> list[Seen]:
        return [
            Seen(
                entry.id,
                entry.link,
                entry.title,
                entry.published.timestamp(),
                entry.updated and entry.updated.timestamp(),
                entry.authors_str,
                entry.get_content().value,
            )
            for entry in self._reader.get_entries()
        ]

    def unread(self) -> list[str]:
        return [entry.link for entry in self._reader.get_entries(read=False)]

    def read_all(self) -> None:
        for entry in self._reader.get_entries():
            self._reader.mark_entry_as_read(entry)


@pytest.mark.parametrize("form", ["rss", "atom", "json"])
def test_reader(publisher: Publisher, form: str) -> None:
    with Lemon24Reader() as client:
        follow(client, publisher, form)
