"""A file that is written beside the published one, and replaces it whole."""

from __future__ import annotations

from contextlib import suppress
from io import BytesIO
from typing import TYPE_CHECKING, Final, Self
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_CHUNK: Final = 65_536


class Draft:
    """A file being written beside the published one, and deleted in the end if it isn't staged.

    Args:
        path: where it is to be published, relative to the output folder.
        file: where it is; None in a dry run, where memory holds it.

    Raises:
        OSError: no room, no permission; so do all methods.
    """

    def __init__(self, path: str, file: Path | None) -> None:
        self.path = path
        self._file = file
        self._is_kept = False
        self._size = self._checksum = 0
        self._handle = BytesIO() if file is None else file.open("w+b")

    def __enter__(self) -> Self:
        """Return this."""
        return self

    def __exit__(self, *_: object) -> None:
        """Delete the file, unless it is kept."""
        if not self._is_kept:
            self.discard()

    def write(self, data: bytes) -> None:
        """Append to the file."""
        self._size, self._checksum = self._size + len(data), crc32(data, self._checksum)
        self._handle.write(data)

    def read(self) -> Iterator[bytes]:
        """Yield what the file holds, from its beginning."""
        self._handle.seek(0)
        while chunk := self._handle.read(_CHUNK):
            yield chunk

    def is_intact(self) -> bool:
        """Tell whether the file, read again, holds what was written to it.

        The checksum is for faults of disks, not for forgers.
        """
        size = checksum = 0
        for data in self.read():
            size, checksum = size + len(data), crc32(data, checksum)
        return (size, checksum) == (self._size, self._checksum)

    def equals(self, file: Path) -> bool:
        """Tell whether a published file holds the same bytes."""
        self._handle.flush()
        try:
            if file.stat().st_size != self._size:
                return False
            with file.open("rb") as published:
                return all(published.read(len(chunk)) == chunk for chunk in self.read())
        except OSError:
            return False

    def keep(self) -> None:
        """Close the file, and don't delete it."""
        self._handle.close()
        self._is_kept = True

    def discard(self) -> None:
        """Delete the file."""
        with suppress(OSError):  # what could not be written can't be on closing either
            self._handle.close()
        if self._file is not None:
            self._file.unlink(missing_ok=True)
