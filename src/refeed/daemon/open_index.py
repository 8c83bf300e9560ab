"""Index and output folder, kept open from one sync to the next while nobody else changes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from refeed.publish.output_folder import OutputFolder
from refeed.store import Store
from refeed.sync.state import index_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from refeed.config import Config


class _Version(NamedTuple):
    """Which file the index is, and which version of it; other processes may change both."""

    inode: int
    version: int


class OpenIndex:
    """The open index and output folder of a configuration. A caller holds the lock of the state.

    Args:
        on_discard: called with the reason when the index is unusable and has to be rebuilt.
    """

    def __init__(self, on_discard: Callable[[str], None]) -> None:
        self._on_discard = on_discard
        self._open: tuple[Store, OutputFolder] | None = None
        self._version: _Version | None = None

    def get(self, config: Config) -> tuple[Store, OutputFolder] | None:
        """Return both, or None if they aren't open or another process has changed the index."""
        if self._open is not None and _read_version(config, self._open[0]) != self._version:
            self.close()
        return self._open

    def open(self, config: Config) -> tuple[Store, OutputFolder]:
        """Open both; they are made if they aren't there.

        Raises:
            OSError: the folders can't be written.
        """
        was_there = index_path(config).exists()
        output = OutputFolder(config.output)
        store = Store.open(index_path(config), self._on_discard)
        self._open = store, output
        self._version = _read_version(config, store)
        if not was_there and output.published():
            self._on_discard("it is missing")
        return self._open

    def close(self) -> None:
        """Close the index; an unfinished transaction is rolled back."""
        if self._open is not None:
            self._open[0].close()
        self._open = self._version = None


def _read_version(config: Config, store: Store) -> _Version:
    try:
        inode = index_path(config).stat().st_ino
    except FileNotFoundError:
        inode = 0
    return _Version(inode, store.data_version())
