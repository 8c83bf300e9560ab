"""How the daemon is, as whoever watches over it asks by HTTP."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from refeed.render import opml
from refeed.server import readable

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

STUCK_SECONDS: Final = 60.0
"""Without a sign of life for so long, the loop is taken for stuck; systemd/refeed.service's too."""


class Health:
    """How the daemon is: the loop tells, the server's threads ask.

    Args:
        output: the folder that is served.
        clock: seconds that never go back.

    Attributes:
        output: the folder that is served.
        problem: what keeps the feeds from being in line, for people, or "".
        has_published: whether a sync has succeeded since the start.
    """

    def __init__(self, output: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self.output = output
        self.problem = ""
        self.has_published = False
        self._clock = clock
        self._alive = clock()

    def alive(self) -> None:
        """Note that the loop is alive; in the midst of a sync too."""
        self._alive = self._clock()

    def wrong(self) -> str:
        """Return what is wrong, in a line for people, or "".

        A start is no fault as long as there are feeds of an earlier time to be served.
        """
        silence = self._clock() - self._alive
        if silence > STUCK_SECONDS:
            return f"the loop is stuck: no sign of life for {silence:.0f} s"
        if self.problem:
            return self.problem
        if not self.has_published and not (self.output / opml.FILE).exists():
            return "nothing is published yet: the first sync is under way"
        return readable(self.output)
