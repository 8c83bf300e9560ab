"""The rows of the index, and the encoding of columns."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from refeed.merge import Version


class FileRow(NamedTuple):
    """A snapshot file as it was when it was last read.

    Attributes:
        seed: which seeds folder, in the order of the configuration.
        path: relative to the seeds folder.
        size: bytes.
        stamp: of its times, see `refeed.seeds.files.stamp_of`.
        digest: of its bytes; b"" where it couldn't be read.
        problem: why it was rejected, or what of it, or "".
        dated_by_file: whether an instant of it is the file's own time.
        unread_dates: how many dates in it could not be read.
        timed_out: whether it was rejected since reading or cleaning it took too long.
        unreadable: whether it is there and couldn't be read when that was last tried; what was read
            before stays.
        no_article: what it is instead, if it holds no article and nothing is wrong with it, or "".
        beside: where pictures beside it are or may come to be: paths relative to the seeds folder,
            each with its stamp. The index gives them by `Store.files_beside` alone.
    """

    seed: int
    path: str
    size: int
    stamp: int
    digest: bytes
    problem: str = ""
    dated_by_file: bool = False
    unread_dates: int = 0
    timed_out: bool = False
    unreadable: bool = False
    no_article: str = ""
    beside: tuple[tuple[str, int], ...] = ()


class SnapshotRow(NamedTuple):
    """What the index keeps of a snapshot: everything but its HTML."""

    record: int
    key: str
    instant: int
    url: str
    title: str
    authors: tuple[str, ...]
    tags: tuple[str, ...]


class StoredVersion(NamedTuple):
    """A snapshot of an entry for merging, with more that the index has of it.

    Attributes:
        version: without length and digest of its text if these are unknown.
        digest: of the file's bytes.
        seen: whether length and digest of its text are known.
    """

    version: Version
    digest: bytes
    seen: bool


class EntryRow(NamedTuple):
    """An entry with its winning snapshot, the place of its HTML, and what was found out about it.

    Attributes:
        verdicts: what was learned that concerns it.
        pictures: what the picture store has of the pictures that it shows, packed.
        picture_basis: of what that was found; see `ShownPictures`.
    """

    entry: int
    key: str
    published: int
    updated: int
    url: str
    title: str
    authors: tuple[str, ...]
    tags: tuple[str, ...]
    seed: int
    path: str
    record: int
    digest: bytes
    verdicts: bytes = b""
    pictures: bytes = b""
    picture_basis: bytes = b""


_ESCAPED: Final = 8
"""How many bytes one can become at most, a name's element included: RSS writes & as &#x26;."""

_ESCAPED_TWICE: Final = 10
"""The same in the HTML of a summary, where it is &#x26;amp;."""

_MORE_FOR_A_PICTURE: Final = 150
"""By how much its address can be longer in a document than in cached HTML."""

ENTRY_WEIGHT: Final = f"""2000 + {_ESCAPED} * (
    length(CAST(s.url AS BLOB)) + length(CAST(s.title AS BLOB))
    + length(CAST(s.authors AS BLOB)) + length(CAST(s.tags AS BLOB))
)"""
"""The bytes that an entry with the snapshot `s` takes in a document at most, besides its content:
dates, id, markup, and texts with their escapes."""


@dataclass(frozen=True, slots=True)
class Content:
    """The cleaned content of an entry.

    Attributes:
        html: cleaned.
        summary: text of its beginning.
        image: address of the lead image, or "".
        text_read: characters of text before boilerplate was removed; 0 if it is not known.
        text_left: characters of text that are left.
    """

    html: str
    summary: str
    image: str
    text_read: int = 0
    text_left: int = 0

    def weight(self) -> int:
        """Return how many bytes it takes in a document at most, whatever the format."""
        pictures = _MORE_FOR_A_PICTURE * self.html.count("<img ")
        return pictures + sum(
            (
                # JSON escapes most in HTML, which the other formats write as it is.
                len(json.dumps(self.html, ensure_ascii=False).encode()),
                _ESCAPED_TWICE * len(self.summary.encode()),
                _ESCAPED * len(self.image.encode()),
            )
        )


def entry_number(key: str) -> int:
    """Return the number under which an entry is stored: 63 bits of a digest of its key.

    It depends on the key alone, so that the order of entries of one instant does not depend on the
    order of reading.
    """
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest()) >> 1


def encode_path(path: str) -> bytes:
    """Encode a path for a column: file names need not be UTF-8."""
    return path.encode("utf-8", "surrogateescape")


def decode_path(folder: bytes, name: bytes) -> str:
    """Join and decode the columns of a file's folder and name."""
    path = b"%b/%b" % (folder, name) if folder else name
    return path.decode("utf-8", "surrogateescape")


@lru_cache(maxsize=1024)
def pack_texts(values: tuple[str, ...]) -> str:
    """Encode texts for one column."""
    return json.dumps(values, ensure_ascii=False) if values else ""


@lru_cache(maxsize=1024)
def unpack_texts(text: str) -> tuple[str, ...]:
    """Decode a column that `pack_texts` encoded."""
    return tuple(json.loads(text)) if text else ()
