"""Reads snapshot files, and again single records of them when they are cleaned.

Cleaning asks for one article after the other. Of a file with more than one, those that will be
asked for are therefore kept when one is looked for, so that articles cost what they are, and not
what their file is. So are the last bodies that took long to find. Both are bounded: a file may
hold thousands of pages.
"""

from __future__ import annotations

from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Final, Generic, NamedTuple, TypeAlias, TypeVar

from refeed.config import folder_rules
from refeed.errors import SnapshotError
from refeed.seeds.added_readers import load_added_readers
from refeed.seeds.files import digest_of, read, stamp_at
from refeed.seeds.layouts import find_index
from refeed.seeds.pictures_beside import NOTHING, find_beside

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet

    from refeed.config import Config
    from refeed.model import Snapshot
    from refeed.reading import FolderRule, SnapshotFile
    from refeed.reading.claims import Record
    from refeed.seeds.pictures_beside import Beside

_RECORDS_CHARACTERS: Final = 50_000_000
_BODIES_CHARACTERS: Final = 4_000_000
_PAGE_CHARACTERS: Final = 200_000
"""What a record is taken to hold whose body is yet to be found, in a page."""

Place: TypeAlias = tuple[int, str, bytes]
"""Seeds folder, path, and digest of the bytes."""

_Value = TypeVar("_Value")


class FileData(NamedTuple):
    """A snapshot file as it was read.

    Attributes:
        root: its seeds folder, absolute.
        data: its bytes; b"" if there are too many, by the status.
        box_index: those of the index of ArchiveBox that it goes with, or b"".
        status: its own.
        stamp: see `refeed.seeds.files.stamp_at`.
        digest: of the bytes, with what the pictures beside it are.
        own_digest: of the bytes alone.
        beside: the pictures in files beside it.
    """

    root: str
    data: bytes
    box_index: bytes
    status: os.stat_result
    stamp: int
    digest: bytes
    own_digest: bytes
    beside: Beside = NOTHING


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


@dataclass(slots=True)
class _Kept:
    """Records of a file that were met when one of them was looked for.

    Attributes:
        stamp: of the file.
        file: what builds them.
        records: by number.
    """

    stamp: int
    file: SnapshotFile
    records: dict[int, Record]


class SnapshotReader:
    """Reads the snapshot files of a configuration."""

    def __init__(self, config: Config) -> None:
        # Importing what reads takes long; looking an import up takes its time for each file.
        from refeed.reading import read_each, split_file

        self.read_each = read_each
        self._split_file = split_file
        self._config = config
        self._max_bytes = config.max_file_mb * 1_000_000
        self._zones = {rule.source: rule.timezone for rule in config.rules if rule.timezone}
        self._readers = load_added_readers().readers
        self._folders: dict[int | None, tuple[FolderRule, ...]] = {}
        self._files: _Recent[_Kept] = _Recent(_RECORDS_CHARACTERS)
        self._bodies: _Recent[Snapshot] = _Recent(_BODIES_CHARACTERS)

    def read(self, seed: int, path: str) -> FileData:
        """Read a file.

        Raises:
            OSError: it can't be read.
        """
        return read_file_data(str(self._config.seeds[seed]), path, self._max_bytes)

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
        return self._split_file(
            file.data,
            path=path,
            modified=file.status.st_mtime_ns // 1_000_000,
            timezones=self._zones,
            readers=self._readers,
            folders=self._folders[seed],
            index=file.box_index,
            beside={text: found.picture for text, found in file.beside.pictures.items()},
        )

    def add_body(
        self, place: Place, file: SnapshotFile, record: Record | SnapshotError, bare: Snapshot
    ) -> Snapshot:
        """Return a snapshot with its body.

        Args:
            place: of the file.
            file: the file.
            record: of the snapshot.
            bare: the snapshot without a body that takes long to find.

        Raises:
            SnapshotError: it is no article.
        """
        if isinstance(record, SnapshotError) or record.find_body is None:
            return bare
        return self._find_body(place, file, record, bare.record)

    def _find_body(self, place: Place, file: SnapshotFile, record: Record, number: int) -> Snapshot:
        key = place, number
        known = self._bodies.get(key)
        if known is None:
            known = _build_with_body(file, record, number)
            self._bodies.put(key, known, len(known.html))
        return known

    def prefetch(self, wanted: Iterable[tuple[Place, int]]) -> None:
        """Go once through each file of which several records will be loaded.

        Args:
            wanted: places of files, and numbers of records.
        """
        numbers: dict[Place, set[int]] = {}
        for place, number in wanted:
            numbers.setdefault(place, set()).add(number)
        for place, of_file in numbers.items():
            kept = self._files.get(place)
            if len(of_file) > 1 and (kept is None or not of_file <= kept.records.keys()):
                with suppress(OSError, SnapshotError):
                    self._find_records(place, of_file)

    def load(self, place: Place, number: int) -> Snapshot | None:
        """Read a record again; None if its file has another digest now."""
        known = self._bodies.get((place, number))
        try:
            if known is not None and self._is_unchanged(place):
                return known
            kept = self._files.get(place)
            if kept is None or number not in kept.records or not self._is_unchanged(place):
                kept = self._find_records(place, {number})
            if kept is None or number not in kept.records:
                return None
            record = kept.records[number]
            if record.find_body is None:
                return kept.file.build(record, number)
            return self._find_body(place, kept.file, record, number)
        except (OSError, SnapshotError):
            return None

    def _find_records(self, place: Place, wanted: AbstractSet[int]) -> _Kept | None:
        """Go through a file; keep the records that are wanted, and as many others as may be kept.

        Raises:
            OSError: it can't be read.
            SnapshotError: nothing of it can be read.
        """
        seed, path, digest = place
        data = self.read(seed, path)
        if data.digest != digest:
            return None
        kept = _Kept(data.stamp, self.split(seed, path, data), {})
        size = count = 0
        for number, record in enumerate(kept.file.records):
            count += 1
            if isinstance(record, SnapshotError):
                continue
            added = len(record.html) or (_PAGE_CHARACTERS if record.find_body else 0)
            if number in wanted or size + added <= _RECORDS_CHARACTERS:
                kept.records[number] = record
                size += added
        if count > 1:
            self._files.put(place, kept, size)
        return kept

    def _is_unchanged(self, place: Place) -> bool:
        """Tell whether a file has the stamp that it had when it was kept, if it was."""
        seed, path, digest = place
        kept = self._files.get(place)
        if kept is None:
            return self.read(seed, path).digest == digest
        absolute = f"{self._config.seeds[seed]}/{path}"
        return stamp_at(absolute, Path(absolute).stat()) == kept.stamp


def _build_with_body(file: SnapshotFile, record: Record, number: int) -> Snapshot:
    try:
        return file.build(record, number)
    except SnapshotError:
        raise
    except Exception:  # noqa: BLE001 - a fault in one snapshot affects no other; its text is shown
        from refeed.text.visible_text import visible_text

        text = escape(visible_text(record.html), quote=False)
        return file.build(record, number, with_body=False)._replace(html=f"<p>{text}</p>")


@lru_cache(maxsize=2)
def snapshot_reader(config: Config) -> SnapshotReader:
    """Return the reader of a configuration, the same one for the same configuration."""
    return SnapshotReader(config)


def read_file_data(root: str, path: str, most: int) -> FileData:
    """Read a snapshot file, with the index of ArchiveBox and the pictures beside it.

    Args:
        root: its seeds folder, absolute.
        path: relative to that.
        most: a file of more bytes is not read, as the status tells.

    Raises:
        OSError: it can't be read.
    """
    absolute = f"{root}/{path}"
    data, status = read(absolute, most)
    box = find_index(absolute)
    index, stamp = b"", stamp_at(absolute, status, box)
    if box:
        try:
            index, _ = read(box, most)
        except OSError:
            index = b""
    own = digest_of(data + index) if index else digest_of(data)
    beside = find_beside(root, path, data)
    digest = digest_of(own + _name_pictures(beside)) if beside.pictures else own
    return FileData(root, data, index, status, stamp, digest, own, beside)


def _name_pictures(beside: Beside) -> bytes:
    found = [(text, each.picture.name) for text, each in sorted(beside.pictures.items())]
    return repr(found).encode("utf-8", "surrogatepass")
