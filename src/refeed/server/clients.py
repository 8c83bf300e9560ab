"""What all connections share: the site, the time, and how many they may be."""

from __future__ import annotations

from email.utils import formatdate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from refeed.server.answering import Site
    from refeed.server.connection import Connection

_SECOND = 1_000_000_000


class Clients:
    """The connections there are, and what they share.

    Args:
        site: makes the answers.
        now: seconds on a clock that never goes back.
        clock: nanoseconds since 1970.
        most: connections at a time.
    """

    def __init__(
        self, site: Site, now: Callable[[], float], clock: Callable[[], int], most: int
    ) -> None:
        self.site = site
        self.now = now
        self.connections: set[Connection] = set()
        self._clock = clock
        self._most = most
        self._date = (0, b"")

    def add(self, connection: Connection) -> bool:
        """Note a connection; return whether there is room for it."""
        self.connections.add(connection)
        return len(self.connections) <= self._most

    def remove(self, connection: Connection) -> None:
        """Forget a connection."""
        self.connections.discard(connection)

    def sweep(self) -> None:
        """End the connections that have taken too long."""
        now = self.now()
        for connection in [each for each in self.connections if each.deadline < now]:
            connection.expire()

    def date_line(self) -> bytes:
        """Return the header that says what time it is."""
        second = self._clock() // _SECOND
        if second != self._date[0]:
            self._date = second, f"Date: {formatdate(second, usegmt=True)}\r\n".encode("ascii")
        return self._date[1]
