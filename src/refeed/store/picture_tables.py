"""The tables of the pictures that entries show: their addresses, and what the store has of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from refeed.store.checksums import compute_checksum_of_bytes, verify_bytes

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence


class ShownPictures(NamedTuple):
    """The pictures that an entry shows.

    Attributes:
        entry: its number.
        basis: of all that the addresses depend on; another one means that they are not known.
        addresses: of the pictures, in order.
        pictures: what the picture store has of them, packed.
    """

    entry: int
    basis: bytes
    addresses: tuple[str, ...]
    pictures: bytes


class PictureTables:
    """The pictures of entries, by entry and by likeness of their addresses."""

    _db: sqlite3.Connection

    def all_pictures(self) -> Iterator[ShownPictures]:
        """Yield the pictures of all entries of which they are known."""
        return self._select_pictures("FROM pictures p ORDER BY p.entry", ())

    def pictures_alike(self, likenesses: Sequence[int]) -> Iterator[ShownPictures]:
        """Yield the pictures of entries that show addresses of a likeness."""
        return self._select_pictures(
            "FROM (SELECT DISTINCT l.entry FROM json_each(?) n"
            " CROSS JOIN picture_likeness l ON l.likeness = n.value) s"
            " CROSS JOIN pictures p ON p.entry = s.entry ORDER BY p.entry",
            (json.dumps(likenesses),),
        )

    def _select_pictures(self, source: str, values: tuple[object, ...]) -> Iterator[ShownPictures]:
        rows = self._db.execute(
            f"SELECT p.entry, p.basis, p.addresses, p.pictures, p.checksum {source}", values
        ).fetchall()
        for entry, basis, addresses, pictures, checksum in rows:
            verify_bytes(checksum, basis, addresses.encode(), pictures)
            yield ShownPictures(entry, basis, tuple(json.loads(addresses)), pictures)

    def put_pictures(self, shown: ShownPictures, likenesses: Iterable[int]) -> None:
        """Store which pictures an entry shows, and the likenesses of their addresses."""
        addresses = json.dumps(shown.addresses, ensure_ascii=False) if shown.addresses else "[]"
        checksum = compute_checksum_of_bytes(shown.basis, addresses.encode(), shown.pictures)
        self._db.execute(
            "INSERT OR REPLACE INTO pictures VALUES (?, ?, ?, ?, ?)",
            (shown.entry, shown.basis, addresses, shown.pictures, checksum),
        )
        self._db.execute("DELETE FROM picture_likeness WHERE entry = ?", (shown.entry,))
        self._db.executemany(
            "INSERT OR IGNORE INTO picture_likeness VALUES (?, ?)",
            [(likeness, shown.entry) for likeness in likenesses],
        )

    def clear_pictures(self) -> None:
        """Forget the pictures of all entries."""
        self._db.execute("DELETE FROM pictures")
        self._db.execute("DELETE FROM picture_likeness")

    def drop_unused_pictures(self) -> None:
        """Forget the pictures of entries that are gone."""
        for table in ("pictures", "picture_likeness"):
            self._db.execute(f"DELETE FROM {table} WHERE entry NOT IN (SELECT id FROM entry)")

    def shown_addresses(self) -> dict[str, str]:
        """Return the addresses of all pictures that entries show, each with one article's."""
        rows = self._db.execute(
            "SELECT a.value, s.url FROM pictures p CROSS JOIN json_each(p.addresses) a"
            " CROSS JOIN entry e ON e.id = p.entry CROSS JOIN snapshot s ON s.id = e.snapshot"
            " ORDER BY e.published, e.id"
        )
        return dict(rows)
