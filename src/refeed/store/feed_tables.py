"""The tables of feeds and their members."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from refeed.store.affected import AffectedEntries
from refeed.store.bulk_load import BulkLoad

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from refeed.store.ids import Ids

_OF_AFFECTED = "FROM affected c CROSS JOIN member m ON m.entry = c.entry"


class FeedTables(BulkLoad, AffectedEntries):
    """Feeds and their members."""

    _feeds: Ids

    @contextmanager
    def reassign(self) -> Iterator[None]:
        """Remove the affected entries from their feeds, and let the caller add them again.

        The feeds that they were in, and those that they are in at the end, become dirty.
        """
        self._count_affected(-1)
        self._db.execute("DELETE FROM member WHERE entry IN (SELECT entry FROM affected)")
        with self.bulk_load("member"):
            yield
        self._count_affected(1)

    def _count_affected(self, sign: int) -> None:
        """Add the affected entries to the counts of their feeds, or subtract them."""
        self._db.execute(
            "UPDATE feed SET dirty = 1, entries = entries + ? * found.number"
            f" FROM (SELECT m.feed, count(*) AS number {_OF_AFFECTED} GROUP BY m.feed) AS found"
            " WHERE feed.id = found.feed",
            (sign,),
        )
        self._db.execute(
            f"INSERT OR IGNORE INTO touched SELECT m.feed, m.published, m.entry {_OF_AFFECTED}"
            " WHERE m.feed IN (SELECT id FROM feed WHERE archive != x'' OR list != x'')"
        )

    def put_members(self, members: Iterable[tuple[int, int, Iterable[str]]]) -> None:
        """Put entries into feeds: entry, when it was published, the names of the feeds.

        To be called while `reassign`.
        """
        self._db.executemany(
            "INSERT INTO member VALUES (?, ?, ?)",
            sorted(
                (self._feeds.get(name), published, entry)
                for entry, published, feeds in members
                for name in feeds
            ),
        )

    def put_members_by_source(self, feeds_of: Callable[[str], Iterable[str]]) -> None:
        """Put the affected entries into feeds that depend on their sources alone.

        To be called while `reassign`.

        Args:
            feeds_of: names the feeds of a source.
        """
        sources = self._db.execute(
            "SELECT id, host FROM source WHERE id IN"
            " (SELECT e.source FROM affected c CROSS JOIN entry e ON e.id = c.entry)"
        ).fetchall()
        self._db.execute("CREATE TEMP TABLE feed_of (source INTEGER, feed INTEGER)")
        self._db.executemany(
            "INSERT INTO feed_of VALUES (?, ?)",
            [
                (source, self._feeds.get(name))
                for source, host in sources
                for name in feeds_of(host)
            ],
        )
        self._db.execute("CREATE INDEX temp.feed_of_source ON feed_of (source, feed)")
        self._db.execute(
            "INSERT INTO member SELECT f.feed, e.published, e.id FROM affected c"
            " CROSS JOIN entry e ON e.id = c.entry CROSS JOIN feed_of f ON f.source = e.source"
            " ORDER BY 1, 2 DESC, 3"
        )
        self._db.execute("DROP TABLE feed_of")

    def put_feed(self, name: str) -> None:
        """Insert a feed if it isn't there, even without entries."""
        self._feeds.get(name)

    def drop_feed(self, name: str) -> None:
        """Delete a feed that is no longer published."""
        feed = self._feeds.get(name)
        for table in ("member", "archive", "list", "touched", "reach"):
            self._db.execute(f"DELETE FROM {table} WHERE feed = ?", (feed,))
        self._db.execute("DELETE FROM feed WHERE id = ?", (feed,))
        self._db.execute("DELETE FROM document_media WHERE feed = ?", (name,))
        self._feeds.clear_cache()

    def members(self, name: str) -> Iterator[int]:
        """Yield the entries of a feed, newest first."""
        rows = self._db.execute(
            "SELECT entry FROM member WHERE feed = ? ORDER BY published DESC, entry",
            (self._feeds.get(name),),
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
        """Mark every feed as one that may have changed."""
        self._db.execute("UPDATE feed SET dirty = 1")

    def mark_dirty(self, name: str) -> None:
        """Have a feed published again whatever its entries are."""
        self._db.execute("UPDATE feed SET dirty = 1, fingerprint = x'' WHERE name = ?", (name,))

    def put_published(self, name: str, fingerprint: bytes) -> None:
        """Store the fingerprint of a feed that was published."""
        self._db.execute(
            "UPDATE feed SET dirty = 0, fingerprint = ? WHERE name = ?", (fingerprint, name)
        )

    def left_out(self) -> dict[str, int]:
        """Return how many of their newest entries feeds have no room for, by name, if any."""
        return dict(
            self._db.execute("SELECT name, left_out FROM feed WHERE left_out ORDER BY name")
        )

    def put_left_out(self, name: str, entries: int) -> None:
        """Store how many of its newest entries a feed has no room for."""
        self._db.execute(
            "UPDATE feed SET left_out = ? WHERE name = ? AND left_out != ?",
            (entries, name, entries),
        )

    def feeds_with(self, entry: int) -> list[str]:
        """Return the names of the feeds that an entry is in, shown or not."""
        rows = self._db.execute(
            "SELECT f.name FROM member m JOIN feed f ON f.id = m.feed"
            " WHERE m.entry = ? ORDER BY f.name",
            (entry,),
        )
        return [name for (name,) in rows]

    def place_in_feed(self, name: str, entry: int) -> int:
        """Return which of a feed's entries one is that is in it, the newest being 1."""
        rows = self._db.execute(
            "SELECT COUNT(*) FROM member other, member this"
            " WHERE this.feed = ?1 AND this.entry = ?2 AND other.feed = ?1 AND"
            " (other.published > this.published"
            " OR other.published = this.published AND other.entry <= this.entry)",
            (self._feeds.get(name), entry),
        )
        return int(next(rows)[0])
