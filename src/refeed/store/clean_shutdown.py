"""Whether an index is as it was left: then nobody needs to look through all of it for damage.

Whoever closes an index notes its size and time beside it, and whoever opens it takes the note away.
So an index whose owner was killed, that is in use, or that somebody else has written to has no note
that is true. What decays on the disk without that is found when it is read, as ever.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_END = "-closed"


def note(file: Path) -> None:
    """Note how an index is that has just been closed; not if someone else has it open."""
    with suppress(OSError):  # then it is looked through when it is opened
        if not _log(file).exists():
            file.with_name(file.name + _END).write_text(_state(file), encoding="ascii")


def take_note(file: Path) -> bool:
    """Tell whether an index is as it was left, and take the note away."""
    place = file.with_name(file.name + _END)
    try:
        as_left = not _log(file).exists() and place.read_text(encoding="ascii") == _state(file)
    except (OSError, ValueError):
        as_left = False
    place.unlink(missing_ok=True)
    return as_left


def _log(file: Path) -> Path:
    return file.with_name(f"{file.name}-wal")


def _state(file: Path) -> str:
    status = file.stat()
    return f"{status.st_size} {status.st_mtime_ns} {status.st_ino}\n"
