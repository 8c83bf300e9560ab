"""Reads snapshots from the bytes of files."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from refeed.errors import SnapshotError, join_reasons
from refeed.reading import native_format, saved_page
from refeed.reading.address_line import add_address_line
from refeed.reading.build_snapshot import build_snapshot
from refeed.reading.encodings import decode
from refeed.reading.front_matter import split_front_matter
from refeed.reading.missing_url import describe_missing_url, recognize
from refeed.reading.publication_date import Zones

if TYPE_CHECKING:
    from collections.abc import Mapping

    from refeed.model import Snapshot
    from refeed.reading.claims import Record

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


def read(data: bytes, *, path: str, modified: int, timezones: Mapping[str, str]) -> Reading:
    """Read a snapshot file.

    Args:
        data: all of its bytes.
        path: relative to its seeds folder, as in `Snapshot.path`.
        modified: the file's time, an instant.
        timezones: source host, or `*` for any, -> the IANA zone (which must exist) of times that
            name none.

    Raises:
        SnapshotError: no record of the file is an article; says why.
    """
    snapshots: list[Snapshot] = []
    problems: list[str] = []
    zones = Zones(timezones)
    found = _read_records(decode(data), path)
    for number, record in enumerate(found):
        try:
            if isinstance(record, SnapshotError):
                raise record
            snapshots.append(
                build_snapshot(record, path=path, number=number, modified=modified, zones=zones)
            )
        except SnapshotError as error:
            problems.append(f"record {number + 1}: {error}" if len(found) > 1 else str(error))
    if not snapshots:
        raise SnapshotError(join_reasons(problems))
    return Reading(tuple(snapshots), tuple(problems))


def _read_records(text: str, path: str) -> tuple[Record | SnapshotError, ...]:
    matter = split_front_matter(text)
    records = native_format.read_records(text, matter.end, matter.values)
    if records:
        kind = recognize(text) if isinstance(records[0], SnapshotError) else ""
        if kind:
            return (SnapshotError(kind),)
        return tuple([_take_out_article(record) for record in records])
    record = native_format.read_without_header(text, matter.end, matter.values)
    is_page = saved_page.is_page(record.html) or (
        not matter.values and path.lower().endswith(saved_page.SUFFIXES)
    )
    if is_page:
        record = saved_page.read_page(record)
    elif not record.urls:
        record = add_address_line(record)
    if not record.urls:
        return (SnapshotError(describe_missing_url(text, matter, is_page=is_page)),)
    return (record,)


def _take_out_article(record: Record | SnapshotError) -> Record | SnapshotError:
    """Extract the article if the body is a whole page."""
    if isinstance(record, SnapshotError) or not saved_page.is_page(record.html):
        return record
    return saved_page.read_page(record)
