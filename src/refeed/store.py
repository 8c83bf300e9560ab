"""The store: what has been read, as an index in SQLite. A cache: deleted, it is made anew.

All SQL of refeed is here. Nothing decides here: rows go in and come out.
"""

from __future__ import annotations

import json
import os
import sqlite3
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

from refeed.merging import Version

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

SCHEMA_VERSION = 1

_SCHEMA = """
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE file (
    id INTEGER PRIMARY KEY,
    seed INTEGER NOT NULL,
    path BLOB NOT NULL,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
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


@dataclass(frozen=True, slots=True)
class FileRow:
    """A snapshot file as it was when it was last read.

    Attributes:
        seed: which seeds folder, in the order of the configuration.
        path: relative to the seeds folder.
        size: bytes.
        mtime_ns: nanoseconds since 1970.
        digest: of its bytes; b"" where it couldn't be read.
        problem: why it was rejected, or what of it, or "".
        dated_by_file: whether an instant of it is the file's own time.
    """

    seed: int
    path: str
    size: int
    mtime_ns: int
    digest: bytes
    problem: str = ""
    dated_by_file: bool = False


@dataclass(frozen=True, slots=True)
class SnapshotRow:
    """What the index keeps of a snapshot: everything but its HTML."""

    record: int
    key: str
    instant: int
    url: str
    title: str
    authors: tuple[str, ...]
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EntryRow:
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
    def open(cls, file: Path) -> Store:
        """Open the index, make it if it isn't there, and make it anew if it can't be used.

        Raises:
            OSError: the folder can't be written.
        """
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            return cls(_connected(str(file)))
        except sqlite3.DatabaseError:
            cls.remove(file)
            return cls(_connected(str(file)))

    @staticmethod
    def remove(file: Path) -> None:
        """Take an index away, with the files that SQLite keeps beside it."""
        for end in ("", "-wal", "-shm"):
            file.with_name(file.name + end).unlink(missing_ok=True)

    @classmethod
    def in_memory(cls, file: Path | None = None) -> Store:
        """Return an index in memory, a copy of the one in `file` if that can be used."""
        connection = sqlite3.connect(":memory:")
        if file is not None and file.is_file():
            try:
                source = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
                try:
                    source.backup(connection)
                    _check_version(connection)
                finally:
                    source.close()
                return cls(connection)
            except sqlite3.DatabaseError:
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
        """Return size and mtime_ns of every file that was read, by seed and path."""
        rows = self._db.execute("SELECT seed, path, size, mtime_ns FROM file")
        return {(seed, os.fsdecode(path)): (size, mtime) for seed, path, size, mtime in rows}

    def file_paths(self, seed: int, folder: str) -> list[str]:
        """Return the files at a path: the file itself, or all below it if it was a folder."""
        low, high = os.fsencode(folder + "/"), os.fsencode(folder + "0")
        rows = self._db.execute(
            "SELECT path FROM file WHERE seed = ? AND (path = ? OR path >= ? AND path < ?)",
            (seed, os.fsencode(folder), low, high),
        )
        return [os.fsdecode(path) for (path,) in rows]

    def file(self, seed: int, path: str) -> FileRow | None:
        """Return a file as it was when it was last read."""
        row = self._db.execute(
            "SELECT size, mtime_ns, digest, dated_by_file, problem FROM file"
            " WHERE seed = ? AND path = ?",
            (seed, os.fsencode(path)),
        ).fetchone()
        return FileRow(seed, path, row[0], row[1], row[2], row[4], bool(row[3])) if row else None

    def problems(self) -> list[FileRow]:
        """Return the files that were rejected, whole or in part, by seed and path."""
        rows = self._db.execute(
            "SELECT seed, path, size, mtime_ns, digest, dated_by_file, problem FROM file"
            " WHERE problem != '' ORDER BY seed, path"
        )
        return [FileRow(r[0], os.fsdecode(r[1]), r[2], r[3], r[4], r[6], bool(r[5])) for r in rows]

    def put_file(self, row: FileRow, snapshots: Sequence[SnapshotRow]) -> set[int]:
        """Put a file in the place of what was known of it; return the entries that this touches."""
        touched = self.drop_file(row.seed, row.path)
        number = self._db.execute(
            "INSERT INTO file (seed, path, size, mtime_ns, digest, dated_by_file, problem)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                row.seed,
                os.fsencode(row.path),
                row.size,
                row.mtime_ns,
                row.digest,
                row.dated_by_file,
                row.problem,
            ),
        ).lastrowid
        for snapshot in snapshots:
            entry = entry_number(snapshot.key)
            self._db.execute(
                "INSERT INTO snapshot (file, record, entry, instant, url, title, authors, tags)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    number,
                    snapshot.record,
                    entry,
                    snapshot.instant,
                    snapshot.url,
                    snapshot.title,
                    _packed(snapshot.authors),
                    _packed(snapshot.tags),
                ),
            )
            self._db.execute(
                "INSERT OR IGNORE INTO entry VALUES (?, ?, 0, 0, 0)", (entry, snapshot.key)
            )
            touched.add(entry)
        return touched

    def touch_file(self, seed: int, path: str, size: int, mtime_ns: int) -> None:
        """Note that a file has another time and the same bytes."""
        self._db.execute(
            "UPDATE file SET size = ?, mtime_ns = ? WHERE seed = ? AND path = ?",
            (size, mtime_ns, seed, os.fsencode(path)),
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

    def put_text(self, snapshot: int, length: int, digest: bytes) -> None:
        """Note length and digest of a snapshot's visible text."""
        self._db.execute(
            "UPDATE snapshot SET text_length = ?, text_digest = ? WHERE id = ?",
            (length, digest, snapshot),
        )

    def put_entry(self, entry: int, snapshot: int, published: int, updated: int) -> None:
        """Note what merging made of an entry."""
        self._db.execute(
            "UPDATE entry SET snapshot = ?, published = ?, updated = ? WHERE id = ?",
            (snapshot, published, updated, entry),
        )

    def drop_entry(self, entry: int) -> None:
        """Forget an entry that has no snapshot left."""
        self._db.execute("DELETE FROM entry WHERE id = ?", (entry,))
        self._db.execute("DELETE FROM content WHERE entry = ?", (entry,))

    def entry(self, entry: int) -> EntryRow | None:
        """Return an entry with its winning snapshot."""
        return next(self._entries("FROM entry e", "WHERE e.id = ?", (entry,)), None)

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
        for number, key, published, updated, url, title, authors, tags, seed, path, *rest in rows:
            record, digest = rest
            yield EntryRow(
                entry=number,
                key=key,
                published=published,
                updated=updated,
                url=url,
                title=title,
                authors=_unpacked(authors),
                tags=_unpacked(tags),
                seed=seed,
                path=os.fsdecode(path),
                record=record,
                digest=digest,
            )

    # Feeds

    def put_members(self, entry: int, published: int, feeds: Iterable[str]) -> None:
        """Make an entry a member of these feeds and no other; feeds that this touches are dirty."""
        wanted = {(self._feed(name), published) for name in feeds}
        rows = self._db.execute("SELECT feed, published FROM member WHERE entry = ?", (entry,))
        present = set(rows.fetchall())
        for feed, instant in present - wanted:
            self._db.execute(
                "DELETE FROM member WHERE feed = ? AND published = ? AND entry = ?",
                (feed, instant, entry),
            )
            self._db.execute("UPDATE feed SET entries = entries - 1 WHERE id = ?", (feed,))
        for feed, instant in wanted - present:
            self._db.execute("INSERT INTO member VALUES (?, ?, ?)", (feed, instant, entry))
            self._db.execute("UPDATE feed SET entries = entries + 1 WHERE id = ?", (feed,))
        for feed in {feed for feed, _ in present | wanted}:
            self._db.execute("UPDATE feed SET dirty = 1 WHERE id = ? AND dirty = 0", (feed,))

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
        query = "SELECT fingerprint FROM content WHERE entry = ?"
        rows = ((entry, self._db.execute(query, (entry,)).fetchone()) for entry in entries)
        return {entry: row[0] for entry, row in rows if row}

    def contents(self, entries: Iterable[int]) -> dict[int, Content]:
        """Return the cached contents of entries, of those that are cached."""
        query = "SELECT html, summary, image FROM content WHERE entry = ?"
        rows = ((entry, self._db.execute(query, (entry,)).fetchone()) for entry in entries)
        return {entry: Content(*row) for entry, row in rows if row}

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

    # Figures

    def figures(self) -> dict[str, int]:
        """Return how many files, snapshots, entries, feeds and rejected files there are."""
        return {
            name: self._db.execute(query).fetchone()[0]
            for name, query in (
                ("files", "SELECT count(*) FROM file WHERE substr(path, -1) != x'2f'"),
                ("snapshots", "SELECT count(*) FROM snapshot"),
                ("entries", "SELECT count(*) FROM entry"),
                ("feeds", "SELECT count(*) FROM feed"),
                ("rejected", "SELECT count(*) FROM file WHERE problem != ''"),
            )
        }


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


def _packed(values: tuple[str, ...]) -> str:
    return json.dumps(values, ensure_ascii=False) if values else ""


def _unpacked(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text)) if text else ()
