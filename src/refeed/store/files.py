"""The index of files and of the snapshots in them."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from refeed.store.rows import FileRow, entry_number, packed

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from refeed.store.rows import SnapshotRow


class FileTables:
    """Files and snapshots."""

    _db: sqlite3.Connection

    def file_stats(self, seed: int) -> dict[str, tuple[int, int]]:
        """Return size and stamp of every file of a seeds folder that was read, by path."""
        rows = self._db.execute("SELECT path, size, stamp FROM file WHERE seed = ?", (seed,))
        # As os.fsdecode does, which first finds out each time what it was given.
        how = sys.getfilesystemencoding(), sys.getfilesystemencodeerrors()
        return {path.decode(*how): (size, stamp) for path, size, stamp in rows}

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
            "SELECT DISTINCT s.key FROM file f JOIN snapshot s ON s.file = f.id"
            " WHERE f.seed = ? AND f.path = ?",
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

    def put_files(
        self, files: Sequence[tuple[FileRow, Sequence[SnapshotRow]]], *, new: bool = False
    ) -> list[int]:
        """Put files in the place of what was known of them; return the entries this touches.

        Args:
            files: what was read of them.
            new: whether nothing is known of any of them.
        """
        touched: list[int] = []
        if not new:
            for row, _ in files:
                touched += self.drop_file(row.seed, row.path)
        file_rows, snapshot_rows = [], []
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
                touched.append(entry)
                snapshot_rows.append(
                    (number, record, entry, key, instant, url, title, packed(authors), packed(tags))
                )
        self._db.executemany("INSERT INTO file VALUES (?, ?, ?, ?, ?, ?, ?, ?)", file_rows)
        self._db.executemany(
            "INSERT INTO snapshot (file, record, entry, key, instant, url, title, authors, tags)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            snapshot_rows,
        )
        return touched

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
