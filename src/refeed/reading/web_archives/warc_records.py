"""Reads the records of a WARC file (ISO 28500), one at a time, past what is broken in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fastwarc.stream_io import ZstdReader
from fastwarc.warc import ArchiveIterator, WarcRecordType

from refeed.byte_stream import ByteStream
from refeed.reading.web_archives.gzip_stream import GzipStream
from refeed.reading.web_archives.limits import LONGEST_PAGE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastwarc.warc import WarcRecord

_HEAD = 65_536
_MOST_FAULTS = 100
_MOST_RECORDS = 100_000
_GZIP = b"\x1f\x8b"
_ZSTD = (b"\x28\xb5\x2f\xfd", b"\x5d\x2a\x4d\x18")
_READ = WarcRecordType.response | WarcRecordType.resource
_HEAD_READ = WarcRecordType.request | WarcRecordType.revisit


class WarcBlock(NamedTuple):
    """A record.

    Attributes:
        kind: its WARC-Type in lower case.
        url: its WARC-Target-URI.
        date: its WARC-Date.
        content_type: of its block.
        resource_type: what browsers fetched it as, where the archiver says it.
        data: its block, of responses and resources; the head of long ones, and of requests.
        is_whole: whether `data` is all of the block.
    """

    kind: str
    url: str
    date: str
    content_type: str
    resource_type: str
    data: bytes
    is_whole: bool


class WarcReader:
    """The records of a WARC file, packed by gzip or zstd, or not.

    Attributes:
        faults: why some of its records could not be read; complete after the last record.
    """

    def __init__(self, data: bytes, most: int) -> None:
        """Take a file.

        Args:
            data: the file.
            most: bytes that are unpacked.
        """
        self._data = data
        self._most = most
        self._left = _MOST_RECORDS
        self.faults: list[str] = []

    def __iter__(self) -> Iterator[WarcBlock]:
        """Yield the records."""
        if self._data.startswith(_GZIP):
            yield from self._read_members()
        elif self._data.startswith(_ZSTD):
            yield from self._read_zstd()
        else:
            yield from self._read_plain()

    def _read_members(self) -> Iterator[WarcBlock]:
        start, left = 0, self._most
        while start >= 0 and self._left >= 0 and len(self.faults) < _MOST_FAULTS:
            stream = GzipStream(self._data, start, left)
            known = len(self.faults)
            yield from self._iterate(stream)
            left -= stream.unpacked
            if stream.is_full:
                self.faults.append(f"it unpacks to more than {self._most:,} bytes")
                return
            if not stream.is_broken:
                return
            del self.faults[known:]
            self.faults.append("its compressed data is broken or cut off")
            start = stream.find_next()

    def _read_zstd(self) -> Iterator[WarcBlock]:
        stream = BoundedStream(ZstdReader(ByteStream(self._data)), self._most)
        yield from self._iterate(stream)
        if stream.is_full:
            self.faults.append(f"it unpacks to more than {self._most:,} bytes")

    def _read_plain(self) -> Iterator[WarcBlock]:
        yield from self._iterate(ByteStream(self._data))

    def _iterate(self, stream: ByteStream | GzipStream | BoundedStream) -> Iterator[WarcBlock]:
        try:
            records = ArchiveIterator(
                stream, parse_http=False, stream_detect=False, quirks_mode=True
            )
            for record in records:
                self._left -= 1
                if self._left < 0:
                    self.faults.append(f"it has more than {_MOST_RECORDS:,} records")
                    return
                block, has_all = _read_block(record)
                if not has_all:
                    self.faults.append("a record is cut off")
                yield block
        except (OSError, ValueError) as error:
            self.faults.append(f"a record is broken: {str(error)[:100]}")


class BoundedStream:
    """A file object that ends after so many bytes of another."""

    def __init__(self, inner: ZstdReader, most: int) -> None:
        self._inner = inner
        self._left = most
        self._given = 0

    @property
    def is_full(self) -> bool:
        """Tell whether it ended since there was too much."""
        return self._left <= 0

    def read(self, size: int | None = -1) -> bytes:
        """Read at most so many bytes, b"" at the end."""
        wanted = _HEAD if size is None or size <= 0 else min(size, _HEAD)
        part = self._inner.read(min(wanted, self._left)) if self._left > 0 else b""
        self._left -= len(part)
        self._given += len(part)
        return part

    def seek(self, offset: int, whence: int = 0) -> int:
        """Refuse: a packed file is read once, from its start."""
        raise OSError(f"can't seek to {offset} ({whence})")

    def tell(self) -> int:
        """Return how many bytes it has given."""
        return self._given

    def close(self) -> None:
        """Do nothing."""


def _read_block(record: WarcRecord) -> tuple[WarcBlock, bool]:
    """Read a record, and tell whether the file has all of it."""
    length = record.content_length
    kind = record.record_type
    wanted = 0
    if kind & _READ:
        wanted = length if length <= LONGEST_PAGE else _HEAD
    elif kind & _HEAD_READ:
        wanted = _HEAD
    data = record.reader.read(min(wanted, length)) if wanted and length else b""
    fields = record.headers
    block = WarcBlock(
        (fields.get("WARC-Type") or "").strip().lower(),
        (fields.get("WARC-Target-URI") or "").strip("<> \t"),
        (fields.get("WARC-Date") or "").strip(),
        (fields.get("Content-Type") or "").strip(),
        (fields.get("WARC-Resource-Type") or "").strip().lower(),
        data,
        len(data) >= length,
    )
    return block, len(data) + record.reader.consume() >= length
