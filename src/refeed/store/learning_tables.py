"""The tables of what was learned: features of articles, verdicts, and the periods they are of."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, NamedTuple

from refeed.archive.periods import Period, Position
from refeed.store.checksums import compute_checksum_of_bytes, verify_bytes
from refeed.store.time_index import TimeIndex, build_period_condition

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence

    from refeed.archive.windows import Window
    from refeed.store.ids import Ids


_MANY: Final = 2_000
"""Affected entries from which all periods are counted again, not looked for."""


class ArticleFeatures(NamedTuple):
    """What the index has of an article for learning.

    Attributes:
        entry: its number.
        features: packed, or None if they are not known.
        verdicts: those that concern it, packed, or None if they are not known.
    """

    entry: int
    features: bytes | None
    verdicts: bytes | None


class SourceEntry(NamedTuple):
    """An entry by its source's number and host, and its place in time."""

    source: int
    host: str
    position: Position


class SourceEntries(TimeIndex):
    """The entries of a source: a `SourceIndex` of `refeed.archive.windows`."""

    _TABLE = "entry e INDEXED BY entry_source"
    _OWNER = "e.source"
    _NUMBER = "e.id"


class LearningTables:
    """Features, verdicts and periods."""

    _db: sqlite3.Connection
    _feeds: Ids

    def source_entries(self, source: int) -> SourceEntries:
        """Return the entries of a source, by its number."""
        return SourceEntries(self._db, source)

    def features_within(self, source: int, period: Period) -> list[ArticleFeatures]:
        """Return what is known for learning of each article of a source in a period.

        Raises:
            DamageError: a row does not agree with its checksum.
        """
        condition, values = build_period_condition(period, "e.id")
        rows = self._db.execute(
            "SELECT e.id, x.features, x.verdicts, x.checksum FROM entry e INDEXED BY entry_source"
            f" LEFT JOIN features x ON x.entry = e.id WHERE e.source = ? AND {condition}",
            (source, *values),
        )
        found = []
        for entry, features, verdicts, checksum in rows:
            if features is not None:
                verify_bytes(checksum, features, verdicts or b"")
            found.append(ArticleFeatures(entry, features, verdicts))
        return found

    def put_features(self, entry: int, features: bytes) -> None:
        """Store the features of an article, which has no verdicts then."""
        self._db.execute(
            "INSERT OR REPLACE INTO features VALUES (?, ?, NULL, ?)",
            (entry, features, compute_checksum_of_bytes(features, b"")),
        )

    def put_verdicts(self, articles: Iterable[ArticleFeatures]) -> None:
        """Store the verdicts that concern articles whose features are stored."""
        self._db.executemany(
            "UPDATE features SET verdicts = ?, checksum = ? WHERE entry = ?",
            [
                (verdicts, compute_checksum_of_bytes(features or b"", verdicts or b""), entry)
                for entry, features, verdicts in articles
            ],
        )

    def drop_features(self, entries: Sequence[int]) -> None:
        """Delete the features and verdicts of articles."""
        self._db.execute(
            "DELETE FROM features WHERE entry IN (SELECT value FROM json_each(?))",
            (json.dumps(entries),),
        )

    def clear_learning(self) -> None:
        """Delete all that was learned."""
        self._db.execute("DELETE FROM features")
        self._db.execute("DELETE FROM period")

    def drop_unused_learning(self) -> None:
        """Delete periods without entries in the table `shown`, and what only those need."""
        self._db.execute(
            "DELETE FROM period WHERE NOT EXISTS (SELECT 1 FROM entry e INDEXED BY entry_source"
            " CROSS JOIN shown s ON s.entry = e.id WHERE e.source = period.source"
            " AND e.published >= period.start AND e.published < period.stop)"
        )
        is_within = (
            "EXISTS (SELECT 1 FROM entry e CROSS JOIN period p ON p.source = e.source"
            " AND e.published >= p.{} AND e.published < p.{} WHERE e.id = features.entry)"
        )
        self._db.execute(f"DELETE FROM features WHERE NOT {is_within.format('since', 'until')}")
        # Nobody would notice when the verdicts on these change.
        rows = self._db.execute(
            "SELECT entry, features FROM features WHERE verdicts IS NOT NULL"
            f" AND NOT {is_within.format('start', 'stop')}"
        ).fetchall()
        self.put_verdicts(ArticleFeatures(entry, features, None) for entry, features in rows)

    def forget_verdicts(self) -> None:
        """Delete all verdicts; features stay."""
        self._db.execute("DELETE FROM period")
        rows = self._db.execute(
            "SELECT entry, features FROM features WHERE verdicts IS NOT NULL"
        ).fetchall()
        self.put_verdicts(ArticleFeatures(entry, features, None) for entry, features in rows)

    def find_undecided(self, feed: str, limit: int) -> Iterator[SourceEntry]:
        """Yield those of a feed's newest entries that have no verdicts; of all if `limit` is 0."""
        return self._find_undecided(
            "SELECT entry FROM member WHERE feed = ? ORDER BY published DESC, entry LIMIT ?",
            (self._feeds.get(feed), limit or -1),
        )

    def find_undecided_changes(self, feed: str) -> Iterator[SourceEntry]:
        """Yield those entries without verdicts that changed since the archive was published."""
        return self._find_undecided(
            "SELECT entry FROM touched WHERE feed = ?", (self._feeds.get(feed),)
        )

    def find_undecided_pages(self) -> Iterator[SourceEntry]:
        """Yield those entries without verdicts whose pages have to be checked, by their sources."""
        return self._find_undecided(
            "SELECT u.entry FROM unchecked u CROSS JOIN entry e ON e.id = u.entry"
            " ORDER BY e.source, e.published DESC, e.id LIMIT -1",
            (),
        )

    def _find_undecided(self, entries: str, values: tuple[int, ...]) -> Iterator[SourceEntry]:
        rows = self._db.execute(
            f"SELECT e.source, s.host, e.published, e.id FROM ({entries}) m"
            " CROSS JOIN entry e ON e.id = m.entry CROSS JOIN source s ON s.id = e.source"
            " LEFT JOIN features x ON x.entry = e.id WHERE x.verdicts IS NULL",
            values,
        )
        for source, host, *position in rows:
            yield SourceEntry(source, host, Position(*position))

    def find_source_entry(self, entry: int) -> SourceEntry | None:
        """Return the source of an entry and its place in time, or None if it isn't there."""
        rows = self._db.execute(
            "SELECT e.source, s.host, e.published, e.id FROM entry e"
            " CROSS JOIN source s ON s.id = e.source WHERE e.id = ?",
            (entry,),
        )
        return next((SourceEntry(row[0], row[1], Position(*row[2:])) for row in rows), None)

    def learned_periods(self) -> list[tuple[int, str, Period]]:
        """Return the periods that were learned, each with number and host of its source."""
        rows = self._db.execute(
            "SELECT p.source, s.host, p.start, p.stop, p.low, p.high FROM period p"
            " CROSS JOIN source s ON s.id = p.source ORDER BY s.host, p.start DESC, p.high"
        )
        return [(source, host, Period(*rest)) for source, host, *rest in rows]

    def put_period(self, source: int, window: Window, *, is_stale: bool) -> None:
        """Store that the verdicts of a period are known, or not quite if it is stale."""
        period = window.period
        self._db.execute(
            "INSERT OR REPLACE INTO period VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                source,
                period.start,
                period.end,
                period.low,
                period.high,
                window.since,
                window.until,
                is_stale,
            ),
        )

    def take_stale_periods(self) -> list[tuple[int, Period]]:
        """Delete the periods whose verdicts may have changed; return each with its source."""
        rows = self._db.execute(
            "DELETE FROM period WHERE stale RETURNING source, start, stop, low, high"
        ).fetchall()
        return [(source, Period(*rest)) for source, *rest in sorted(rows)]

    def mark_periods_stale(self) -> None:
        """Mark the periods stale whose verdicts depend on an affected entry, where it stands now.

        To be called before entries are merged and after.
        """
        are_many = "SELECT EXISTS (SELECT 1 FROM affected LIMIT 1 OFFSET ?)"
        if self._db.execute(are_many, (_MANY,)).fetchone()[0]:
            self._db.execute("UPDATE period SET stale = 1")
            return
        self._db.execute(
            "UPDATE period SET stale = 1 WHERE (source, start, high) IN"
            " (SELECT p.source, p.start, p.high FROM affected c"
            " CROSS JOIN entry e ON e.id = c.entry CROSS JOIN period p ON p.source = e.source"
            " AND p.since <= e.published AND p.until > e.published)"
        )

    def mark_shown_differently(self, entries: Sequence[int]) -> None:
        """Have the feeds and pages checked that show entries whose verdicts changed."""
        numbers = (json.dumps(entries),)
        self._db.execute(
            "UPDATE feed SET dirty = 1 WHERE id IN (SELECT m.feed FROM member m"
            " WHERE m.entry IN (SELECT value FROM json_each(?)))",
            numbers,
        )
        self._db.execute(
            "INSERT OR IGNORE INTO touched SELECT m.feed, m.published, m.entry FROM member m"
            " WHERE m.entry IN (SELECT value FROM json_each(?))"
            " AND m.feed IN (SELECT id FROM feed WHERE archive != x'' OR list != x'')",
            numbers,
        )
        self._db.execute("INSERT OR IGNORE INTO unchecked SELECT value FROM json_each(?)", numbers)
