"""The schema of the index; creating, opening and checking it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING
from zlib import crc32

from refeed.sqlite_errors import is_of_surroundings
from refeed.store.clean_shutdown import take_clean_mark

if TYPE_CHECKING:
    from pathlib import Path

_FORMAT = 13
"""To be raised when what is in the tables changes, and the tables do not."""

_PAGES_OF_FEEDS = """
CREATE TABLE {0} (
    feed INTEGER NOT NULL,
    name TEXT NOT NULL,
    previous TEXT NOT NULL,
    next TEXT NOT NULL,
    start INTEGER NOT NULL,
    stop INTEGER NOT NULL,
    low INTEGER NOT NULL,
    high INTEGER NOT NULL,
    fingerprint BLOB NOT NULL,
    PRIMARY KEY (feed, name)
) WITHOUT ROWID;
CREATE INDEX {0}_period ON {0} (feed, start DESC, high);
CREATE INDEX {0}_stale ON {0} (feed) WHERE fingerprint = x'';
"""
"""The pages of archives or lists, which are cut and linked alike."""

_SCHEMA = f"""
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE counter (name TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE folder (
    id INTEGER PRIMARY KEY,
    seed INTEGER NOT NULL,
    path BLOB NOT NULL,
    listing BLOB NOT NULL DEFAULT x'',
    UNIQUE (seed, path)
);
CREATE TABLE file (
    id INTEGER PRIMARY KEY,
    folder INTEGER NOT NULL,
    name BLOB NOT NULL,
    size INTEGER NOT NULL,
    stamp INTEGER NOT NULL,
    digest BLOB NOT NULL,
    dated_by_file INTEGER NOT NULL,
    unread_dates INTEGER NOT NULL,
    timed_out INTEGER NOT NULL,
    unreadable INTEGER NOT NULL,
    problem TEXT NOT NULL,
    no_article TEXT NOT NULL
);
CREATE UNIQUE INDEX file_name ON file (folder, name);
CREATE INDEX file_problem ON file (id) WHERE problem != '';
CREATE INDEX file_no_article ON file (no_article) WHERE no_article != '';
CREATE INDEX file_timed_out ON file (id) WHERE timed_out;
CREATE INDEX file_unread_dates ON file (id, unread_dates) WHERE unread_dates != 0;
CREATE TRIGGER file_added AFTER INSERT ON file BEGIN
    UPDATE folder SET listing = x'' WHERE id = NEW.folder AND listing != x'';
END;
CREATE TRIGGER file_changed AFTER UPDATE OF size, stamp ON file BEGIN
    UPDATE folder SET listing = x'' WHERE id = NEW.folder AND listing != x'';
END;
CREATE TRIGGER file_dropped AFTER DELETE ON file BEGIN
    UPDATE folder SET listing = x'' WHERE id = OLD.folder AND listing != x'';
END;
CREATE TABLE beside (
    file INTEGER NOT NULL,
    seed INTEGER NOT NULL,
    path BLOB NOT NULL,
    stamp INTEGER NOT NULL,
    PRIMARY KEY (file, path)
) WITHOUT ROWID;
CREATE INDEX beside_path ON beside (seed, path);
CREATE TRIGGER file_beside_dropped AFTER DELETE ON file BEGIN
    DELETE FROM beside WHERE file = OLD.id;
END;
CREATE TABLE source (id INTEGER PRIMARY KEY, host TEXT NOT NULL UNIQUE);
CREATE TABLE snapshot (
    id INTEGER PRIMARY KEY,
    file INTEGER NOT NULL,
    record INTEGER NOT NULL,
    entry INTEGER NOT NULL,
    source INTEGER NOT NULL,
    key TEXT NOT NULL,
    instant INTEGER NOT NULL,
    url TEXT NOT NULL,
    title TEXT NOT NULL,
    authors TEXT NOT NULL,
    tags TEXT NOT NULL,
    checksum INTEGER NOT NULL,
    text_length INTEGER,
    text_digest BLOB
);
CREATE INDEX snapshot_file ON snapshot (file);
CREATE INDEX snapshot_entry ON snapshot (entry, instant, source);
CREATE TABLE entry (
    id INTEGER PRIMARY KEY,
    source INTEGER NOT NULL,
    snapshot INTEGER NOT NULL,
    published INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    checksum INTEGER NOT NULL
);
CREATE INDEX entry_source ON entry (source, published DESC, id);
CREATE TABLE feed (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    entries INTEGER NOT NULL DEFAULT 0,
    dirty INTEGER NOT NULL DEFAULT 1,
    fingerprint BLOB NOT NULL DEFAULT x'',
    archive BLOB NOT NULL DEFAULT x'',
    list BLOB NOT NULL DEFAULT x'',
    left_out INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE member (
    feed INTEGER NOT NULL,
    published INTEGER NOT NULL,
    entry INTEGER NOT NULL,
    PRIMARY KEY (feed, published DESC, entry)
) WITHOUT ROWID;
CREATE INDEX member_entry ON member (entry);
{_PAGES_OF_FEEDS.strip().format("archive")}
{_PAGES_OF_FEEDS.strip().format("list")}
CREATE TABLE touched (
    feed INTEGER NOT NULL,
    published INTEGER NOT NULL,
    entry INTEGER NOT NULL,
    PRIMARY KEY (feed, published, entry)
) WITHOUT ROWID;
CREATE TABLE article_page (
    entry INTEGER PRIMARY KEY,
    ident BLOB NOT NULL,
    fingerprint BLOB NOT NULL,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL
);
CREATE TABLE unchecked (entry INTEGER PRIMARY KEY);
CREATE TABLE reach (
    feed INTEGER PRIMARY KEY,
    published INTEGER NOT NULL,
    entry INTEGER NOT NULL
);
CREATE TABLE content (
    entry INTEGER PRIMARY KEY,
    fingerprint BLOB NOT NULL,
    weight INTEGER NOT NULL,
    text_read INTEGER NOT NULL,
    text_left INTEGER NOT NULL,
    html TEXT NOT NULL,
    summary TEXT NOT NULL,
    image TEXT NOT NULL,
    checksum INTEGER NOT NULL
);
CREATE TABLE features (
    entry INTEGER PRIMARY KEY,
    features BLOB NOT NULL,
    verdicts BLOB,
    checksum INTEGER NOT NULL
);
CREATE TABLE pictures (
    entry INTEGER PRIMARY KEY,
    basis BLOB NOT NULL,
    addresses TEXT NOT NULL,
    pictures BLOB NOT NULL,
    checksum INTEGER NOT NULL
);
CREATE TABLE picture_likeness (
    likeness INTEGER NOT NULL,
    entry INTEGER NOT NULL,
    PRIMARY KEY (likeness, entry)
) WITHOUT ROWID;
CREATE INDEX picture_likeness_entry ON picture_likeness (entry);
CREATE TABLE period (
    source INTEGER NOT NULL,
    start INTEGER NOT NULL,
    stop INTEGER NOT NULL,
    low INTEGER NOT NULL,
    high INTEGER NOT NULL,
    since INTEGER NOT NULL,
    until INTEGER NOT NULL,
    stale INTEGER NOT NULL,
    PRIMARY KEY (source, start, high)
) WITHOUT ROWID;
CREATE INDEX period_stale ON period (source) WHERE stale;
CREATE TABLE output (
    path TEXT PRIMARY KEY,
    feed TEXT NOT NULL,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE media (name TEXT PRIMARY KEY, uses INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX media_unused ON media (name) WHERE uses <= 0;
CREATE TABLE document_media (
    feed TEXT NOT NULL,
    page TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (feed, page, name)
) WITHOUT ROWID;
CREATE INDEX document_media_name ON document_media (name);
CREATE TRIGGER media_used AFTER INSERT ON document_media BEGIN
    INSERT INTO media VALUES (NEW.name, 1) ON CONFLICT (name) DO UPDATE SET uses = uses + 1;
END;
CREATE TRIGGER media_released AFTER DELETE ON document_media BEGIN
    UPDATE media SET uses = uses - 1 WHERE name = OLD.name;
END;
CREATE TABLE hub_queue (path TEXT PRIMARY KEY, change INTEGER NOT NULL) WITHOUT ROWID;
"""

SCHEMA_VERSION = crc32(f"{_FORMAT}\n{_SCHEMA}".encode()) >> 1
"""Follows from the tables, so that an index with others is made anew. SQLite keeps 31 bits."""


class DamageError(sqlite3.DatabaseError):
    """A row of the index does not agree with its checksum."""


def is_damage(error: Exception) -> bool:
    """Tell whether an error means that the index is broken, not that, say, the disk is full.

    Damaged bytes reach the code as values of other types than it stored, and as messages of SQLite
    that are not UTF-8, so an error of that kind counts too.
    """
    if isinstance(error, sqlite3.Error):
        return not is_of_surroundings(error)
    return isinstance(
        error, ArithmeticError | AttributeError | LookupError | TypeError | ValueError
    )


def copy_to_memory(file: Path) -> sqlite3.Connection:
    """Copy an index into memory, and write nothing to its folder.

    While nobody has it open, SQLite would create a log beside it even for a reader, and leave it.

    Raises:
        sqlite3.DatabaseError: it can't be used.
    """
    connection = sqlite3.connect(":memory:")
    with closing(_connect_to_read(file)) as source:
        source.backup(connection)
    _check_version(connection)
    check_integrity(connection)
    return connection


def open_to_read(file: Path) -> sqlite3.Connection:
    """Open an index to read from it, and write nothing to its folder.

    Raises:
        sqlite3.DatabaseError: it can't be used.
    """
    connection = _connect_to_read(file)
    _check_version(connection)
    return connection


def _connect_to_read(file: Path) -> sqlite3.Connection:
    in_use = file.with_name(f"{file.name}-wal").exists()
    mode = "mode=ro" if in_use else "mode=ro&immutable=1"
    return sqlite3.connect(f"{file.as_uri()}?{mode}", uri=True)


def open_index(file: Path) -> sqlite3.Connection:
    """Open an index; create it if it isn't there.

    Raises:
        sqlite3.DatabaseError: it can't be used, see `is_damage`.
    """
    is_clean = take_clean_mark(file)
    connection = sqlite3.connect(file)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        empty = not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if empty:
            create(connection)
        _check_version(connection)
        if not is_clean:
            check_integrity(connection)
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


def create(connection: sqlite3.Connection) -> None:
    """Create an empty index."""
    connection.executescript(_SCHEMA)
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _check_version(connection: sqlite3.Connection) -> None:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version != SCHEMA_VERSION:
        raise sqlite3.DatabaseError(f"index of version {version}, not {SCHEMA_VERSION}")


def check_integrity(connection: sqlite3.Connection) -> None:
    """Check every page of an index."""
    problem = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if problem != "ok":
        raise sqlite3.DatabaseError(problem)
