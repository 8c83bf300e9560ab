"""Readers of other packages: entry points of the group ``refeed.readers``, each a `Reader`."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from refeed.config import READER_GROUP
from refeed.errors import SnapshotError
from refeed.reading.claims import Record
from refeed.reading.readers import Reader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from importlib.metadata import EntryPoint

    from refeed.reading.readers import Records


class AddedReaders(NamedTuple):
    """The readers that other packages add.

    Attributes:
        readers: those that can be used, in the order of their names.
        origins: for each of them, its name and its package with the version.
        faults: why others can't be used, one line each.
    """

    readers: tuple[Reader, ...]
    origins: tuple[str, ...]
    faults: tuple[str, ...]


@cache
def load_added_readers() -> AddedReaders:
    """Find and import the readers that other packages add; the first call takes a while."""
    from importlib.metadata import entry_points

    readers, origins, faults = [], [], []
    for point in sorted(entry_points(group=READER_GROUP), key=lambda point: point.name):
        origin = f"{point.name} of {_name_package(point)}"
        try:
            readers.append(_guard(_check(point.load(), point.name), origin))
            origins.append(origin)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a package's fault is no fault of refeed
            faults.append(f"the reader {origin} can't be used: {type(error).__name__}: {error}")
    return AddedReaders(tuple(readers), tuple(origins), tuple(faults))


def _name_package(point: EntryPoint) -> str:
    return f"{point.dist.name} {point.dist.version}" if point.dist else "an unknown package"


def _check(reader: object, name: str) -> Reader:
    """Check that an entry point is a reader. Raises whatever shows that it isn't."""
    if not isinstance(reader, Reader):
        raise TypeError(f"it is no refeed.reading.readers.Reader, but {type(reader).__name__}")
    if not reader.name or not all(
        suffix.startswith(".") and suffix == suffix.lower() for suffix in reader.suffixes
    ):
        raise ValueError("it needs a name, and suffixes in lower case that begin with a dot")
    reader.recognize(b"", "")
    if reader.name.lower() != name:
        raise ValueError(
            f"it is called {reader.name}, and its entry point not {reader.name.lower()}"
        )
    return reader


def _guard(reader: Reader, origin: str) -> Reader:
    """Return a reader whose faults are reasons to reject a file, and harm no other one."""

    def recognize(head: bytes, path: str) -> bool:
        try:
            return bool(reader.recognize(head, path))
        except Exception:  # noqa: BLE001 - then it is for another one
            return False

    def read(data: bytes, path: str) -> Records:
        return _read(reader.read, data, path, origin)

    return reader._replace(recognize=recognize, read=read)


def _read(
    read: Callable[[bytes, str], Records], data: bytes, path: str, origin: str
) -> Iterator[Record | SnapshotError]:
    try:
        for found in read(data, path):
            if not isinstance(found, Record | SnapshotError):
                raise TypeError(f"it found {type(found).__name__}, not a Record")  # noqa: TRY301 - told below
            yield found
    except SnapshotError:
        raise
    except Exception as error:  # noqa: BLE001 - as above
        yield SnapshotError(f"the reader {origin} fails: {type(error).__name__}: {error}")
