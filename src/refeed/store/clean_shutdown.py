"""Marks an index that was closed properly: it needn't be checked for damage when it is opened.

A file beside the index says its size, time and inode when it was closed; it is deleted when the
index is opened. After a kill, while another process has it open, or after somebody else has written
to it, there is no such file, or it doesn't match.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

SUFFIX = "-closed"


def mark_clean(file: Path) -> None:
    """Note that an index was just closed; not if another process has it open."""
    with suppress(OSError):  # then it is checked when it is opened
        if not _name_log(file).exists():
            file.with_name(file.name + SUFFIX).write_text(_describe(file), encoding="ascii")


def take_clean_mark(file: Path) -> bool:
    """Tell whether an index is as it was when it was closed, and delete the mark."""
    mark = file.with_name(file.name + SUFFIX)
    try:
        is_clean = not _name_log(file).exists() and mark.read_text(encoding="ascii") == _describe(
            file
        )
    except (OSError, ValueError):
        is_clean = False
    mark.unlink(missing_ok=True)
    return is_clean


def _name_log(file: Path) -> Path:
    return file.with_name(f"{file.name}-wal")


def _describe(file: Path) -> str:
    status = file.stat()
    return f"{status.st_size} {status.st_mtime_ns} {status.st_ino}\n"
