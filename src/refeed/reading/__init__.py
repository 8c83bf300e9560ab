"""Reads snapshots from the bytes of files."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from refeed.errors import SnapshotError, join_reasons
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
    """

    snapshots: tuple[Snapshot, ...]
    problems: tuple[str, ...] = ()

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
    problems: list[tuple[int, str]] = []
    zones = Zones(timezones)
    reader = choose_reader(data, path, readers)
    number = -1
    # One by one: a record may hold a whole page until its article is found.
    for number, record in enumerate(
        reader.read(data, path) if reader else read_text(decode(data), path)
    ):
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
        except SnapshotError as error:
            problems.append((number, str(error)))
    reasons = tuple(f"record {at + 1}: {why}" if number else why for at, why in problems)
    if not snapshots:
        raise SnapshotError(join_reasons(reasons) or "it holds no article")
    return Reading(tuple(snapshots), reasons)
