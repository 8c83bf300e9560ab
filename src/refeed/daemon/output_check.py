"""Detects that the output folder was deleted while the daemon runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from refeed.render.formats import MANIFEST

if TYPE_CHECKING:
    from pathlib import Path

# Deleting all files of the folder takes a moment.
_LOOKS: Final = 2


class OutputCheck:
    """Checks for the manifest in the output folder, with one `stat` call."""

    def __init__(self) -> None:
        self._missed = 0

    def is_lost(self, folder: Path) -> bool:
        """Tell, once, at the second check without them, that the published files are gone."""
        self._missed = 0 if (folder / MANIFEST).exists() else self._missed + 1
        return self._missed == _LOOKS
