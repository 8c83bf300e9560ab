"""Unpacks the files in a ZIP archive, within bounds."""

from __future__ import annotations

import zlib
from zipfile import BadZipFile, ZipFile

from refeed.byte_stream import ByteStream
from refeed.errors import SnapshotError

_MOST_FILES = 10_000
_MOST_UNPACKED = 4
_LEAST_UNPACKED = 20_000_000


class ZipMembers:
    """The files in a ZIP archive, to four times its size and 20 MB at most.

    Attributes:
        names: in the archive's order, of the first ten thousand.
    """

    def __init__(self, data: bytes) -> None:
        """Read the directory.

        Raises:
            SnapshotError: it is no sound ZIP archive.
        """
        try:
            self._zip = ZipFile(ByteStream(data))
            self.names = self._zip.namelist()[:_MOST_FILES]
        except (BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise SnapshotError("a broken ZIP archive: it may still be being written") from error
        self._left = _LEAST_UNPACKED + _MOST_UNPACKED * len(data)

    def read(self, name: str) -> bytes:
        """Unpack a file.

        Raises:
            SnapshotError: it is broken, encrypted, or too much.
        """
        try:
            with self._zip.open(name) as file:
                data = file.read(self._left + 1)
        except (BadZipFile, OSError, ValueError, RuntimeError, EOFError, zlib.error) as error:
            raise SnapshotError(f"{name[:100]} in it can't be unpacked: {error}") from error
        self._left -= len(data)
        if self._left < 0:
            raise SnapshotError("its files unpack to more than four times its size and 20 MB")
        return data
