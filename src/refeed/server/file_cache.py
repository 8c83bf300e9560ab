"""Reads, compresses and caches the published files."""

from __future__ import annotations

import errno
import os
import stat
import zlib
from collections import OrderedDict
from contextlib import contextmanager
from hashlib import blake2b
from io import FileIO
from threading import Lock
from typing import TYPE_CHECKING, Final, NamedTuple

import brotli

from refeed.pictures.addresses import find_name
from refeed.render.formats import MANIFEST, is_article_page
from refeed.server.negotiation import IDENTITY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SMALL: Final = 16_384
"""Bytes of a file that may be read, or compressed, between two requests."""

LARGE: Final = 16_000_000
"""Bytes from which a file is sent from the disk, uncompressed, instead of being cached."""

_CACHE_BYTES: Final = 64_000_000
# File systems use the time of the last tick of the kernel, at most 10 ms ago. A younger file may be
# followed by another one with the same stamp.
_TICKING: Final = 50_000_000
_GZIP: Final = 16 + zlib.MAX_WBITS
_BLOCK: Final = 1_000_000
_FOLDER: Final = os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class Stamp(NamedTuple):
    """Identifies a version of a file."""

    device: int
    inode: int
    size: int
    mtime_ns: int
    ctime_ns: int

    def is_of(self, status: os.stat_result) -> bool:
        """Tell whether a file still is that version."""
        return self == (
            status.st_dev,
            status.st_ino,
            status.st_size,
            status.st_mtime_ns,
            status.st_ctime_ns,
        )


class CachedFile:
    """A version of a file.

    Attributes:
        stamp: of the file that held it.
        settled: whether a new content would have a new stamp.
        digest: of the content.
        copies: the content by coding, compressed when first asked for; empty if it is large.
        heads: of responses with it, for a caller to keep.
    """

    __slots__ = ("copies", "digest", "heads", "settled", "stamp")

    def __init__(
        self, stamp: Stamp, digest: str, copies: dict[str, bytes], *, settled: bool
    ) -> None:
        self.stamp = stamp
        self.digest = digest
        self.copies = copies
        self.settled = settled
        self.heads: dict[object, bytes] = {}

    @property
    def is_large(self) -> bool:
        """Whether it is sent from the disk."""
        return self.stamp.size > LARGE


class FileCache:
    """The files of an output folder; may be used by several threads.

    Args:
        folder: the output folder.
        clock: nanoseconds since 1970.
    """

    def __init__(self, folder: Path, clock: Callable[[], int]) -> None:
        self._folder = os.fspath(folder)
        self._clock = clock
        self._cached: OrderedDict[str, CachedFile] = OrderedDict()
        self._bytes = 0
        self._manifest: CachedFile | None = None
        self._published: frozenset[bytes] = frozenset()
        self._lock = Lock()
        self._compressing = Lock()

    def is_published(self, path: str) -> bool:
        """Tell whether a file is refeed's, as the folder's manifest says, or its path.

        Raises:
            OSError: there is no manifest, or it can't be read.
        """
        manifest = self.find(MANIFEST) or self.read(MANIFEST)
        if manifest is not self._manifest:
            with self.open_file(MANIFEST, manifest) as file:
                self._published = frozenset(file.readall().split(b"\n"))
            self._manifest = manifest
        listed = path.encode() in self._published
        return listed or is_article_page(path) or find_name(path) != ""

    def find(self, path: str) -> CachedFile | None:
        """Return a file's content if it is cached and the file still the same.

        Raises:
            OSError: the file isn't there.
        """
        cached = self._cached.get(path)
        if cached is None or not cached.settled:
            return None
        status = os.stat(f"{self._folder}/{path}", follow_symlinks=False)  # noqa: PTH116 - twice as fast
        if not cached.stamp.is_of(status):
            return None
        with self._lock:
            if path in self._cached:
                self._cached.move_to_end(path)
        return cached

    def find_size(self, path: str) -> int:
        """Return the size of a file, in bytes.

        Raises:
            OSError: it isn't there, or not a regular file inside the folder.
        """
        with self._open(path) as (_, status):
            return status.st_size

    def read(self, path: str) -> CachedFile:
        """Read a file and cache its content.

        Raises:
            OSError: it isn't there, or not a regular file inside the folder.
        """
        with self._open(path) as (descriptor, status):
            stamp = Stamp(
                status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns
            )
            if stamp.size > LARGE:
                digest, data = _digest_file(descriptor), None
            else:
                data = _read_all(descriptor, stamp.size)
                digest = compute_digest(data)
        settled = self._clock() - max(stamp.mtime_ns, stamp.ctime_ns) > _TICKING
        with self._lock:
            before = self._cached.get(path)
            if before and before.digest == digest and before.copies:
                copies = before.copies
            else:
                copies = {} if data is None else {IDENTITY: data}
            cached = CachedFile(stamp, digest, copies, settled=settled)
            self._add(path, cached)
        return cached

    def encode(self, path: str, cached: CachedFile, coding: str) -> bytes:
        """Return a content that isn't large in a coding; the work is done once."""
        if (copy := cached.copies.get(coding)) is not None:
            return copy
        with self._compressing:
            if (copy := cached.copies.get(coding)) is None:
                copy = _compress(cached.copies[IDENTITY], coding)
                with self._lock:
                    cached.copies[coding] = copy
                    if self._cached.get(path) is cached:
                        self._add(path, cached)
        return copy

    def open_file(self, path: str, cached: CachedFile) -> FileIO:
        """Return the file that holds a content, for the caller to close.

        Raises:
            OSError: EAGAIN if it is another by now, or it isn't there.
        """
        with self._open(path) as (descriptor, status):
            if not cached.stamp.is_of(status):
                raise BlockingIOError(errno.EAGAIN, "replaced meanwhile", path)
            return FileIO(os.dup(descriptor))

    def _add(self, path: str, cached: CachedFile) -> None:
        self._cached[path] = cached
        self._cached.move_to_end(path)
        self._bytes = sum(
            len(copy) for each in self._cached.values() for copy in each.copies.values()
        )
        while self._bytes > _CACHE_BYTES and len(self._cached) > 1:
            _, forgotten = self._cached.popitem(last=False)
            self._bytes -= sum(map(len, forgotten.copies.values()))

    @contextmanager
    def _open(self, path: str) -> Iterator[tuple[int, os.stat_result]]:
        """Open a file; links below the folder are not followed."""
        descriptor = os.open(self._folder, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            *folders, name = path.split("/")
            for part, flags in (*((each, _FOLDER) for each in folders), (name, _FILE)):
                inner = os.open(part, flags, dir_fd=descriptor)
                os.close(descriptor)
                descriptor = inner
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise FileNotFoundError(path)
            yield descriptor, status
        finally:
            os.close(descriptor)


def compute_digest(data: bytes) -> str:
    """Return what tells one content from another."""
    return blake2b(data, digest_size=16).hexdigest()


def _read_all(descriptor: int, size: int) -> bytes:
    with os.fdopen(os.dup(descriptor), "rb", buffering=0) as handle:
        data = handle.readall()
    if len(data) != size:
        raise FileNotFoundError("a file that was changed in place while it was read")
    return data


def _digest_file(descriptor: int) -> str:
    digest, offset = blake2b(digest_size=16), 0
    while block := os.pread(descriptor, _BLOCK, offset):
        digest.update(block)
        offset += len(block)
    return digest.hexdigest()


def _compress(data: bytes, coding: str) -> bytes:
    if coding == "br":
        return bytes(brotli.compress(data, mode=brotli.MODE_TEXT, quality=5))
    # Without a time in it, so that the same content is the same bytes.
    gzip = zlib.compressobj(6, zlib.DEFLATED, _GZIP)
    return gzip.compress(data) + gzip.flush()
