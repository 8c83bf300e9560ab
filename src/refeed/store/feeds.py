"""The index of feeds, and of which entries are in them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from refeed.store.concerned import ConcernedTables
from refeed.store.filling import FillingTables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_OF_CONCERNED = "FROM concerned c CROSS JOIN member m ON m.entry = c.entry"
_KEYS = (
    "FROM concerned c CROSS JOIN entry e ON e.id = c.entry"
    " CROSS JOIN snapshot s ON s.id = e.snapshot"
)


class FeedTables(FillingTables, ConcernedTables):
    """Feeds and their members."""

    _feeds: dict[str, int]

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
                (self._feed(name), published, entry)
                for entry, published, feeds in members
                for name in feeds
            ),
        )

    def put_members_by_key(
        self, group_of: Callable[[str], str], feeds_of: Callable[[str], Iterable[str]]
    ) -> None:
        """Put the concerned entries into feeds that depend on nothing but their keys.

        To be called while `assigning`.

        Args:
            group_of: names the group of a key.
            feeds_of: names the feeds of a group.
        """
        self._db.create_function("group_of", 1, group_of, deterministic=True)
        groups = self._db.execute(f"SELECT DISTINCT group_of(s.key) {_KEYS}").fetchall()
        self._db.execute("CREATE TEMP TABLE pair (part TEXT, feed INTEGER)")
        self._db.executemany(
            "INSERT INTO pair VALUES (?, ?)",
            [(group, self._feed(name)) for (group,) in groups for name in feeds_of(group)],
        )
        self._db.execute("CREATE INDEX temp.pair_part ON pair (part, feed)")
        self._db.execute(
            f"INSERT INTO member SELECT p.feed, e.published, e.id {_KEYS}"
            " CROSS JOIN pair p ON p.part = group_of(s.key) ORDER BY 1, 2 DESC, 3"
        )
        self._db.execute("DROP TABLE pair")

    def put_feed(self, name: str) -> None:
        """Make sure that a feed is known, were it without entries."""
        self._feed(name)

    def drop_feed(self, name: str) -> None:
        """Forget a feed that is to be published no more."""
        feed = self._feed(name)
        for table in ("member", "archive", "touched"):
            self._db.execute(f"DELETE FROM {table} WHERE feed = ?", (feed,))
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
