"""Writes a file whole: whoever reads it sees what was there before, or all of what is now."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def write_whole(file: Path, data: bytes) -> None:
    """Write a file beside its place, have the disk write it, and rename it.

    What is there is replaced, and hands on its permissions. The file beside it is called
    `.NAME.DIGITS.new`, with 32 hexadecimal digits; a process that is killed leaves it.

    Raises:
        OSError: no room, no permission; it names a file. What was there stays as it was.
    """
    draft = file.with_name(f".{file.name}.{os.urandom(16).hex()}.new")
    try:
        with draft.open("wb") as handle:
            handle.write(data)
            handle.flush()
            with suppress(FileNotFoundError):
                os.fchmod(handle.fileno(), stat.S_IMODE(file.stat().st_mode))
            os.fsync(handle.fileno())
        draft.replace(file)
    except OSError as error:
        draft.unlink(missing_ok=True)
        # A write names none.
        error.filename = error.filename or str(file)
        raise
