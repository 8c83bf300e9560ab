"""Unpacks the gzip members of a file (RFC 1952) as far as they are sound."""

from __future__ import annotations

import zlib
from contextlib import suppress

_MAGIC = b"\x1f\x8b\x08"
_STEP = 1 << 16


class GzipStream:
    """A file object over gzip members, one after the other, that ends where the data is broken.

    Attributes:
        unpacked: how many bytes it has given.
        is_broken: whether it ended at broken data, or within a member.
    """

    def __init__(self, data: bytes, start: int, most: int) -> None:
        """Begin with a member.

        Args:
            data: the file.
            start: where the member begins.
            most: bytes after which it ends.
        """
        self._data = data
        self._at = start
        self._member = start
        self._most = most
        self._unpacker: zlib._Decompress | None = None
        self.unpacked = 0
        self.is_broken = False

    @property
    def is_full(self) -> bool:
        """Tell whether it ended since there was too much."""
        return self.unpacked >= self._most

    def find_next(self) -> int:
        """Return where a member may begin after the broken one, or -1."""
        return self._data.find(_MAGIC, self._member + 1)

    def read(self, size: int | None = -1) -> bytes:
        """Read at most so many bytes, b"" at the end."""
        wanted = _STEP if size is None or size <= 0 else min(size, _STEP)
        part: bytes | None = b""
        while part == b"" and not self.is_broken and not self.is_full:
            part = self._unpack(min(wanted, self._most - self.unpacked))
        self.unpacked += len(part or b"")
        return part or b""

    def _unpack(self, size: int) -> bytes | None:
        """Unpack some of a member; None at the end of the file."""
        if self._unpacker is None:
            if self._at >= len(self._data):
                return None
            if not self._data.startswith(_MAGIC, self._at):
                self.is_broken = bool(self._data[self._at : self._at + _STEP].strip(b"\0\r\n"))
                return None
            self._member = self._at
            self._unpacker = zlib.decompressobj(31)
        unpacker = self._unpacker
        packed = unpacker.unconsumed_tail or self._data[self._at : self._at + _STEP]
        self._at += 0 if unpacker.unconsumed_tail else len(packed)
        before = unpacker.copy()
        try:
            part = unpacker.decompress(packed, size)
        except zlib.error:
            self.is_broken = True
            return _unpack_until_broken(before, packed)[:size]
        if unpacker.eof:
            self._at -= len(unpacker.unused_data)
            self._unpacker = None
        elif not part and not packed:
            self.is_broken = True
        return part

    def seek(self, offset: int, whence: int = 0) -> int:
        """Refuse: a packed file is read once, from its start."""
        raise OSError(f"can't seek to {offset} ({whence})")

    def tell(self) -> int:
        """Return how many bytes it has given."""
        return self.unpacked

    def close(self) -> None:
        """Do nothing."""


def _unpack_until_broken(unpacker: zlib._Decompress, packed: bytes) -> bytes:
    """Unpack byte by byte: a call that fails gives nothing of what it has unpacked."""
    unpacked = bytearray()
    with suppress(zlib.error):
        for at in range(len(packed)):
            unpacked += unpacker.decompress(packed[at : at + 1])
    return bytes(unpacked)
