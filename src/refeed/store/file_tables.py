"""The tables of files and of the snapshots in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from refeed.identity import source_of
from refeed.store.affected import AffectedEntries
from refeed.store.checksums import compute_checksum
from refeed.store.rows import FileRow, decode_path, encode_path, entry_number, pack_texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from refeed.store.ids import Ids
    from refeed.store.rows import SnapshotRow

_COLUMNS = """
    d.seed, d.path, f.name, f.size, f.stamp, f.digest, f.problem, f.dated_by_file,
    f.unread_dates, f.timed_out, f.unreadable, f.no_article
"""


class FileTables(AffectedEntries):
    """Folders, their files, and the snapshots in those."""

    _folders: Ids
    _sources: Ids

    def folders(self, seed: int, below: str = "") -> dict[str, bytes]:
        """Return, by path, a folder and those below it that have read files.

        Each has the fingerprint that `put_listings` stored, or b"" if a row of one of its files was
        written since.
        """
        condition, values = _build_condition(below)
        rows = self._db.execute(
            f"SELECT d.path, d.listing FROM folder d WHERE d.seed = ? AND {condition}",
            (seed, *values),
        )
        return {decode_path(b"", path): listing for path, listing in rows}

    def put_listings(self, listings: Iterable[tuple[int, str, bytes]]) -> None:
        """Store the fingerprints of folders' listings, with which the rows of their files agree."""
        self._db.executemany(
            "UPDATE folder SET listing = ? WHERE id = ?",
            [
                (listing, self._folders.get(seed, encode_path(path)))
                for seed, path, listing in listings
            ],
        )

    def file_stats(self, seed: int, folder: str) -> dict[str, tuple[int, int]]:
        """Return size and stamp of every file in a folder, not of those below it, by name."""
        rows = self._db.execute(
            "SELECT f.name, f.size, f.stamp FROM folder d JOIN file f ON f.folder = d.id"
            " WHERE d.seed = ? AND d.path = ?",
            (seed, encode_path(folder)),
        )
        return {decode_path(b"", name): (size, stamp) for name, size, stamp in rows}

    def file_paths(self, seed: int, path: str) -> list[str]:
        """Return the files at a path: the file itself, or all below it if it was a folder."""
        condition, values = _build_condition(path)
        rows = self._db.execute(
            "SELECT d.path, f.name FROM folder d JOIN file f ON f.folder = d.id"
            f" WHERE d.seed = ? AND {condition}"
            f" UNION ALL SELECT d.path, f.name {_AT}",
            (seed, *values, *_split_place(seed, path)),
        )
        return [decode_path(*row) for row in rows]

    def file(self, seed: int, path: str) -> FileRow | None:
        """Return a file as it was last read."""
        rows = self._db.execute(f"SELECT {_COLUMNS} {_AT}", _split_place(seed, path))
        return next(map(_build_row, rows), None)

    def keys_of(self, seed: int, path: str) -> list[str]:
        """Return the keys of the entries that a file has snapshots of."""
        rows = self._db.execute(
            f"SELECT DISTINCT s.key FROM snapshot s WHERE s.file = (SELECT f.id {_AT})",
            _split_place(seed, path),
        )
        return [key for (key,) in rows]

    def problems(self) -> list[FileRow]:
        """Return the files that were rejected, whole or in part, by seed and path."""
        rows = self._db.execute(
            f"SELECT {_COLUMNS} FROM file f INDEXED BY file_problem"
            " CROSS JOIN folder d ON d.id = f.folder WHERE f.problem != ''"
        )
        return sorted(map(_build_row, rows), key=lambda row: (row.seed, row.path))

    def count_no_article(self) -> dict[str, int]:
        """Return what files are that hold no article, with how many of them, the most first."""
        rows = self._db.execute(
            "SELECT no_article, count(*) FROM file INDEXED BY file_no_article"
            " WHERE no_article != '' GROUP BY no_article ORDER BY count(*) DESC, no_article"
        )
        return dict(rows)

    def put_files(
        self, files: Sequence[tuple[FileRow, Sequence[SnapshotRow]]], *, new: bool = False
    ) -> None:
        """Replace what is stored of files; the entries of old and new snapshots are affected.

        Args:
            files: what was read of them.
            new: whether the index is loaded from nothing: then the caller marks all as affected.
        """
        if not new:
            for row, _ in files:
                self.drop_file(row.seed, row.path)
        file_rows, snapshot_rows, beside_rows = [], [], []
        for number, (row, snapshots) in enumerate(files, self._next_id()):
            folder, _, name = row.path.rpartition("/")
            file_rows.append(
                (
                    number,
                    self._folders.get(row.seed, encode_path(folder)),
                    encode_path(name),
                    row.size,
                    row.stamp,
                    row.digest,
                    row.dated_by_file,
                    row.unread_dates,
                    row.timed_out,
                    row.unreadable,
                    row.problem,
                    row.no_article,
                )
            )
            for path, stamp in row.beside:
                beside_rows.append((number, row.seed, encode_path(path), stamp))
            for record, key, instant, url, title, authors, tags in snapshots:
                source = self._sources.get(source_of(key))
                people, labels = pack_texts(authors), pack_texts(tags)
                snapshot_rows.append(
                    (
                        number,
                        record,
                        entry_number(key),
                        source,
                        key,
                        instant,
                        url,
                        title,
                        people,
                        labels,
                        compute_checksum(record, key, instant, url, title, people, labels),
                    )
                )
        values = ", ".join("?" * 12)
        self._db.executemany(f"INSERT INTO file VALUES ({values})", file_rows)
        self._db.executemany(
            "INSERT INTO snapshot (file, record, entry, source, key, instant, url, title, authors,"
            " tags, checksum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            snapshot_rows,
        )
        self._db.executemany("INSERT INTO beside VALUES (?, ?, ?, ?)", beside_rows)
        self._count(len(file_rows), len(snapshot_rows))
        if not new:
            self.mark_affected(row[2] for row in snapshot_rows)

    def update_file_stat(self, row: FileRow) -> None:
        """Store size, stamp and problem of a file whose bytes are the same as before."""
        self._db.execute(
            "UPDATE file SET size = ?, stamp = ?, problem = ?, unreadable = 0"
            f" WHERE id = (SELECT f.id {_AT})",
            (row.size, row.stamp, row.problem, *_split_place(row.seed, row.path)),
        )
        (number,) = self._db.execute(
            f"SELECT f.id {_AT}", _split_place(row.seed, row.path)
        ).fetchone()
        self._db.execute("DELETE FROM beside WHERE file = ?", (number,))
        self._db.executemany(
            "INSERT INTO beside VALUES (?, ?, ?, ?)",
            [(number, row.seed, encode_path(path), stamp) for path, stamp in row.beside],
        )

    def files_beside(self, seed: int, below: str) -> list[tuple[str, str, int]]:
        """Return the snapshot files that are read with files at a path, or below it.

        Args:
            seed: the number of the seeds folder.
            below: relative to it; "" for all.

        Returns:
            The snapshot file, the one beside it, and the stamp of that, by the one beside.
        """
        condition, values = _build_condition(below, "b")
        rows = self._db.execute(
            "SELECT d.path, f.name, b.path, b.stamp FROM beside b JOIN file f ON f.id = b.file"
            f" JOIN folder d ON d.id = f.folder WHERE b.seed = ? AND {condition}"
            " ORDER BY b.path, d.path, f.name",
            (seed, *values),
        )
        return [
            (decode_path(folder, name), decode_path(b"", path), stamp)
            for folder, name, path, stamp in rows
        ]

    def mark_unreadable(self, seed: int, path: str, reason: str) -> None:
        """Record that a file, or a folder with a slash at its end, can't be read now.

        What was read of it before stays, and each scan of its folder tries it again.
        """
        updated = self._db.execute(
            "UPDATE file SET stamp = -1, problem = ?, unreadable = 1"
            f" WHERE id = (SELECT f.id {_AT})",
            (reason, *_split_place(seed, path)),
        )
        if not updated.rowcount:
            row = FileRow(seed, path, 0, 0, b"", reason, unreadable=True)
            self.put_files([(row, ())])

    def reject(self, seed: int, path: str, reason: str) -> None:
        """Reject a file that took too long; it is read again when it changes, or the rules do."""
        row = self.file(seed, path)
        if row is not None:
            self.put_files([(row._replace(problem=reason, timed_out=True), ())])

    def retry_timed_out(self) -> None:
        """Have the files read again that took too long."""
        self._db.execute("UPDATE file SET stamp = -1 WHERE timed_out")

    def expect_other_dates(self) -> None:
        """Have the files read again that are dated by their time."""
        self._db.execute("UPDATE file SET stamp = -1 WHERE dated_by_file")

    def count_dated_by_file(self) -> tuple[int, int]:
        """Count the files that are dated by their time, and the entries that have no others."""
        files = "SELECT count(*) FROM file WHERE dated_by_file"
        entries = (
            "SELECT count(*) FROM (SELECT 1 FROM snapshot s JOIN file f ON f.id = s.file"
            " GROUP BY s.entry HAVING min(f.dated_by_file))"
        )
        number: int = self._db.execute(files).fetchone()[0]
        return number, self._db.execute(entries).fetchone()[0] if number else 0

    def expect_change(self, seed: int, path: str, stamp: int | None = None) -> None:
        """Have a file read again although its stamp is the stored one, or only if it is `stamp`.

        A file that is written twice in a tick of the kernel's clock keeps its stamp.
        """
        self._db.execute(
            "UPDATE file SET stamp = -1 WHERE stamp = ifnull(?, stamp)"
            f" AND id = (SELECT f.id {_AT})",
            (stamp, *_split_place(seed, path)),
        )

    def drop_file(self, seed: int, path: str) -> None:
        """Delete a file and its snapshots; their entries are affected."""
        row = self._db.execute(f"SELECT f.id {_AT}", _split_place(seed, path)).fetchone()
        if row is not None:
            self._db.execute(
                "INSERT OR IGNORE INTO affected SELECT entry FROM snapshot WHERE file = ?", row
            )
            self._db.execute(
                "DELETE FROM features WHERE entry IN (SELECT entry FROM snapshot WHERE file = ?)",
                row,
            )
            dropped = self._db.execute("DELETE FROM snapshot WHERE file = ?", row).rowcount
            self._db.execute("DELETE FROM file WHERE id = ?", row)
            self._count(-1, -dropped)

    def _count(self, files: int, snapshots: int) -> None:
        """Update the counts of files and snapshots, since counting rows reads them all."""
        self._db.executemany(
            "INSERT INTO counter VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET number = number + excluded.number",
            [("files", files), ("snapshots", snapshots)],
        )

    def drop_empty_folders(self, folders: Iterable[tuple[int, str]]) -> None:
        """Delete those of some folders that hold no files any more."""
        self._db.executemany(
            "DELETE FROM folder WHERE seed = ? AND path = ?"
            " AND NOT EXISTS (SELECT 1 FROM file WHERE folder = folder.id)",
            [(seed, encode_path(path)) for seed, path in folders],
        )
        self._folders.clear_cache()

    def _next_id(self) -> int:
        return int(self._db.execute("SELECT ifnull(max(id), 0) + 1 FROM file").fetchone()[0])


_AT = "FROM folder d JOIN file f ON f.folder = d.id WHERE d.seed = ? AND d.path = ? AND f.name = ?"


def _split_place(seed: int, path: str) -> tuple[int, bytes, bytes]:
    """Return the parameters of `_AT` for a file."""
    folder, _, name = path.rpartition("/")
    return seed, encode_path(folder), encode_path(name)


def _build_condition(path: str, table: str = "d") -> tuple[str, tuple[bytes, ...]]:
    """Return the condition for a path in a table and those below it, and its parameters."""
    if not path:
        return "1", ()
    values = encode_path(path), encode_path(f"{path}/"), encode_path(f"{path}0")
    return f"({table}.path = ? OR {table}.path >= ? AND {table}.path < ?)", values


def _build_row(
    row: tuple[int, bytes, bytes, int, int, bytes, str, int, int, int, int, str],
) -> FileRow:
    seed, folder, name, size, stamp, digest, problem, dated_by_file = row[:8]
    unread_dates, timed_out, unreadable, no_article = row[8:]
    return FileRow(
        seed,
        decode_path(folder, name),
        size,
        stamp,
        digest,
        problem,
        bool(dated_by_file),
        unread_dates,
        bool(timed_out),
        bool(unreadable),
        no_article,
    )
