"""Reads snapshot files, and again single records of them when they are cleaned.

Cleaning asks for one article after the other, in the order of their dates. The last few files with
more than one article are therefore kept as they were split, so that articles cost what they are,
and not what their file is; and so are the last bodies that took long to find.
"""

from __future__ import annotations

from collections import OrderedDict
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Final, Generic, NamedTuple, TypeVar

from refeed.config import folder_rules
from refeed.errors import SnapshotError
from refeed.seeds.added_readers import load_added_readers
from refeed.seeds.files import digest_of, read, stamp_at
from refeed.seeds.layouts import find_index

if TYPE_CHECKING:
    import os

    from refeed.config import Config
    from refeed.model import Snapshot
    from refeed.reading import FolderRule, SnapshotFile
    from refeed.reading.claims import Record

_FILES_CHARACTERS: Final = 40_000_000
_BODIES_CHARACTERS: Final = 4_000_000

_Place = tuple[int, str, bytes]
"""Seeds folder, path, and digest of the bytes."""

_Value = TypeVar("_Value")


class FileData(NamedTuple):
    """A snapshot file as it was read.

    Attributes:
        data: its bytes; b"" if there are too many, by the status.
        box_index: those of the index of ArchiveBox that it goes with, or b"".
        status: its own.
        stamp: see `refeed.seeds.files.stamp_at`.
        digest: of the bytes.
    """

    data: bytes
    box_index: bytes
    status: os.stat_result
    stamp: int
    digest: bytes


class _Recent(Generic[_Value]):
    """The values that were used last, up to so many characters; but one in any case."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._sizes: OrderedDict[object, int] = OrderedDict()
        self._values: dict[object, _Value] = {}

    def get(self, key: object) -> _Value | None:
        if key not in self._values:
            return None
        self._sizes.move_to_end(key)
        return self._values[key]

    def put(self, key: object, value: _Value, size: int) -> None:
        self._sizes[key], self._values[key] = size, value
        self._sizes.move_to_end(key)
        while len(self._sizes) > 1 and sum(self._sizes.values()) > self._most:
            oldest, _ = self._sizes.popitem(last=False)
            del self._values[oldest]


class SnapshotReader:
    """Reads the snapshot files of a configuration.

    Attributes:
        read_all: `refeed.reading.read_all`.
    """

    def __init__(self, config: Config) -> None:
        # Importing what reads takes long; looking an import up takes its time for each file.
        from refeed.reading import read_all, split_file

        self.read_all = read_all
        self._split_file = split_file
        self._config = config
        self._max_bytes = config.max_file_mb * 1_000_000
        self._zones = {rule.source: rule.timezone for rule in config.rules if rule.timezone}
        self._readers = load_added_readers().readers
        self._folders: dict[int | None, tuple[FolderRule, ...]] = {}
        self._files: _Recent[tuple[int, SnapshotFile]] = _Recent(_FILES_CHARACTERS)
        self._bodies: _Recent[Snapshot] = _Recent(_BODIES_CHARACTERS)

    def read(self, seed: int, path: str) -> FileData:
        """Read a file.

        Raises:
            OSError: it can't be read.
        """
        return read_file_data(f"{self._config.seeds[seed]}/{path}", self._max_bytes)

    def split(self, seed: int | None, path: str, file: FileData) -> SnapshotFile:
        """Split a file into records.

        Args:
            seed: the number of its seeds folder; None if it is in none.
            path: relative to that.
            file: what was read of it.

        Raises:
            SnapshotError: nothing of it can be read.
        """
        if seed not in self._folders:
            self._folders[seed] = folder_rules(self._config, seed)
        found = self._split_file(
            file.data,
            path=path,
            modified=file.status.st_mtime_ns // 1_000_000,
            timezones=self._zones,
            readers=self._readers,
            folders=self._folders[seed],
            index=file.box_index,
        )
        if len(found.records) > 1 and seed is not None:
            bodies = (each.html for each in found.records if not isinstance(each, SnapshotError))
            size = len(file.data) + sum(map(len, bodies))
            self._files.put((seed, path, file.digest), (file.stamp, found), size)
        return found

    def read_record(
        self, place: _Place, found: SnapshotFile, number: int, bare: Snapshot | None = None
    ) -> Snapshot:
        """Read a record with its body.

        Args:
            place: of the file.
            found: the file.
            number: of the record.
            bare: the snapshot without a body that takes long to find, if it was read already.

        Raises:
            SnapshotError: it is no article.
        """
        record = found.records[number]
        if isinstance(record, SnapshotError) or record.find_body is None:
            return bare or found.read(number)
        known = self._bodies.get((place, number))
        if known is None:
            known = _find_body(found, number, record)
            self._bodies.put((place, number), known, len(known.html))
        return known

    def load(self, place: _Place, number: int) -> Snapshot | None:
        """Read a record again; None if its file has another digest now."""
        seed, path, digest = place
        try:
            found = self._find_split(place)
            if found is None:
                file = self.read(seed, path)
                if file.digest != digest:
                    return None
                found = self.split(seed, path, file)
            return self.read_record(place, found, number) if number < len(found.records) else None
        except (OSError, SnapshotError):
            return None

    def _find_split(self, place: _Place) -> SnapshotFile | None:
        """Return a file that was split already, if it hasn't changed since."""
        stamp, found = self._files.get(place) or (0, None)
        if found is None:
            return None
        absolute = f"{self._config.seeds[place[0]]}/{place[1]}"
        return found if stamp_at(absolute, Path(absolute).stat()) == stamp else None


def _find_body(found: SnapshotFile, number: int, record: Record) -> Snapshot:
    try:
        return found.read(number)
    except SnapshotError:
        raise
    except Exception:  # noqa: BLE001 - a fault in one snapshot affects no other; its text is shown
        from refeed.text.visible_text import visible_text

        text = escape(visible_text(record.html), quote=False)
        return found.read(number, with_body=False)._replace(html=f"<p>{text}</p>")


@lru_cache(maxsize=2)
def snapshot_reader(config: Config) -> SnapshotReader:
    """Return the reader of a configuration, the same one for the same configuration."""
    return SnapshotReader(config)


def read_file_data(path: str, most: int) -> FileData:
    """Read a snapshot file, and the index of ArchiveBox that it goes with.

    Args:
        path: absolute.
        most: a file of more bytes is not read, as the status tells.

    Raises:
        OSError: it can't be read.
    """
    data, status = read(path, most)
    beside = find_index(path)
    index, stamp = b"", stamp_at(path, status, beside)
    if beside:
        try:
            index, _ = read(beside, most)
        except OSError:
            index = b""
    digest = digest_of(data + index) if index else digest_of(data)
    return FileData(data, index, status, stamp, digest)
