"""The store: what has been read, as an index in SQLite. A cache: deleted, it is made anew.

All SQL of refeed is here. Nothing decides here: rows go in and come out.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
from collections import Counter
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

from refeed.merging import Version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

SCHEMA_VERSION = 2

_SURROUNDINGS = {
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
}

_SCHEMA = """
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE file (
    id INTEGER PRIMARY KEY,
    seed INTEGER NOT NULL,
    path BLOB NOT NULL,
    size INTEGER NOT NULL,
    stamp INTEGER NOT NULL,
    digest BLOB NOT NULL,
    dated_by_file INTEGER NOT NULL,
    problem TEXT NOT NULL,
    UNIQUE (seed, path)
);
CREATE INDEX file_problem ON file (id) WHERE problem != '';
CREATE TABLE snapshot (
    id INTEGER PRIMARY KEY,
    file INTEGER NOT NULL,
    record INTEGER NOT NULL,
    entry INTEGER NOT NULL,
    instant INTEGER NOT NULL,
    url TEXT NOT NULL,
    title TEXT NOT NULL,
    authors TEXT NOT NULL,
    tags TEXT NOT NULL,
    text_length INTEGER,
    text_digest BLOB
);
CREATE INDEX snapshot_file ON snapshot (file);
CREATE INDEX snapshot_entry ON snapshot (entry);
CREATE TABLE entry (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    snapshot INTEGER NOT NULL,
    published INTEGER NOT NULL,
    updated INTEGER NOT NULL
);
CREATE TABLE feed (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    entries INTEGER NOT NULL DEFAULT 0,
    dirty INTEGER NOT NULL DEFAULT 1,
    fingerprint BLOB NOT NULL DEFAULT x''
);
CREATE TABLE member (
    feed INTEGER NOT NULL,
    published INTEGER NOT NULL,
    entry INTEGER NOT NULL,
    PRIMARY KEY (feed, published DESC, entry)
) WITHOUT ROWID;
CREATE INDEX member_entry ON member (entry);
CREATE TABLE content (
    entry INTEGER PRIMARY KEY,
    fingerprint BLOB NOT NULL,
    html TEXT NOT NULL,
    summary TEXT NOT NULL,
    image TEXT NOT NULL
);
CREATE TABLE output (
    path TEXT PRIMARY KEY,
    feed TEXT NOT NULL,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL
) WITHOUT ROWID;
"""


class FileRow(NamedTuple):
    """A snapshot file as it was when it was last read.

    Attributes:
        seed: which seeds folder, in the order of the configuration.
        path: relative to the seeds folder.
        size: bytes.
        stamp: of its times, see `refeed.files.stamp_of`.
        digest: of its bytes; b"" where it couldn't be read.
        problem: why it was rejected, or what of it, or "".
        dated_by_file: whether an instant of it is the file's own time.
    """

    seed: int
    path: str
    size: int
    stamp: int
    digest: bytes
    problem: str = ""
    dated_by_file: bool = False


class SnapshotRow(NamedTuple):
    """What the index keeps of a snapshot: everything but its HTML."""

    record: int
    key: str
    instant: int
    url: str
    title: str
    authors: tuple[str, ...]
    tags: tuple[str, ...]


class EntryRow(NamedTuple):
    """An entry with its winning snapshot, where its HTML is to be found, and no HTML."""

    entry: int
    key: str
    published: int
    updated: int
    url: str
    title: str
    authors: tuple[str, ...]
    tags: tuple[str, ...]
    seed: int
    path: str
    record: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class Content:
    """The cleaned content of an entry.

    Attributes:
        html: cleaned.
        summary: text of its beginning.
        image: address of the lead image, or "".
    """

    html: str
    summary: str
    image: str


def entry_number(key: str) -> int:
    """Return the number under which an entry is stored: 63 bits of a digest of its key.

    It is a function of the key alone, so that entries of one instant are ordered the same whatever
    was read first.
    """
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest()) >> 1


class Store:
    """The index of one state folder, or one in memory."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._feeds: dict[str, int] = {}

    @classmethod
    def open(cls, file: Path, discarded: Callable[[str], None] | None = None) -> Store:
        """Open the index, make it if it isn't there, and make it anew if it can't be used.

        Args:
            file: the index.
            discarded: told why the one that was there could not be used.

        Raises:
            OSError: the folder can't be written.
        """
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            return cls(_connected(str(file)))
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise OSError(f"{file}: {error}") from error
            if discarded is not None:
                discarded(str(error))
            cls.remove(file)
            return cls(_connected(str(file)))

    @staticmethod
    def remove(file: Path) -> None:
        """Take an index away, with the files that SQLite keeps beside it."""
        for end in ("", "-wal", "-shm"):
            file.with_name(file.name + end).unlink(missing_ok=True)

    @classmethod
    def in_memory(cls, file: Path | None = None) -> Store:
        """Return an index in memory, a copy of the one in `file` if that can be used.

        Args:
            file: the index, absolute; nothing is written to its folder.
        """
        if file is not None and file.is_file():
            with suppress(sqlite3.DatabaseError):
                return cls(_copied(file))
        connection = sqlite3.connect(":memory:")
        connection.executescript(_SCHEMA)
        _set_version(connection)
        return cls(connection)

    def close(self) -> None:
        """Give the file back."""
        self._db.close()

    def commit(self) -> None:
        """Make what was written since the last commit last."""
        self._db.commit()

    def rollback(self) -> None:
        """Undo what was written since the last commit."""
        self._db.rollback()
        self._feeds.clear()

    def forget_everything(self) -> None:
        """Empty the index, as if no file had been read and no feed published."""
        for table in ("file", "snapshot", "entry", "feed", "member", "content", "output"):
            self._db.execute(f"DELETE FROM {table}")  # noqa: S608 - names of our own
        self._feeds.clear()

    def setting(self, name: str) -> str:
        """Return a remembered value, or ""."""
        row = self._db.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
        return row[0] if row else ""

    def remember(self, name: str, value: str) -> None:
        """Remember a value under a name."""
        self._db.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (name, value))

    # Files and snapshots

    def file_stats(self) -> dict[tuple[int, str], tuple[int, int]]:
        """Return size and stamp of every file that was read, by seed and path."""
        rows = self._db.execute("SELECT seed, path, size, stamp FROM file")
        return {(seed, os.fsdecode(path)): (size, stamp) for seed, path, size, stamp in rows}

    def file_paths(self, seed: int, folder: str) -> list[str]:
        """Return the files at a path: the file itself, or all below it if it was a folder."""
        low, high = os.fsencode(folder + "/"), os.fsencode(folder + "0")
        rows = self._db.execute(
            "SELECT path FROM file WHERE seed = ?1 AND path = ?2 UNION ALL"
            " SELECT path FROM file WHERE seed = ?1 AND path >= ?3 AND path < ?4",
            (seed, os.fsencode(folder), low, high),
        )
        return [os.fsdecode(path) for (path,) in rows]

    def file(self, seed: int, path: str) -> FileRow | None:
        """Return a file as it was when it was last read."""
        row = self._db.execute(
            "SELECT size, stamp, digest, dated_by_file, problem FROM file"
            " WHERE seed = ? AND path = ?",
            (seed, os.fsencode(path)),
        ).fetchone()
        return FileRow(seed, path, row[0], row[1], row[2], row[4], bool(row[3])) if row else None

    def keys_of(self, seed: int, path: str) -> list[str]:
        """Return the keys of the entries that a file has snapshots of."""
        rows = self._db.execute(
            "SELECT DISTINCT e.key FROM file f JOIN snapshot s ON s.file = f.id"
            " JOIN entry e ON e.id = s.entry WHERE f.seed = ? AND f.path = ?",
            (seed, os.fsencode(path)),
        )
        return [key for (key,) in rows]

    def problems(self) -> list[FileRow]:
        """Return the files that were rejected, whole or in part, by seed and path."""
        rows = self._db.execute(
            "SELECT seed, path, size, stamp, digest, dated_by_file, problem FROM file"
            " INDEXED BY file_problem WHERE problem != '' ORDER BY seed, path"
        )
        return [FileRow(r[0], os.fsdecode(r[1]), r[2], r[3], r[4], r[6], bool(r[5])) for r in rows]

    def put_files(self, files: Iterable[tuple[FileRow, Sequence[SnapshotRow]]]) -> set[int]:
        """Put files in the place of what was known of them; return the entries this touches."""
        files, touched = list(files), set[int]()
        for row, _ in files:
            touched |= self.drop_file(row.seed, row.path)
        file_rows, snapshot_rows, entries = [], [], {}
        for number, (row, snapshots) in enumerate(files, self._next_number("file")):
            file_rows.append(
                (
                    number,
                    row.seed,
                    os.fsencode(row.path),
                    row.size,
                    row.stamp,
                    row.digest,
                    row.dated_by_file,
                    row.problem,
                )
            )
            for record, key, instant, url, title, authors, tags in snapshots:
                entry = entry_number(key)
                entries[entry] = key
                snapshot_rows.append(
                    (number, record, entry, instant, url, title, _packed(authors), _packed(tags))
                )
        self._db.executemany("INSERT INTO file VALUES (?, ?, ?, ?, ?, ?, ?, ?)", file_rows)
        self._db.executemany(
            "INSERT INTO snapshot (file, record, entry, instant, url, title, authors, tags)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            snapshot_rows,
        )
        self._db.executemany(
            "INSERT OR IGNORE INTO entry VALUES (?, ?, 0, 0, 0)", sorted(entries.items())
        )
        return touched | set(entries)

    def _next_number(self, table: str) -> int:
        query = f"SELECT ifnull(max(id), 0) + 1 FROM {table}"  # noqa: S608 - a name of our own
        number: int = self._db.execute(query).fetchone()[0]
        return number

    def touch_file(self, seed: int, path: str, size: int, stamp: int) -> None:
        """Note that a file has another time and the same bytes."""
        self._db.execute(
            "UPDATE file SET size = ?, stamp = ? WHERE seed = ? AND path = ?",
            (size, stamp, seed, os.fsencode(path)),
        )

    def distrust(self, seed: int, path: str, stamp: int | None = None) -> None:
        """Have a file read again though its stamp is known, or only if it is the one given.

        A file that is written twice within a tick of the kernel's clock has the same stamp twice.
        """
        self._db.execute(
            "UPDATE file SET stamp = -1 WHERE seed = ? AND path = ? AND stamp = ifnull(?, stamp)",
            (seed, os.fsencode(path), stamp),
        )

    def drop_file(self, seed: int, path: str) -> set[int]:
        """Forget a file and its snapshots; return the entries that this touches."""
        row = self._db.execute(
            "SELECT id FROM file WHERE seed = ? AND path = ?", (seed, os.fsencode(path))
        ).fetchone()
        if row is None:
            return set()
        entries = self._db.execute("SELECT entry FROM snapshot WHERE file = ?", row).fetchall()
        self._db.execute("DELETE FROM snapshot WHERE file = ?", row)
        self._db.execute("DELETE FROM file WHERE id = ?", row)
        return {entry for (entry,) in entries}

    # Entries

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
                _unpacked(authors),
                _unpacked(tags),
                seed,
                os.fsdecode(path),
                record,
                digest,
            )

    # Feeds

    def put_members(self, members: Sequence[tuple[int, int, Iterable[str]]]) -> None:
        """Make entries members of feeds, and of no other; feeds that this touches are dirty.

        Args:
            members: an entry, when it was published, and the names of its feeds.
        """
        wanted = {
            (self._feed(name), published, entry)
            for entry, published, feeds in members
            for name in feeds
        }
        rows = self._db.execute(
            "SELECT feed, published, entry FROM member"
            " WHERE entry IN (SELECT value FROM json_each(?))",
            (json.dumps([entry for entry, _, _ in members]),),
        )
        present = set(rows.fetchall())
        gone, new = present - wanted, wanted - present
        self._db.executemany(
            "DELETE FROM member WHERE feed = ? AND published = ? AND entry = ?", gone
        )
        self._db.executemany("INSERT INTO member VALUES (?, ?, ?)", sorted(new))
        growth = Counter(feed for feed, _, _ in new)
        growth.subtract(feed for feed, _, _ in gone)
        touched = {feed for feed, _, _ in present | wanted}
        self._db.executemany(
            "UPDATE feed SET entries = entries + ?, dirty = 1 WHERE id = ?",
            [(growth[feed], feed) for feed in touched],
        )

    def put_feed(self, name: str) -> None:
        """Make sure that a feed is known, were it without entries."""
        self._feed(name)

    def drop_feed(self, name: str) -> None:
        """Forget a feed that is to be published no more."""
        feed = self._feed(name)
        self._db.execute("DELETE FROM member WHERE feed = ?", (feed,))
        self._db.execute("DELETE FROM feed WHERE id = ?", (feed,))
        del self._feeds[name]

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

    def newest(self, name: str) -> EntryRow | None:
        """Return a feed's newest entry."""
        return next(iter(self.entries_of(name, 1)), None)

    def _feed(self, name: str) -> int:
        if name not in self._feeds:
            self._db.execute("INSERT OR IGNORE INTO feed (name) VALUES (?)", (name,))
            (number,) = self._db.execute("SELECT id FROM feed WHERE name = ?", (name,)).fetchone()
            self._feeds[name] = number
        return self._feeds[name]

    # Content and output

    def content_fingerprints(self, entries: Iterable[int]) -> dict[int, bytes]:
        """Return of what the cached contents of entries were made, for those that are cached."""
        return dict(
            self._db.execute(
                "SELECT entry, fingerprint FROM content"
                " WHERE entry IN (SELECT value FROM json_each(?))",
                (json.dumps(list(entries)),),
            )
        )

    def contents(self, entries: Iterable[int]) -> dict[int, Content]:
        """Return the cached contents of entries, of those that are cached."""
        rows = self._db.execute(
            "SELECT entry, html, summary, image FROM content"
            " WHERE entry IN (SELECT value FROM json_each(?))",
            (json.dumps(list(entries)),),
        )
        return {entry: Content(html, summary, image) for entry, html, summary, image in rows}

    def put_content(self, entry: int, fingerprint: bytes, content: Content) -> None:
        """Cache the content of an entry."""
        self._db.execute(
            "INSERT OR REPLACE INTO content VALUES (?, ?, ?, ?, ?)",
            (entry, fingerprint, content.html, content.summary, content.image),
        )

    def outputs(self) -> dict[str, tuple[str, int, int]]:
        """Return feed, size and mtime_ns of the files that were published, by path."""
        rows = self._db.execute("SELECT path, feed, size, mtime_ns FROM output")
        return {path: (feed, size, mtime) for path, feed, size, mtime in rows}

    def put_output(self, path: str, feed: str, size: int, mtime_ns: int) -> None:
        """Note a file that was published."""
        self._db.execute(
            "INSERT OR REPLACE INTO output VALUES (?, ?, ?, ?)", (path, feed, size, mtime_ns)
        )

    def drop_output(self, path: str) -> None:
        """Forget a file that was published."""
        self._db.execute("DELETE FROM output WHERE path = ?", (path,))

    # Upkeep

    def data_version(self) -> int:
        """Return a number that is another one after someone else has written to the index."""
        return int(self._db.execute("PRAGMA data_version").fetchone()[0])

    def tidy(self, limit: int) -> int:
        """Drop the contents that no feed shows, and let SQLite tidy up; return how many those were.

        Args:
            limit: how many entries a feed shows; 0 for all.
        """
        dropped = self._db.execute(
            "DELETE FROM content WHERE entry NOT IN (SELECT entry FROM (SELECT entry, row_number()"
            " OVER (PARTITION BY feed ORDER BY published DESC, entry) AS place FROM member)"
            " WHERE place <= ?)",
            (limit or sys.maxsize,),
        ).rowcount
        self.commit()
        self._db.execute("PRAGMA optimize")
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return dropped

    # Figures

    def figures(self) -> dict[str, int]:
        """Return how many files, snapshots, entries, feeds and rejected files there are."""
        return {
            name: self._db.execute(query).fetchone()[0]
            for name, query in (
                (
                    "files",
                    (
                        "SELECT (SELECT count(*) FROM file) - (SELECT count(*) FROM file"
                        " INDEXED BY file_problem WHERE problem != '' AND substr(path, -1) = x'2f')"
                    ),
                ),
                ("snapshots", "SELECT count(*) FROM snapshot"),
                # Every entry is in the feed of everything, which is counted as it changes.
                ("entries", "SELECT coalesce(max(entries), 0) FROM feed WHERE name = 'all'"),
                ("feeds", "SELECT count(*) FROM feed"),
                (
                    "rejected",
                    "SELECT count(*) FROM file INDEXED BY file_problem WHERE problem != ''",
                ),
            )
        }


def is_damage(error: sqlite3.Error) -> bool:
    """Tell whether an error means that the index is broken, and not that the disk is full, say."""
    # The primary result code is in the lowest byte.
    return getattr(error, "sqlite_errorcode", 0) & 0xFF not in _SURROUNDINGS


def _copied(file: Path) -> sqlite3.Connection:
    """Copy an index into memory without a trace in its folder.

    While nobody has it open, SQLite would make its log beside it even for a reader, and leave it.
    """
    in_use = file.with_name(f"{file.name}-wal").exists()
    mode = "mode=ro" if in_use else "mode=ro&immutable=1"
    connection = sqlite3.connect(":memory:")
    with closing(sqlite3.connect(f"{file.as_uri()}?{mode}", uri=True)) as source:
        source.backup(connection)
    _check_version(connection)
    return connection


def _connected(file: str) -> sqlite3.Connection:
    connection = sqlite3.connect(file)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        empty = not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if empty:
            connection.executescript(_SCHEMA)
            _set_version(connection)
        _check_version(connection)
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


def _set_version(connection: sqlite3.Connection) -> None:
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _check_version(connection: sqlite3.Connection) -> None:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version != SCHEMA_VERSION:
        raise sqlite3.DatabaseError(f"index of version {version}, not {SCHEMA_VERSION}")
    problem = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if problem != "ok":
        raise sqlite3.DatabaseError(problem)


@lru_cache(maxsize=1024)
def _packed(values: tuple[str, ...]) -> str:
    return json.dumps(values, ensure_ascii=False) if values else ""


@lru_cache(maxsize=1024)
def _unpacked(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text)) if text else ()
