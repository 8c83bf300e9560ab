"""Reads snapshots from the bytes of files."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from refeed.errors import NotAnArticleError, SnapshotError, join_reasons
from refeed.reading.build_snapshot import build_snapshot
from refeed.reading.encodings import decode
from refeed.reading.publication_date import Zones
from refeed.reading.readers import choose_reader
from refeed.reading.text_files import read_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from refeed.model import Snapshot
    from refeed.reading.readers import Reader

__all__ = ["Reading", "read"]


class Reading(NamedTuple):
    """What one file holds.

    Attributes:
        snapshots: its articles, one or more, in the file's order.
        problems: why further records of the file are not among them, one line each.
        left_out: what of the file is no article, and nothing is wrong with it, one line each.
    """

    snapshots: tuple[Snapshot, ...]
    problems: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

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
        with_bodies: whether bodies that take long to find are looked for; else they are "".
            Nothing else of a snapshot depends on it.

    Raises:
        SnapshotError: no record of the file is an article; says why. `NotAnArticleError` if
            nothing is wrong with it.
    """
    snapshots: list[Snapshot] = []
    faults: list[tuple[int, SnapshotError]] = []
    left_out: list[str] = []
    count = 0
    zones = Zones(timezones)
    reader = choose_reader(data, path, readers)
    # One at a time: a file may hold thousands of pages.
    records = reader.read(data, path) if reader else read_text(decode(data), path)
    for number, record in enumerate(records):
        count += 1
        try:
            if isinstance(record, SnapshotError):
                raise record
            snapshot = build_snapshot(
                record,
                path=path,
                number=number,
                modified=modified,
                zones=zones,
                with_body=with_bodies,
            )
            snapshots.append(snapshot._replace(format=reader.name) if reader else snapshot)
        except NotAnArticleError as error:
            left_out.append(str(error))
        except SnapshotError as error:
            faults.append((number, error))
    problems = [
        f"record {number + 1}: {error}" if count > 1 else str(error) for number, error in faults
    ]
    if not snapshots and problems:
        raise SnapshotError(join_reasons(problems))
    if not snapshots:
        raise NotAnArticleError(join_reasons(left_out) or "it holds no article")
    return Reading(tuple(snapshots), tuple(problems), tuple(left_out))
