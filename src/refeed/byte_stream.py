"""Bytes as the file objects that libraries read; the core uses no `io`."""

from __future__ import annotations


class ByteStream:
    """A file object over bytes, which it doesn't copy."""

    def __init__(self, data: bytes, start: int = 0) -> None:
        self._data = data
        self._at = start

    def read(self, size: int | None = -1) -> bytes:
        """Read at most so many bytes, or all that is left."""
        end = len(self._data) if size is None or size < 0 else self._at + size
        part = self._data[self._at : end]
        self._at += len(part)
        return part

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a place: from the start, from here (1), or from the end (2)."""
        self._at = max(0, offset + (0, self._at, len(self._data))[whence])
        return self._at

    def tell(self) -> int:
        """Return the place of the next byte."""
        return self._at

    def seekable(self) -> bool:
        """Say that it is seekable."""
        return True

    def flush(self) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""
