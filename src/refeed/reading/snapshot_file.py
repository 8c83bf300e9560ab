"""A file split into records, of which each can be read by itself."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from refeed.errors import NotAnArticleError, SnapshotError
from refeed.pictures.identify import identify
from refeed.reading.build_snapshot import build_snapshot
from refeed.reading.encodings import decode
from refeed.reading.folder_rules import check_format, complete, find_rule
from refeed.reading.index_beside import add_index
from refeed.reading.mirror import is_page_of_mirror, looks_like_page
from refeed.reading.publication_date import Zones
from refeed.reading.readers import choose_reader
from refeed.reading.saved_page import SUFFIXES
from refeed.reading.text_files import read_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from refeed.model import Snapshot
    from refeed.pictures.identify import Picture
    from refeed.reading.claims import Record
    from refeed.reading.folder_rules import FolderRule
    from refeed.reading.readers import Reader


# A feed that has a page's name there, or data: its articles and comments are pages of the mirror.
_FEEDS = ("feed", "JSON Feed", "JSON")


class SnapshotFile(NamedTuple):
    """The records of a file, and what their reading depends on; see `refeed.reading.read`.

    The records come one at a time, and only once: there may be thousands of pages.
    """

    records: Iterator[Record | SnapshotError]
    reader: str
    path: str
    modified: int
    zones: Zones
    rule: FolderRule
    box_index: bytes
    beside: Mapping[str, Picture] = MappingProxyType({})
    identify: Callable[[bytes], Picture | None] = identify

    def build(
        self, record: Record | SnapshotError, number: int, *, with_body: bool = True
    ) -> Snapshot:
        """Return the snapshot of a record.

        Args:
            record: one of the file's.
            number: which it is, from 0.
            with_body: whether a body that takes long to find is looked for; else it is "".

        Raises:
            SnapshotError: it is no article, and why. `NotAnArticleError` if nothing is wrong.
        """
        if isinstance(record, SnapshotError):
            raise record
        if self.rule.formats:
            check_format(self.rule, self.reader or record.format)
        if self.box_index:
            record = add_index(record, self.box_index, self.path)
        snapshot = build_snapshot(
            complete(record, self.rule, self.path, number),
            path=self.path,
            number=number,
            modified=self.modified,
            zones=self.zones,
            with_body=with_body,
            beside=self.beside,
            identify=self.identify,
        )
        return snapshot._replace(format=self.reader) if self.reader else snapshot


def split_file(  # noqa: PLR0913 - what a snapshot depends on
    data: bytes,
    *,
    path: str,
    modified: int,
    timezones: Mapping[str, str],
    readers: tuple[Reader, ...] = (),
    folders: tuple[FolderRule, ...] = (),
    index: bytes = b"",
    beside: Mapping[str, Picture] = MappingProxyType({}),
    identify: Callable[[bytes], Picture | None] = identify,
) -> SnapshotFile:
    """Split a snapshot file into records; the arguments are those of `refeed.reading.read`.

    `identify` tells what picture the bytes in a `data:` address are.

    Raises:
        SnapshotError: nothing of it can be read. `NotAnArticleError` if nothing is wrong with it.
    """
    rule = find_rule(folders, path)
    zones = Zones({"*": rule.timezone} if rule.timezone else timezones)
    reader = choose_reader(data, path, readers)
    if is_page_of_mirror(path):
        _check_mirrored(data, path, reader)
    records = iter(reader.read(data, path) if reader else read_text(decode(data), path))
    name = reader.name if reader else ""
    return SnapshotFile(records, name, path, modified, zones, rule, index, beside, identify)


def _check_mirrored(data: bytes, path: str, reader: Reader | None) -> None:
    """Check that a file that is named as a page of a mirror is one.

    Raises:
        NotAnArticleError: it isn't.
    """
    if reader is not None and reader.name in _FEEDS:
        raise NotAnArticleError("a feed of a mirror")
    if not path.lower().endswith(SUFFIXES) and not looks_like_page(data):
        # A style sheet of `css?family=…`, a picture.
        raise NotAnArticleError("a file of a mirror, not a page")
