"""The catalogue of the picture store in SQLite: addresses, their pictures, what became of tries."""

from __future__ import annotations

import errno
import json
import secrets
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from refeed.errors import FolderError
from refeed.sqlite_errors import is_of_surroundings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

_VERSION: Final = 1
_BUSY_SECONDS: Final = 30.0
_NEXT: Final = "(SELECT coalesce(max(serial), 0) + 1 FROM address)"

_OF_PICTURE: Final = "WHERE picture = ? AND picture != ''"
"""The addresses of a picture, in the words of the index of them: without the last it isn't used."""

_SCHEMA: Final = """
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE picture (
    name TEXT PRIMARY KEY,
    size INTEGER NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    is_there INTEGER NOT NULL DEFAULT 1
) WITHOUT ROWID;
CREATE TABLE address (
    url TEXT PRIMARY KEY,
    likeness INTEGER NOT NULL,
    picture TEXT NOT NULL DEFAULT '',
    etag TEXT NOT NULL DEFAULT '',
    last_modified TEXT NOT NULL DEFAULT '',
    failures INTEGER NOT NULL DEFAULT 0,
    reason TEXT NOT NULL DEFAULT '',
    next_try INTEGER NOT NULL DEFAULT 0,
    serial INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX address_likeness ON address (likeness);
CREATE INDEX address_picture ON address (picture) WHERE picture != '';
CREATE INDEX address_serial ON address (serial, likeness);
CREATE TABLE host (
    name TEXT PRIMARY KEY,
    failures INTEGER NOT NULL,
    reason TEXT NOT NULL,
    next_try INTEGER NOT NULL
) WITHOUT ROWID;
"""


_LATER_TABLES: Final = """
CREATE TABLE IF NOT EXISTS unshown (name TEXT PRIMARY KEY, since INTEGER NOT NULL) WITHOUT ROWID;
"""


class StoredPicture(NamedTuple):
    """A picture as the catalogue has it.

    Attributes:
        name: of its file: a digest of its bytes and their suffix, see `refeed.pictures.identify`.
        size: bytes.
        width: pixels, or 0 where it is not known.
        height: pixels, or 0 where it is not known.
    """

    name: str
    size: int
    width: int
    height: int


class Attempt(NamedTuple):
    """What is known of an address, or a host, from the tries that failed.

    Attributes:
        failures: how many tries failed, one after the other.
        reason: of the last one, in words, or "".
        next_try: seconds since 1970; before that it is not asked again.
        etag: of the answer that held no picture, or "" (RFC 9110, section 8.8.3).
        last_modified: of that answer, or "".
    """

    failures: int = 0
    reason: str = ""
    next_try: int = 0
    etag: str = ""
    last_modified: str = ""


class LikePicture(NamedTuple):
    """A picture that is there, and the address that it came from."""

    url: str
    picture: StoredPicture


class Catalogue:
    """The catalogue, open. Each change is a transaction of its own.

    All methods raise FolderError if it is damaged, and OSError if it can't be read or written.
    """

    def __init__(self, connection: sqlite3.Connection, file: Path) -> None:
        self._db = connection
        self._file = file

    @classmethod
    def open(cls, file: Path) -> Catalogue:
        """Open a catalogue; create it if it isn't there."""
        file.parent.mkdir(parents=True, exist_ok=True)
        with _name_errors(file):
            connection = sqlite3.connect(file, timeout=_BUSY_SECONDS, isolation_level=None)
            try:
                prepare_catalogue(connection)
            except sqlite3.DatabaseError:
                connection.close()
                raise
        return cls(connection, file)

    def close(self) -> None:
        """Close it."""
        self._db.close()

    def execute(self, statement: str, values: Sequence[object] = ()) -> list[Any]:
        """Run a statement; return its rows."""
        with _name_errors(self._file):
            return self._db.execute(statement, values).fetchall()

    def get_identity(self) -> str:
        """Return a name that no other catalogue has."""
        return str(self.execute("SELECT value FROM setting WHERE name = 'id'")[0][0])

    def get_serial(self) -> int:
        """Return a number that grows with each change of what an address leads to."""
        return int(self.execute("SELECT coalesce(max(serial), 0) FROM address")[0][0])

    def list_changed_likenesses(self, serial: int) -> list[int]:
        """Return the likenesses of the addresses that changed after a serial."""
        rows = self.execute(
            "SELECT DISTINCT likeness FROM address WHERE serial > ? ORDER BY 1", (serial,)
        )
        return [likeness for (likeness,) in rows]

    def list_like(self, likenesses: Iterable[int]) -> dict[int, list[LikePicture]]:
        """Return the pictures that are there, by likeness of their addresses."""
        rows = self.execute(
            "SELECT a.likeness, a.url, p.name, p.size, p.width, p.height"
            " FROM json_each(?) n CROSS JOIN address a ON a.likeness = n.value"
            " CROSS JOIN picture p ON p.name = a.picture AND p.is_there",
            (json.dumps(sorted(set(likenesses))),),
        )
        found: dict[int, list[LikePicture]] = {}
        for likeness, url, *picture in rows:
            found.setdefault(likeness, []).append(LikePicture(url, StoredPicture(*picture)))
        return found

    def list_present(self, urls: Iterable[str]) -> set[str]:
        """Return those of some addresses whose pictures are there."""
        rows = self.execute(
            "SELECT a.url FROM json_each(?) n CROSS JOIN address a ON a.url = n.value"
            " CROSS JOIN picture p ON p.name = a.picture AND p.is_there",
            (json.dumps(list(urls)),),
        )
        return {url for (url,) in rows}

    def get_attempts(self, urls: Iterable[str]) -> dict[str, Attempt]:
        """Return what is known of addresses from tries that failed; of most there is nothing."""
        rows = self.execute(
            "SELECT a.url, a.failures, a.reason, a.next_try, a.etag, a.last_modified"
            " FROM json_each(?) n CROSS JOIN address a ON a.url = n.value WHERE a.failures",
            (json.dumps(list(urls)),),
        )
        return {url: Attempt(*rest) for url, *rest in rows}

    def get_hosts(self) -> dict[str, Attempt]:
        """Return the hosts that did not answer, or asked to wait."""
        rows = self.execute("SELECT name, failures, reason, next_try FROM host")
        return {name: Attempt(*rest) for name, *rest in rows}

    def put_picture(
        self, url: str, likeness: int, picture: StoredPicture, etag: str, last_modified: str
    ) -> None:
        """Store which picture an address leads to."""
        with self.transaction():
            self.execute(
                "INSERT INTO picture VALUES (?, ?, ?, ?, 1)"
                " ON CONFLICT (name) DO UPDATE SET is_there = 1",
                picture,
            )
            # What shows the same picture by another address gets it back, too.
            self.execute(f"UPDATE address SET serial = {_NEXT} {_OF_PICTURE}", (picture.name,))
            self.execute(
                "INSERT OR REPLACE INTO address (url, likeness, picture, etag, last_modified,"
                f" serial) VALUES (?, ?, ?, ?, ?, {_NEXT})",
                (url, likeness, picture.name, etag, last_modified),
            )

    def put_failure(self, url: str, likeness: int, attempt: Attempt) -> None:
        """Store that a try of an address failed, and when the next one is due."""
        self.execute(
            "INSERT INTO address (url, likeness, failures, reason, next_try, etag, last_modified,"
            " serial) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0) ON CONFLICT (url) DO UPDATE SET"
            " failures = ?3, reason = ?4, next_try = ?5, etag = ?6, last_modified = ?7",
            (url, likeness, *attempt),
        )

    def put_host(self, host: str, attempt: Attempt) -> None:
        """Store that a host did not answer, or asked to wait."""
        self.execute("INSERT OR REPLACE INTO host VALUES (?, ?, ?, ?)", (host, *attempt[:3]))

    def clear_host(self, host: str) -> None:
        """Store that a host answers."""
        self.execute("DELETE FROM host WHERE name = ?", (host,))

    def mark_missing(self, names: Iterable[str]) -> None:
        """Store that files are gone or damaged; their addresses are to be asked again."""
        with self.transaction():
            for name in names:
                self.execute("UPDATE picture SET is_there = 0 WHERE name = ?", (name,))
                self.ask_again(name)

    def ask_again(self, name: str) -> None:
        """Have the addresses of a picture asked for it again; within a transaction."""
        self.execute(
            f"UPDATE address SET serial = {_NEXT}, failures = 0, next_try = 0, etag = '',"
            f" last_modified = '' {_OF_PICTURE}",
            (name,),
        )

    def has_picture(self, name: str) -> bool:
        """Tell whether a picture should be there."""
        rows = self.execute("SELECT 1 FROM picture WHERE name = ? AND is_there", (name,))
        return bool(rows)

    def list_pictures(self, *, there: bool) -> Iterator[StoredPicture]:
        """Yield the pictures that should be there, or those that are known to be missing."""
        rows = self.execute(
            "SELECT name, size, width, height FROM picture WHERE is_there = ? ORDER BY name",
            (there,),
        )
        return (StoredPicture(*row) for row in rows)

    def mark_there(self, names: Iterable[str]) -> None:
        """Store that files are back."""
        with self.transaction():
            for name in names:
                self.execute("UPDATE picture SET is_there = 1 WHERE name = ?", (name,))
                self.execute(f"UPDATE address SET serial = {_NEXT} {_OF_PICTURE}", (name,))

    def count_bytes(self) -> int:
        """Return how many bytes the pictures have that are there."""
        return int(self.execute("SELECT coalesce(sum(size), 0) FROM picture WHERE is_there")[0][0])

    def update_likenesses(self, rules: str, likeness_of: Callable[[str], int]) -> None:
        """Compute the likenesses again, if they are by other rules.

        Args:
            rules: names the rules.
            likeness_of: returns the likeness of an address.
        """
        known = self.execute("SELECT value FROM setting WHERE name = 'likeness'")
        if known == [(rules,)]:
            return
        with self.transaction():
            urls = [url for (url,) in self.execute("SELECT url FROM address")]
            for url in urls:
                self.execute(
                    "UPDATE address SET likeness = ? WHERE url = ?", (likeness_of(url), url)
                )
            self.execute("INSERT OR REPLACE INTO setting VALUES ('likeness', ?)", (rules,))

    def try_again_by(self, limits: str) -> None:
        """Make all addresses due that led to no picture, if that was by other limits.

        Args:
            limits: names what may be asked, and how much it may answer.
        """
        if self.execute("SELECT value FROM setting WHERE name = 'limits'") == [(limits,)]:
            return
        with self.transaction():
            self.execute(
                "UPDATE address SET failures = 0, next_try = 0, etag = '', last_modified = ''"
                " WHERE failures > 0"
            )
            self.execute("INSERT OR REPLACE INTO setting VALUES ('limits', ?)", (limits,))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make one change of several statements."""
        self.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.execute("ROLLBACK")
            raise
        self.execute("COMMIT")


@contextmanager
def _name_errors(file: Path) -> Iterator[None]:
    """Raise what SQLite does as an error of the folder, not to be taken for one of the index."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        if is_of_surroundings(error):
            raise OSError(errno.EIO, str(error), str(file)) from error
        raise FolderError(
            f"the picture store {file.parent} can't be used: {file.name}: {error}",
            hint="The pictures are whole. Move that file away, and refeed fetch fills it anew.",
        ) from error


def prepare_catalogue(db: sqlite3.Connection) -> None:
    """Create the tables if there are none.

    Raises:
        sqlite3.DatabaseError: it is damaged, or another version's.
    """
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    if not db.execute("PRAGMA user_version").fetchone()[0]:
        db.executescript(
            f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version = {_VERSION};"
            f" INSERT INTO setting VALUES ('id', '{secrets.token_hex(16)}'); COMMIT;"
        )
    version = db.execute("PRAGMA user_version").fetchone()[0]
    if version != _VERSION:
        raise sqlite3.DatabaseError(f"it is of version {version}, not {_VERSION}")
    db.executescript(_LATER_TABLES)
