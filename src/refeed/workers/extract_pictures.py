"""The job that takes the bytes of pictures out of snapshot files."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple

from refeed.errors import SnapshotError
from refeed.pictures.identify import MOST_BYTES, prepare
from refeed.seeds.files import read
from refeed.workers.portions import take_some
from refeed.workers.snapshot_reader import snapshot_reader

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from refeed.config import Config
    from refeed.pictures.identify import Picture
    from refeed.workers.snapshot_reader import FileData, SnapshotReader

_MOST_BYTES: Final = 16_000_000
"""Of pictures that are handed back at a time: but one in any case."""


class WantedPictures(NamedTuple):
    """Pictures of a snapshot file.

    Attributes:
        seed: the number of its seeds folder; None if it is in none.
        path: relative to that.
        digest: of the file, as it was indexed.
        records: which of its articles show them.
        names: of the pictures.
    """

    seed: int | None
    path: str
    digest: bytes
    records: tuple[int, ...]
    names: tuple[str, ...]


def extract_pictures(config: Config, tasks: Sequence[WantedPictures]) -> list[dict[str, bytes]]:
    """Return the bytes of pictures by name: of each file those that are found, or some of them.

    Of a file that has changed since it was indexed there are none.
    """
    reader = snapshot_reader(config)
    return take_some((_extract(reader, task) for task in tasks), _measure)


def _measure(found: dict[str, bytes]) -> int:
    return sum(map(len, found.values()))


def _extract(reader: SnapshotReader, task: WantedPictures) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    try:
        file = reader.read(task.seed or 0, task.path)
        if file.digest == task.digest:
            for name, data in find_pictures(reader, task, file):
                found[name] = data
                if _measure(found) > _MOST_BYTES:
                    break
    except (OSError, SnapshotError):
        pass
    return found


def find_pictures(
    reader: SnapshotReader, task: WantedPictures, file: FileData
) -> Iterator[tuple[str, bytes]]:
    """Yield the names and bytes of those pictures of a file that are wanted and found.

    Args:
        reader: of snapshot files.
        task: what is wanted.
        file: what was read of it.

    Raises:
        OSError: a file beside it can't be read.
        SnapshotError: the file itself can't be.
    """
    left = set(task.names)
    for name, data in chain(_list_beside(file), _list_in_file(task.path, file)):
        if name in left:
            left.remove(name)
            yield name, data
        if not left:
            return
    yield from _find_in_bodies(reader, task, file, left)


def _list_beside(file: FileData) -> Iterator[tuple[str, bytes]]:
    for found in file.beside.pictures.values():
        prepared = prepare(read(f"{file.root}/{found.path}", MOST_BYTES)[0])
        if prepared and prepared[0] == found.picture:
            yield prepared[0].name, prepared[1]


def _list_in_file(path: str, file: FileData) -> Iterator[tuple[str, bytes]]:
    from refeed.reading.picture_bytes import list_pictures

    for data in list_pictures(file.data, path):
        if prepared := prepare(data):
            yield prepared[0].name, prepared[1]


def _find_in_bodies(
    reader: SnapshotReader, task: WantedPictures, file: FileData, wanted: set[str]
) -> Iterator[tuple[str, bytes]]:
    """Yield pictures in addresses that are found only where articles are read."""
    met: dict[str, bytes] = {}

    def note(data: bytes) -> Picture | None:
        prepared = prepare(data)
        if prepared and prepared[0].name in wanted:
            met[prepared[0].name] = prepared[1]
        return prepared[0] if prepared else None

    split = reader.split(task.seed, task.path, file)._replace(identify=note)
    for number, record in enumerate(split.records):
        if number in task.records and not isinstance(record, SnapshotError):
            split.build(record, number)
            yield from met.items()
            wanted.difference_update(met)
            met.clear()
        if not wanted:
            return
