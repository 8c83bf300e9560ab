"""The index of entries: what is left when the snapshots of an article are merged."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from refeed.merging import Version
from refeed.store.feeds import FeedTables
from refeed.store.rows import EntryRow, unpacked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


class EntryTables(FeedTables):
    """Entries and their snapshots; what is shown of a feed."""

    def versions(self, entry: int) -> list[tuple[Version, bool]]:
        """Return the snapshots of an entry, and of each whether its text has been looked at."""
        rows = self._db.execute(
            "SELECT s.id, s.instant, s.text_length, s.text_digest, f.seed, f.path, s.record"
            " FROM snapshot s JOIN file f ON f.id = s.file WHERE s.entry = ?",
            (entry,),
        )
        return [
            (
                Version(r[0], r[1], r[2] or 0, r[3] or b"", r[4], os.fsdecode(r[5]), r[6]),
                r[3] is not None,
            )
            for r in rows
        ]

    def lone_versions(self, entries: Sequence[int]) -> list[tuple[int, int, int]]:
        """Return those entries that have one snapshot: entry, snapshot, and its instant."""
        return self._db.execute(
            "SELECT entry, max(id), max(instant) FROM snapshot"
            " WHERE entry IN (SELECT value FROM json_each(?)) GROUP BY entry HAVING count(*) = 1",
            (json.dumps(entries),),
        ).fetchall()

    def put_text(self, snapshot: int, length: int, digest: bytes) -> None:
        """Note length and digest of a snapshot's visible text."""
        self._db.execute(
            "UPDATE snapshot SET text_length = ?, text_digest = ? WHERE id = ?",
            (length, digest, snapshot),
        )

    def put_entries(self, merged: Iterable[tuple[int, int, int, int]]) -> None:
        """Note what merging made of entries: entry, snapshot that won, published and updated."""
        self._db.executemany(
            "UPDATE entry SET snapshot = ?2, published = ?3, updated = ?4 WHERE id = ?1", merged
        )

    def drop_entry(self, entry: int) -> None:
        """Forget an entry that has no snapshot left."""
        self._db.execute("DELETE FROM entry WHERE id = ?", (entry,))
        self._db.execute("DELETE FROM content WHERE entry = ?", (entry,))

    def entry(self, entry: int) -> EntryRow | None:
        """Return an entry with its winning snapshot."""
        return next(self._entries("FROM entry e", "WHERE e.id = ?", (entry,)), None)

    def entries(self, numbers: Sequence[int]) -> Iterator[EntryRow]:
        """Yield entries by their numbers, in no particular order."""
        return self._entries(
            "FROM json_each(?) n CROSS JOIN entry e ON e.id = n.value", "", (json.dumps(numbers),)
        )

    def all_entries(self) -> list[int]:
        """Return the numbers of all entries."""
        return [entry for (entry,) in self._db.execute("SELECT id FROM entry")]

    def entries_of(self, feed: str, limit: int) -> list[EntryRow]:
        """Return a feed's entries, newest first, at most `limit` of them; all if that is 0."""
        return list(
            self._entries(
                "FROM member m CROSS JOIN entry e ON e.id = m.entry",
                "WHERE m.feed = ? ORDER BY m.published DESC, m.entry LIMIT ?",
                (self._feed(feed), limit or -1),
            )
        )

    def newest(self, name: str) -> EntryRow | None:
        """Return a feed's newest entry."""
        return next(iter(self.entries_of(name, 1)), None)

    def _entries(
        self, source: str, condition: str, values: tuple[object, ...]
    ) -> Iterator[EntryRow]:
        rows = self._db.execute(
            "SELECT e.id, e.key, e.published, e.updated, s.url, s.title, s.authors, s.tags,"
            f" f.seed, f.path, s.record, f.digest {source}"
            " CROSS JOIN snapshot s ON s.id = e.snapshot"
            f" CROSS JOIN file f ON f.id = s.file {condition}",
            values,
        )
        for row in rows:
            number, key, published, updated, url, title, authors, tags, seed, path, *rest = row
            record, digest = rest
            yield EntryRow(
                number,
                key,
                published,
                updated,
                url,
                title,
                unpacked(authors),
                unpacked(tags),
                seed,
                os.fsdecode(path),
                record,
                digest,
            )
