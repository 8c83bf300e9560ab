"""The tables of cleaned contents and of written files."""

from __future__ import annotations

import json
from dataclasses import astuple
from typing import TYPE_CHECKING

from refeed.store.checksums import compute_checksum, verify_checksum
from refeed.store.rows import Content

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator


class OutputTables:
    """Contents and published files."""

    _db: sqlite3.Connection

    def content_fingerprints(self, entries: Iterable[int]) -> dict[int, bytes]:
        """Return the fingerprints of the cached contents of entries."""
        rows = self._db.execute(
            "SELECT entry, fingerprint FROM content"
            " WHERE entry IN (SELECT value FROM json_each(?))",
            (json.dumps(list(entries)),),
        )
        return dict(rows)

    def contents(self, entries: Iterable[int]) -> dict[int, tuple[bytes, Content]]:
        """Return the cached contents of entries, each with its fingerprint.

        Raises:
            DamageError: a content does not agree with its checksum.
        """
        rows = self._db.execute(
            "SELECT entry, fingerprint, checksum, html, summary, image, text_read, text_left"
            " FROM content"
            " WHERE entry IN (SELECT value FROM json_each(?))",
            (json.dumps(list(entries)),),
        )
        found: dict[int, tuple[bytes, Content]] = {}
        for entry, fingerprint, stored, *values in rows:
            verify_checksum(stored, *values)
            found[entry] = fingerprint, Content(*values)
        return found

    def content_weights(self, entries: Iterable[int]) -> dict[int, int]:
        """Return the weights of the cached contents of entries."""
        rows = self._db.execute(
            "SELECT entry, weight FROM content WHERE entry IN (SELECT value FROM json_each(?))",
            (json.dumps(list(entries)),),
        )
        return dict(rows)

    def put_content(self, entry: int, fingerprint: bytes, content: Content) -> None:
        """Cache the content of an entry."""
        self._db.execute(
            "INSERT OR REPLACE INTO content VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                entry,
                fingerprint,
                content.weight(),
                content.text_read,
                content.text_left,
                content.html,
                content.summary,
                content.image,
                compute_checksum(*astuple(content)),
            ),
        )

    def text_shares(self) -> Iterator[tuple[str, int, int, int]]:
        """Yield host, entry, and text read and left of cached articles, the newest of a host first.

        Those are left out of which that is not known.
        """
        return self._db.execute(
            "SELECT s.host, e.id, c.text_read, c.text_left FROM source s"
            " CROSS JOIN entry e INDEXED BY entry_source ON e.source = s.id"
            " CROSS JOIN content c ON c.entry = e.id WHERE c.text_read > 0"
            " ORDER BY s.host, e.published DESC, e.id"
        )

    def list_hosts(self) -> list[str]:
        """Return the sources that have entries, in order."""
        rows = self._db.execute(
            "SELECT host FROM source s WHERE EXISTS"
            " (SELECT 1 FROM entry e INDEXED BY entry_source WHERE e.source = s.id) ORDER BY host"
        )
        return [host for (host,) in rows]

    def outputs(self) -> dict[str, tuple[str, int, int]]:
        """Return feed, size and mtime_ns of the files that were published, by path."""
        rows = self._db.execute("SELECT path, feed, size, mtime_ns FROM output")
        return {path: (feed, size, mtime) for path, feed, size, mtime in rows}

    def feed_sizes(self) -> dict[str, int]:
        """Return the bytes of the published files of each feed."""
        return dict(
            self._db.execute(
                "SELECT feed, sum(size) FROM output"
                " WHERE feed IN (SELECT name FROM feed) GROUP BY feed"
            )
        )

    def feed_size(self, name: str) -> int:
        """Return the bytes of the published files of a feed, found by their paths."""
        (size,) = self._db.execute(
            "SELECT total(size) FROM output WHERE path > ? AND path < ? AND feed = ?",
            # "0" comes after "/".
            (f"{name}/", f"{name}0", name),
        ).fetchone()
        return int(size)

    def put_output(self, path: str, feed: str, size: int, mtime_ns: int) -> None:
        """Store size and time of a published file."""
        self._db.execute(
            "INSERT OR REPLACE INTO output VALUES (?, ?, ?, ?)", (path, feed, size, mtime_ns)
        )

    def drop_output(self, path: str) -> None:
        """Delete a published file from the index."""
        self._db.execute("DELETE FROM output WHERE path = ?", (path,))
