"""The index of feeds, and of which entries are in them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from refeed.store.affected import ConcernedTables
from refeed.store.bulk_load import FillingTables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from refeed.store.ids import Numbers

_OF_CONCERNED = "FROM concerned c CROSS JOIN member m ON m.entry = c.entry"


class FeedTables(FillingTables, ConcernedTables):
    """Feeds and their members."""

    _feeds: Numbers

    @contextmanager
    def assigning(self) -> Iterator[None]:
        """Have the concerned entries assigned to feeds: they are taken out of those they are in.

        The feeds that they were in, and those that they are in at the end, are dirty.
        """
        self._account(-1)
        self._db.execute("DELETE FROM member WHERE entry IN (SELECT entry FROM concerned)")
        with self.filling("member"):
            yield
        self._account(1)

    def _account(self, sign: int) -> None:
        """Add the concerned entries to what is known of their feeds, or take them off it."""
        self._db.execute(
            "UPDATE feed SET dirty = 1, entries = entries + ? * found.number"
            f" FROM (SELECT m.feed, count(*) AS number {_OF_CONCERNED} GROUP BY m.feed) AS found"
            " WHERE feed.id = found.feed",
            (sign,),
        )
        self._db.execute(
            f"INSERT OR IGNORE INTO touched SELECT m.feed, m.published, m.entry {_OF_CONCERNED}"
            " WHERE m.feed IN (SELECT id FROM feed WHERE archive != x'')"
        )

    def put_members(self, members: Iterable[tuple[int, int, Iterable[str]]]) -> None:
        """Put entries into feeds: entry, when it was published, the names of the feeds.

        To be called while `assigning`.
        """
        self._db.executemany(
            "INSERT INTO member VALUES (?, ?, ?)",
            sorted(
                (self._feeds.of(name), published, entry)
                for entry, published, feeds in members
                for name in feeds
            ),
        )

    def put_members_by_source(self, feeds_of: Callable[[str], Iterable[str]]) -> None:
        """Put the concerned entries into feeds that depend on nothing but their sources.

        To be called while `assigning`.

        Args:
            feeds_of: names the feeds of a source.
        """
        sources = self._db.execute(
            "SELECT id, host FROM source WHERE id IN"
            " (SELECT e.source FROM concerned c CROSS JOIN entry e ON e.id = c.entry)"
        ).fetchall()
        self._db.execute("CREATE TEMP TABLE feed_of (source INTEGER, feed INTEGER)")
        self._db.executemany(
            "INSERT INTO feed_of VALUES (?, ?)",
            [(source, self._feeds.of(name)) for source, host in sources for name in feeds_of(host)],
        )
        self._db.execute("CREATE INDEX temp.feed_of_source ON feed_of (source, feed)")
        self._db.execute(
            "INSERT INTO member SELECT f.feed, e.published, e.id FROM concerned c"
            " CROSS JOIN entry e ON e.id = c.entry CROSS JOIN feed_of f ON f.source = e.source"
            " ORDER BY 1, 2 DESC, 3"
        )
        self._db.execute("DROP TABLE feed_of")

    def put_feed(self, name: str) -> None:
        """Make sure that a feed is known, were it without entries."""
        self._feeds.of(name)

    def drop_feed(self, name: str) -> None:
        """Forget a feed that is to be published no more."""
        feed = self._feeds.of(name)
        for table in ("member", "archive", "touched"):
            self._db.execute(f"DELETE FROM {table} WHERE feed = ?", (feed,))
        self._db.execute("DELETE FROM feed WHERE id = ?", (feed,))
        self._feeds.forget()

    def members(self, name: str) -> Iterator[int]:
        """Yield the entries of a feed, newest first."""
        rows = self._db.execute(
            "SELECT entry FROM member WHERE feed = ? ORDER BY published DESC, entry",
            (self._feeds.of(name),),
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
