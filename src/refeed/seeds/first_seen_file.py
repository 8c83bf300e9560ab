"""The file of first sight: for each content of a snapshot file, when it was seen first.

A line is the digest of the bytes in hexadecimal (`seeds.files.digest_of`), a tab, and an instant as
RFC 3339 has it. Lines are sorted, so that two histories of the file merge line by line.
"""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from refeed.reading.dates.text import LATEST
from refeed.seeds.files import digest_of
from refeed.whole_file import write_whole

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_LINE: Final = re.compile(
    r"([0-9a-f]{32})\t(\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d))"
)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST_SHOWN: Final = 60
_NO_STAMP: Final = (0, 0, 0)


class FirstSeenFile(NamedTuple):
    """What is in the file.

    Attributes:
        dates: instants by digest; of two lines for a content the earlier counts.
        lines: those that `dates` are from, as they are written, sorted.
        damaged: lines that can't be read, by number from 1. They stay in the file.
        comments: lines that begin with ``#``. They stay at the top.
        digest: of the bytes.
        stamp: inode, mtime_ns and ctime_ns; zeros if the file isn't there.
    """

    dates: Mapping[bytes, int]
    lines: tuple[str, ...] = ()
    damaged: Mapping[int, str] = {}
    comments: tuple[str, ...] = ()
    digest: bytes = b""
    stamp: tuple[int, int, int] = _NO_STAMP

    def list_problems(self, file: Path) -> tuple[str, ...]:
        """Return a line for each damaged line."""
        return tuple(
            f"{file}:{number}: {text[:_LONGEST_SHOWN]!r} is not a digest, a tab and a time; skipped"
            for number, text in self.damaged.items()
        )


def load(file: Path, known: FirstSeenFile | None = None) -> FirstSeenFile:
    """Read the file; one that isn't there has no lines.

    Args:
        file: where it is.
        known: what was loaded last; it is returned if the file has its stamp still.

    Raises:
        OSError: it is there and can't be read.
    """
    try:
        with file.open("rb") as handle:
            stamp = _stamp_of(os.fstat(handle.fileno()))
            if known is not None and known.stamp == stamp:
                return known
            data = handle.read()
    except FileNotFoundError:
        return FirstSeenFile({})
    return parse(data)._replace(stamp=stamp)


def parse(data: bytes) -> FirstSeenFile:
    """Read the file's bytes."""
    dates: dict[bytes, int] = {}
    written: dict[bytes, str] = {}
    damaged: dict[int, str] = {}
    comments: list[str] = []
    for number, line in enumerate(data.decode("utf-8", "surrogateescape").split("\n"), 1):
        text = line.rstrip("\r")
        if text.startswith("#"):
            comments.append(text)
        elif text.strip():
            match = _LINE.fullmatch(text)
            instant = _parse_time(match[2]) if match else None
            if match and instant is not None:
                content = bytes.fromhex(match[1])
                if instant <= dates.get(content, instant):
                    dates[content], written[content] = instant, text
            else:
                damaged[number] = text
    lines = tuple(sorted(written.values()))
    return FirstSeenFile(dates, lines, damaged, tuple(comments), digest_of(data))


def add(file: Path, loaded: FirstSeenFile, dates: Mapping[bytes, int]) -> FirstSeenFile:
    """Add lines to the file, which is written whole; return what is in it now.

    Args:
        file: where it is; its folder is made if it isn't there.
        loaded: what is in it, of `load` just before.
        dates: of contents that it has no line of.

    Raises:
        OSError: it can't be written.
    """
    target = file.resolve()
    new = (f"{content.hex()}\t{_format_time(instant)}" for content, instant in dates.items())
    lines = tuple(sorted((*loaded.lines, *new)))
    text = "".join(f"{line}\n" for line in (*loaded.comments, *lines, *loaded.damaged.values()))
    data = text.encode("utf-8", "surrogateescape")
    target.parent.mkdir(parents=True, exist_ok=True)
    write_whole(target, data)
    damaged = dict(enumerate(loaded.damaged.values(), len(loaded.comments) + len(lines) + 1))
    stamp = _stamp_of(target.stat())
    everything = {**loaded.dates, **dates}
    return FirstSeenFile(everything, lines, damaged, loaded.comments, digest_of(data), stamp)


def _stamp_of(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_ino, status.st_mtime_ns, status.st_ctime_ns


def _parse_time(text: str) -> int | None:
    """Return the instant of a time as RFC 3339 has it; None if it is none of an article."""
    try:
        when = datetime.fromisoformat(text.upper())
    except ValueError:
        return None
    instant = (when - _EPOCH) // timedelta(milliseconds=1)
    return instant if 0 <= instant < LATEST else None


def _format_time(instant: int) -> str:
    when = _EPOCH + timedelta(milliseconds=instant)
    return f"{when.replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"
