"""The files of the picture store, named by content: `ab/abcdef….png`."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from refeed.pictures.identify import is_named_by
from refeed.whole_file import write_whole

if TYPE_CHECKING:
    from pathlib import Path

_DRAFTS: Final = "[0-9a-f][0-9a-f]/.*.new"


class PictureFiles:
    """The files below a folder. A file is there whole, or it isn't there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path_of(self, name: str) -> Path:
        """Return where a picture is."""
        return self._folder / name[:2] / name

    def write(self, name: str, data: bytes) -> None:
        """Write a picture whole; what is there is replaced.

        Raises:
            OSError: no room, no permission.
        """
        file = self.path_of(name)
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, data)
        # A name that a power cut takes is missed by the next look at the files.

    def is_there(self, name: str, size: int) -> bool:
        """Tell whether a file of that size is in the picture's place."""
        try:
            return self.path_of(name).stat().st_size == size
        except OSError:
            return False

    def read(self, name: str) -> bytes | None:
        """Return a picture; None if it isn't there, or isn't what it was when it was written."""
        try:
            data = self.path_of(name).read_bytes()
        except OSError:
            return None
        return data if is_named_by(name, data) else None

    def delete(self, name: str) -> None:
        """Delete a picture, if it is there."""
        with suppress(OSError):
            self.path_of(name).unlink(missing_ok=True)

    def delete_drafts(self) -> None:
        """Delete what processes left that were killed; nobody else may be writing meanwhile."""
        for draft in self._folder.glob(_DRAFTS):
            draft.unlink(missing_ok=True)
