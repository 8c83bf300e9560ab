"""The index of feeds, and of which entries are in them."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence


class FeedTables:
    """Feeds and their members."""

    _db: sqlite3.Connection
    _feeds: dict[str, int]

    def put_members(
        self, members: Sequence[tuple[int, int, Iterable[str]]], *, new: bool = False
    ) -> None:
        """Make entries members of feeds, and of no other; feeds that this touches are dirty.

        Args:
            members: an entry, when it was published, and the names of its feeds.
            new: whether none of the entries is in any feed.
        """
        wanted = {
            (self._feed(name), published, entry)
            for entry, published, feeds in members
            for name in feeds
        }
        present = set() if new else self._members([entry for entry, _, _ in members])
        gone, added = present - wanted, wanted - present
        self._db.executemany(
            "DELETE FROM member WHERE feed = ? AND published = ? AND entry = ?", gone
        )
        self._db.executemany("INSERT INTO member VALUES (?, ?, ?)", sorted(added))
        growth = Counter(feed for feed, _, _ in added)
        growth.subtract(feed for feed, _, _ in gone)
        touched = {feed for feed, _, _ in present | wanted}
        archived = {
            feed for (feed,) in self._db.execute("SELECT id FROM feed WHERE archive != x''")
        }
        self._db.executemany(
            "INSERT OR IGNORE INTO touched VALUES (?, ?, ?)",
            [row for row in present | wanted if row[0] in archived],
        )
        self._db.executemany(
            "UPDATE feed SET entries = entries + ?, dirty = 1 WHERE id = ?",
            [(growth[feed], feed) for feed in touched],
        )

    def _members(self, entries: Sequence[int]) -> set[tuple[int, int, int]]:
        rows = self._db.execute(
            "SELECT feed, published, entry FROM member"
            " WHERE entry IN (SELECT value FROM json_each(?))",
            (json.dumps(entries),),
        )
        return set(rows.fetchall())

    def put_feed(self, name: str) -> None:
        """Make sure that a feed is known, were it without entries."""
        self._feed(name)

    def drop_feed(self, name: str) -> None:
        """Forget a feed that is to be published no more."""
        feed = self._feed(name)
        for table in ("member", "archive", "touched"):
            self._db.execute(f"DELETE FROM {table} WHERE feed = ?", (feed,))  # noqa: S608 - ours
        self._db.execute("DELETE FROM feed WHERE id = ?", (feed,))
        del self._feeds[name]

    def members(self, name: str) -> Iterator[int]:
        """Yield the entries of a feed, newest first."""
        rows = self._db.execute(
            "SELECT entry FROM member WHERE feed = ? ORDER BY published DESC, entry",
            (self._feed(name),),
        )
        return (entry for (entry,) in rows)

    def feed_counts(self) -> dict[str, int]:
        """Return how many entries each feed has, shown or not, by name in order."""
        return dict(self._db.execute("SELECT name, entries FROM feed ORDER BY name"))

    def dirty_feeds(self) -> dict[str, bytes]:
        """Return the feeds that may have changed, each with the fingerprint last published."""
        return dict(
            self._db.execute("SELECT name, fingerprint FROM feed WHERE dirty ORDER BY name")
        )

    def mark_all_dirty(self) -> None:
        """Note that every feed may have changed."""
        self._db.execute("UPDATE feed SET dirty = 1")

    def mark_dirty(self, name: str) -> None:
        """Note that a feed must be published again whatever its entries."""
        self._db.execute("UPDATE feed SET dirty = 1, fingerprint = x'' WHERE name = ?", (name,))

    def put_published(self, name: str, fingerprint: bytes) -> None:
        """Note that a feed has been published."""
        self._db.execute(
            "UPDATE feed SET dirty = 0, fingerprint = ? WHERE name = ?", (fingerprint, name)
        )

    def feeds_with(self, entry: int) -> list[str]:
        """Return the names of the feeds that an entry is in, shown or not."""
        rows = self._db.execute(
            "SELECT f.name FROM member m JOIN feed f ON f.id = m.feed"
            " WHERE m.entry = ? ORDER BY f.name",
            (entry,),
        )
        return [name for (name,) in rows]

    def _feed(self, name: str) -> int:
        if name not in self._feeds:
            self._db.execute("INSERT OR IGNORE INTO feed (name) VALUES (?)", (name,))
            (number,) = self._db.execute("SELECT id FROM feed WHERE name = ?", (name,)).fetchone()
            self._feeds[name] = number
        return self._feeds[name]
