"""Index and output held open from one sync to the next, for as long as they are what was opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from refeed.publish.output_folder import OutputFolder
from refeed.store import Store
from refeed.sync.state import index_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from refeed.config import Config


class _State(NamedTuple):
    """Which file the index is, and which state of it; others may exchange both."""

    inode: int
    version: int


class Holding:
    """Holds index and output of a configuration open. Who uses it holds the lock of their folder.

    Args:
        discarded: told why the index could not be used, where it is made anew.
    """

    def __init__(self, discarded: Callable[[str], None]) -> None:
        self._discarded = discarded
        self._held: tuple[Store, OutputFolder] | None = None
        self._opened: _State | None = None

    def held(self, config: Config) -> tuple[Store, OutputFolder] | None:
        """Return what is held, or None if nothing is, or someone else has worked on it since."""
        if self._held is not None and _state(config, self._held[0]) != self._opened:
            self.close()
        return self._held

    def open(self, config: Config) -> tuple[Store, OutputFolder]:
        """Open both, and make them if they aren't there.

        Raises:
            OSError: the folders can't be written.
        """
        was_there = index_path(config).exists()
        output = OutputFolder(config.output)
        store = Store.open(index_path(config), self._discarded)
        self._held = store, output
        self._opened = _state(config, store)
        if not was_there and output.published():
            self._discarded("it is missing")
        return self._held

    def close(self) -> None:
        """Give the index back; what was not finished of it is undone."""
        if self._held is not None:
            self._held[0].close()
        self._held = self._opened = None


def _state(config: Config, store: Store) -> _State:
    try:
        inode = index_path(config).stat().st_ino
    except FileNotFoundError:
        inode = 0
    return _State(inode, store.data_version())
