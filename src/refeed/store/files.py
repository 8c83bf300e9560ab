"""The index of files and of the snapshots in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from refeed.identity import source_of
from refeed.store.affected import ConcernedTables
from refeed.store.rows import FileRow, encoded, entry_number, packed, path_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from refeed.store.ids import Numbers
    from refeed.store.rows import SnapshotRow

_COLUMNS = "d.seed, d.path, f.name, f.size, f.stamp, f.digest, f.problem, f.dated_by_file"


class FileTables(ConcernedTables):
    """Folders, their files, and the snapshots in those."""

    _folders: Numbers
    _sources: Numbers

    def folders(self, seed: int, below: str = "") -> dict[str, bytes]:
        """Return the folders that files were read in, by path: one, and all that are in it.

        Each with what `put_listings` noted of it, or b"" if a row of one of its files has been
        written since.
        """
        condition, values = _at_or_below(below)
        rows = self._db.execute(
            f"SELECT d.path, d.listing FROM folder d WHERE d.seed = ? AND {condition}",
            (seed, *values),
        )
        return {path_of(b"", path): listing for path, listing in rows}

    def put_listings(self, listings: Iterable[tuple[int, str, bytes]]) -> None:
        """Note of folders the fingerprint of a listing that their files' rows agree with."""
        self._db.executemany(
            "UPDATE folder SET listing = ? WHERE id = ?",
            [(listing, self._folders.of(seed, encoded(path))) for seed, path, listing in listings],
        )

    def file_stats(self, seed: int, folder: str) -> dict[str, tuple[int, int]]:
        """Return size and stamp of every file in a folder, not of those below it, by name."""
        rows = self._db.execute(
            "SELECT f.name, f.size, f.stamp FROM folder d JOIN file f ON f.folder = d.id"
            " WHERE d.seed = ? AND d.path = ?",
            (seed, encoded(folder)),
        )
        return {path_of(b"", name): (size, stamp) for name, size, stamp in rows}

    def file_paths(self, seed: int, path: str) -> list[str]:
        """Return the files at a path: the file itself, or all below it if it was a folder."""
        condition, values = _at_or_below(path)
        rows = self._db.execute(
            "SELECT d.path, f.name FROM folder d JOIN file f ON f.folder = d.id"
            f" WHERE d.seed = ? AND {condition}"
            f" UNION ALL SELECT d.path, f.name {_AT}",
            (seed, *values, *_place(seed, path)),
        )
        return [path_of(*row) for row in rows]

    def file(self, seed: int, path: str) -> FileRow | None:
        """Return a file as it was when it was last read."""
        rows = self._db.execute(f"SELECT {_COLUMNS} {_AT}", _place(seed, path))
        return next(map(_file, rows), None)

    def keys_of(self, seed: int, path: str) -> list[str]:
        """Return the keys of the entries that a file has snapshots of."""
        rows = self._db.execute(
            f"SELECT DISTINCT s.key FROM snapshot s WHERE s.file = (SELECT f.id {_AT})",
            _place(seed, path),
        )
        return [key for (key,) in rows]

    def problems(self) -> list[FileRow]:
        """Return the files that were rejected, whole or in part, by seed and path."""
        rows = self._db.execute(
            f"SELECT {_COLUMNS} FROM file f INDEXED BY file_problem"
            " CROSS JOIN folder d ON d.id = f.folder WHERE f.problem != ''"
        )
        return sorted(map(_file, rows), key=lambda row: (row.seed, row.path))

    def put_files(
        self, files: Sequence[tuple[FileRow, Sequence[SnapshotRow]]], *, new: bool = False
    ) -> None:
        """Put files in the place of what was known of them; the entries of both are concerned.

        Args:
            files: what was read of them.
            new: whether the index is being filled from nothing: then all entries will be concerned.
        """
        if not new:
            for row, _ in files:
                self.drop_file(row.seed, row.path)
        file_rows, snapshot_rows = [], []
        for number, (row, snapshots) in enumerate(files, self._next_number("file")):
            seed, path, size, stamp, digest, problem, dated_by_file = row
            folder, _, name = path.rpartition("/")
            file_rows.append(
                (
                    number,
                    self._folders.of(seed, encoded(folder)),
                    encoded(name),
                    size,
                    stamp,
                    digest,
                    dated_by_file,
                    problem,
                )
            )
            for record, key, instant, url, title, authors, tags in snapshots:
                source = self._sources.of(source_of(key))
                people, labels = packed(authors), packed(tags)
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
                    )
                )
        self._db.executemany("INSERT INTO file VALUES (?, ?, ?, ?, ?, ?, ?, ?)", file_rows)
        self._db.executemany(
            "INSERT INTO snapshot (file, record, entry, source, key, instant, url, title, authors,"
            " tags) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            snapshot_rows,
        )
        self._tally(len(file_rows), len(snapshot_rows))
        if not new:
            self.concern(row[2] for row in snapshot_rows)

    def touch_file(self, seed: int, path: str, size: int, stamp: int) -> None:
        """Note that a file has another time and the same bytes."""
        self._db.execute(
            f"UPDATE file SET size = ?, stamp = ? WHERE id = (SELECT f.id {_AT})",
            (size, stamp, *_place(seed, path)),
        )

    def distrust(self, seed: int, path: str, stamp: int | None = None) -> None:
        """Have a file read again though its stamp is known, or only if it is the one given.

        A file that is written twice within a tick of the kernel's clock has the same stamp twice.
        """
        self._db.execute(
            "UPDATE file SET stamp = -1 WHERE stamp = ifnull(?, stamp)"
            f" AND id = (SELECT f.id {_AT})",
            (stamp, *_place(seed, path)),
        )

    def drop_file(self, seed: int, path: str) -> None:
        """Forget a file and its snapshots; their entries are concerned."""
        row = self._db.execute(f"SELECT f.id {_AT}", _place(seed, path)).fetchone()
        if row is not None:
            self._db.execute(
                "INSERT OR IGNORE INTO concerned SELECT entry FROM snapshot WHERE file = ?", row
            )
            dropped = self._db.execute("DELETE FROM snapshot WHERE file = ?", row).rowcount
            self._db.execute("DELETE FROM file WHERE id = ?", row)
            self._tally(-1, -dropped)

    def _tally(self, files: int, snapshots: int) -> None:
        """Count files and snapshots as they come and go: to count the rows is to read them all."""
        self._db.executemany(
            "INSERT INTO tally VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET number = number + excluded.number",
            [("files", files), ("snapshots", snapshots)],
        )

    def drop_if_empty(self, folders: Iterable[tuple[int, str]]) -> None:
        """Forget those of some folders that no file is in any more."""
        self._db.executemany(
            "DELETE FROM folder WHERE seed = ? AND path = ?"
            " AND NOT EXISTS (SELECT 1 FROM file WHERE folder = folder.id)",
            [(seed, encoded(path)) for seed, path in folders],
        )
        self._folders.forget()

    def _next_number(self, table: str) -> int:
        query = f"SELECT ifnull(max(id), 0) + 1 FROM {table}"
        number: int = self._db.execute(query).fetchone()[0]
        return number


_AT = "FROM folder d JOIN file f ON f.folder = d.id WHERE d.seed = ? AND d.path = ? AND f.name = ?"


def _place(seed: int, path: str) -> tuple[int, bytes, bytes]:
    """Return the values of `_AT` for a file."""
    folder, _, name = path.rpartition("/")
    return seed, encoded(folder), encoded(name)


def _at_or_below(path: str) -> tuple[str, tuple[bytes, ...]]:
    """Return the condition that a folder `d` and those in it meet, and its values."""
    if not path:
        return "1", ()
    values = encoded(path), encoded(f"{path}/"), encoded(f"{path}0")
    return "(d.path = ? OR d.path >= ? AND d.path < ?)", values


def _file(row: tuple[int, bytes, bytes, int, int, bytes, str, int]) -> FileRow:
    seed, folder, name, size, stamp, digest, problem, dated_by_file = row
    return FileRow(seed, path_of(folder, name), size, stamp, digest, problem, bool(dated_by_file))
