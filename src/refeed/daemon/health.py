"""The daemon's health, for `/healthz`."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from refeed.render import opml
from refeed.server import check_readable

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

STUCK_SECONDS: Final = 60.0
"""Without a heartbeat for so long, the loop is stuck; the same as in systemd/refeed.service."""


class Health:
    """The loop reports to it, the server's threads ask it.

    Args:
        output: the folder that is served.
        clock: seconds that never go back.

    Attributes:
        output: the folder that is served.
        problem: why the feeds are not up to date, human-readable, or "".
        has_published: whether a sync has succeeded since the start.
    """

    def __init__(self, output: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self.output = output
        self.problem = ""
        self.has_published = False
        self._clock = clock
        self._last_beat = clock()

    def beat(self) -> None:
        """Note a heartbeat of the loop."""
        self._last_beat = self._clock()

    def is_published(self) -> bool:
        """Tell whether there are feeds, of this daemon or from an earlier time."""
        return self.has_published or (self.output / opml.FILE).exists()

    def find_problem(self) -> str:
        """Return what is wrong, in a human-readable line, or "".

        A first sync that is under way is no problem if there are feeds from an earlier time.
        """
        silence = self._clock() - self._last_beat
        if silence > STUCK_SECONDS:
            return f"the loop is stuck: no heartbeat for {silence:.0f} s"
        if self.problem:
            return self.problem
        if not self.is_published():
            return "nothing is published yet: the first sync is under way"
        return check_readable(self.output)
