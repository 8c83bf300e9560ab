"""The tables of entries, one for each article."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from refeed.merge import Version
from refeed.store.checksums import ENTRY_CHECKSUM, verify_bytes, verify_checksum
from refeed.store.feed_tables import FeedTables
from refeed.store.rows import (
    EntryRow,
    StoredVersion,
    decode_path,
    unpack_texts,
)
from refeed.store.schema import DamageError
from refeed.store.time_index import build_period_condition

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from refeed.archive.periods import Period


class EntryTables(FeedTables):
    """Entries and their snapshots."""

    def versions(self, entries: Sequence[int]) -> dict[int, list[StoredVersion]]:
        """Return the snapshots of each entry; none if there is no such entry."""
        rows = self._db.execute(
            "SELECT s.entry, s.id, s.instant, s.text_length, s.text_digest, d.seed, d.path, f.name,"
            " s.record, f.digest FROM json_each(?) n CROSS JOIN snapshot s ON s.entry = n.value"
            " CROSS JOIN file f ON f.id = s.file CROSS JOIN folder d ON d.id = f.folder",
            (json.dumps(entries),),
        )
        found: dict[int, list[StoredVersion]] = {entry: [] for entry in entries}
        for entry, number, instant, length, text, seed, folder, name, record, digest in rows:
            place = seed, decode_path(folder, name), record
            version = Version(number, instant, length or 0, text or b"", *place)
            found[entry].append(StoredVersion(version, digest, text is not None))
        return found

    def merge_single_snapshots(self) -> list[int]:
        """Merge the affected entries that have a single snapshot; return those that have several.

        Entries without any snapshot are deleted.
        """
        self._db.execute(
            "INSERT OR REPLACE INTO entry"
            f" SELECT e.*, {ENTRY_CHECKSUM.format('e')} FROM (SELECT c.entry AS id,"
            " max(s.source) AS source, max(s.id) AS snapshot, max(s.instant) AS published,"
            " max(s.instant) AS updated FROM affected c CROSS JOIN snapshot s ON s.entry = c.entry"
            " GROUP BY c.entry HAVING count(*) = 1) e"
        )
        for table, column in (("content", "entry"), ("pictures", "entry"), ("entry", "id")):
            self._db.execute(
                f"DELETE FROM {table} WHERE {column} IN (SELECT c.entry FROM affected c"
                " WHERE NOT EXISTS (SELECT 1 FROM snapshot s WHERE s.entry = c.entry))"
            )
        several = self._db.execute(
            "SELECT c.entry FROM affected c CROSS JOIN snapshot s ON s.entry = c.entry"
            " GROUP BY c.entry HAVING count(*) > 1"
        )
        return [entry for (entry,) in several]

    def put_text_digests(self, texts: Iterable[tuple[int, int, bytes]]) -> None:
        """Store length and digest of the visible text of snapshots: id, length, digest."""
        self._db.executemany(
            "UPDATE snapshot SET text_length = ?2, text_digest = ?3 WHERE id = ?1", texts
        )

    def put_entries(self, merged: Iterable[tuple[int, int, int, int]]) -> None:
        """Store merged entries: entry, winning snapshot, published and updated."""
        self._db.executemany(
            "INSERT OR REPLACE INTO entry"
            f" SELECT e.*, {ENTRY_CHECKSUM.format('e')} FROM (SELECT ?1 AS id, source,"
            " ?2 AS snapshot, ?3 AS published, ?4 AS updated FROM snapshot WHERE id = ?2) e",
            merged,
        )

    def entry(self, entry: int) -> EntryRow | None:
        """Return an entry with its winning snapshot."""
        return next(self._select_entries("FROM entry e", "WHERE e.id = ?", (entry,)), None)

    def entries(self, numbers: Sequence[int]) -> Iterator[EntryRow]:
        """Yield entries by their numbers, in no particular order."""
        return self._select_entries(
            "FROM json_each(?) n CROSS JOIN entry e ON e.id = n.value", "", (json.dumps(numbers),)
        )

    def entries_of(self, feed: str, limit: int) -> list[EntryRow]:
        """Return a feed's entries, newest first, at most `limit` of them; all if that is 0."""
        return list(
            self._select_entries(
                "FROM member m CROSS JOIN entry e ON e.id = m.entry",
                "WHERE m.feed = ? ORDER BY m.published DESC, m.entry LIMIT ?",
                (self._feeds.get(feed), limit or -1),
            )
        )

    def entries_within(self, feed: str, period: Period) -> list[EntryRow]:
        """Return the entries of a feed in a period, newest first."""
        condition, values = build_period_condition(period, "m.entry")
        return list(
            self._select_entries(
                "FROM member m CROSS JOIN entry e ON e.id = m.entry",
                f"WHERE m.feed = ? AND {condition} ORDER BY m.published DESC, m.entry",
                (self._feeds.get(feed), *values),
            )
        )

    def newest_entries(self) -> dict[str, EntryRow]:
        """Return the newest entry of each feed that has any."""
        newest = dict(
            self._db.execute(
                "SELECT name, (SELECT entry FROM member WHERE feed = feed.id"
                " ORDER BY published DESC, entry LIMIT 1) FROM feed"
            )
        )
        rows = {row.entry: row for row in self.entries(sorted({*newest.values()} - {None}))}
        return {name: rows[entry] for name, entry in newest.items() if entry in rows}

    def _select_entries(
        self, source: str, condition: str, values: tuple[object, ...]
    ) -> Iterator[EntryRow]:
        rows = self._db.execute(
            "SELECT e.id, s.key, e.published, e.updated, s.url, s.title, s.authors, s.tags,"
            " d.seed, d.path, f.name, s.record, f.digest, s.instant, s.checksum,"
            f" e.checksum = {ENTRY_CHECKSUM.format('e')}, x.features, x.verdicts, x.checksum,"
            " p.pictures, p.basis, p.addresses, p.checksum"
            f" {source}"
            " CROSS JOIN snapshot s ON s.id = e.snapshot"
            " CROSS JOIN file f ON f.id = s.file"
            " CROSS JOIN folder d ON d.id = f.folder LEFT JOIN features x ON x.entry = e.id"
            " LEFT JOIN pictures p ON p.entry = e.id"
            f" {condition}",
            values,
        )
        for row in rows:
            number, key, published, updated, url, title, authors, tags, *rest = row
            seed, folder, name, record, digest, instant, stored, is_whole, *learned = rest
            verify_checksum(stored, record, key, instant, url, title, authors, tags)
            if not is_whole:
                raise DamageError(f"the entry {number} does not agree with its checksum")
            features, verdicts, learned_checksum, *shown = learned
            if features is not None:
                verify_bytes(learned_checksum, features, verdicts or b"")
            pictures, basis, addresses, pictures_checksum = shown
            if basis is not None:
                verify_bytes(pictures_checksum, basis, addresses.encode(), pictures)
            yield EntryRow(
                number,
                key,
                published,
                updated,
                url,
                title,
                unpack_texts(authors),
                unpack_texts(tags),
                seed,
                decode_path(folder, name),
                record,
                digest,
                verdicts or b"",
                pictures or b"",
                basis or b"",
            )
