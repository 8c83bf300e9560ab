"""Reads snapshots from the bytes of files."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from refeed.errors import NotAnArticleError, SnapshotError, join_reasons
from refeed.reading.folder_rules import FolderRule
from refeed.reading.snapshot_file import SnapshotFile, split_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from refeed.model import Snapshot
    from refeed.pictures.identify import Picture
    from refeed.reading.claims import Record
    from refeed.reading.readers import Reader

_MOST_NAMED = 5

__all__ = [
    "FolderRule",
    "Reading",
    "SnapshotFile",
    "read",
    "read_each",
    "split_file",
    "summarize",
]


class Reading(NamedTuple):
    """What one file holds.

    Attributes:
        snapshots: its articles, one or more, in the file's order.
        problems: why further records of the file are not among them, one line each.
        passed_over: why records are not among them that hold no article, one line each.
    """

    snapshots: tuple[Snapshot, ...]
    problems: tuple[str, ...] = ()
    passed_over: tuple[str, ...] = ()

    @property
    def unread_dates(self) -> tuple[str, ...]:
        """The dates of all snapshots that could not be read, see `Snapshot.unread_dates`."""
        return tuple(line for snapshot in self.snapshots for line in snapshot.unread_dates)


def read(  # noqa: PLR0913 - what a snapshot depends on
    data: bytes,
    *,
    path: str,
    modified: int,
    timezones: Mapping[str, str],
    readers: tuple[Reader, ...] = (),
    folders: tuple[FolderRule, ...] = (),
    index: bytes = b"",
    beside: Mapping[str, Picture] = MappingProxyType({}),
    with_bodies: bool = True,
) -> Reading:
    """Read a snapshot file.

    Args:
        data: all of its bytes.
        path: relative to its seeds folder, as in `Snapshot.path`.
        modified: the file's time, an instant.
        timezones: source host, or `*` for any, -> the IANA zone (which must exist) of times that
            name none.
        readers: of other packages, asked before refeed's own.
        folders: rules for folders, of which the one with the longest path counts.
        index: the bytes of ArchiveBox's index if the file is a form of its page.
        beside: pictures in files beside, by the references that the file has to them.
        with_bodies: whether bodies that take long to find are looked for; else they are "".
            Nothing else of a snapshot depends on it.

    Raises:
        SnapshotError: no record of the file is an article; says why. `NotAnArticleError` if
            nothing is wrong with it.
    """
    file = split_file(
        data,
        path=path,
        modified=modified,
        timezones=timezones,
        readers=readers,
        folders=folders,
        index=index,
        beside=beside,
    )
    return summarize([result for _, result in read_each(file, with_bodies=with_bodies)])


def read_each(
    file: SnapshotFile, *, with_bodies: bool = True
) -> Iterator[tuple[Record | SnapshotError, Snapshot | SnapshotError]]:
    """Yield each record of a file with its snapshot, or with the reason why there is none.

    Args:
        file: of `split_file`.
        with_bodies: as `read` has it.
    """
    for number, record in enumerate(file.records):
        try:
            yield record, file.build(record, number, with_body=with_bodies)
        except SnapshotError as error:
            yield record, error


def summarize(results: Sequence[Snapshot | SnapshotError]) -> Reading:
    """Return the reading of a file of what `read_each` found in it.

    Raises:
        SnapshotError: as `read` does.
    """
    snapshots: list[Snapshot] = []
    faulty: dict[str, list[int]] = {}
    other: dict[str, list[int]] = {}
    for number, result in enumerate(results, start=1):
        if not isinstance(result, SnapshotError):
            snapshots.append(result)
            continue
        records = other if isinstance(result, NotAnArticleError) else faulty
        records.setdefault(str(result), []).append(number)
    is_one = len(results) == 1
    problems = [text if is_one else _name(records, text) for text, records in faulty.items()]
    passed_over = [text if is_one else _name(records, text) for text, records in other.items()]
    if not snapshots and problems:
        raise SnapshotError(join_reasons(problems))
    if not snapshots:
        raise NotAnArticleError(join_reasons(passed_over) or "it holds no article")
    return Reading(tuple(snapshots), tuple(problems), tuple(passed_over))


def _name(records: Sequence[int], reason: str) -> str:
    """Return a reason with the numbers of the records that it is about, or the first of them."""
    if len(records) == 1:
        return f"record {records[0]}: {reason}"
    more = len(records) - _MOST_NAMED
    first = ", ".join(map(str, records[: _MOST_NAMED if more > 0 else -1]))
    return f"records {first} and {f'{more:,} more' if more > 0 else records[-1]}: {reason}"
