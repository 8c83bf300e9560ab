"""Whether the output folder is still there: somebody may delete it while the daemon runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from refeed.render.formats import MANIFEST

if TYPE_CHECKING:
    from pathlib import Path

# A program that deletes the folder needs a moment for all of its files.
_LOOKS: Final = 2


class OutputCheck:
    """Looks for the manifest in the output folder, which costs one stat."""

    def __init__(self) -> None:
        self._missed = 0

    def is_lost(self, folder: Path) -> bool:
        """Tell whether what was published is gone: once, at the second look that finds it so."""
        self._missed = 0 if (folder / MANIFEST).exists() else self._missed + 1
        return self._missed == _LOOKS
