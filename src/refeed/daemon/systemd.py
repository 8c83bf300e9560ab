"""Telling systemd how the service is: the protocol of sd_notify(3), as far as refeed speaks it."""

from __future__ import annotations

import socket
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_MICROSECONDS = 1_000_000
# From each sign of life on, before the first sync is done.
_START_SECONDS = 60


class Notifier:
    """Sends messages to a service manager, or to nobody where there is none.

    Args:
        address: of a datagram socket: a path, or a name in the abstract namespace after an ``@``;
            "" for nobody.
        watchdog: seconds within which the manager wants to hear that the service is alive; 0 if it
            does not.
    """

    def __init__(self, address: str = "", watchdog: float = 0) -> None:
        self.watchdog = watchdog
        self._is_starting = True
        self._socket: socket.socket | None = None
        if address:
            self._address = "\0" + address[1:] if address.startswith("@") else address
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str], process: int) -> Notifier:
        """Return the notifier that a manager's variables ask for.

        Args:
            environment: ``NOTIFY_SOCKET``, ``WATCHDOG_USEC`` and ``WATCHDOG_PID`` count.
            process: this process's number. A watchdog that is set for another is not for this one.
        """
        meant = environment.get("WATCHDOG_PID", str(process)) == str(process)
        microseconds = environment.get("WATCHDOG_USEC", "") if meant else ""
        watchdog = int(microseconds) / _MICROSECONDS if microseconds.isdecimal() else 0.0
        return cls(environment.get("NOTIFY_SOCKET", ""), watchdog)

    def ready(self, status: str) -> None:
        """Say that the start, or a reload, is done."""
        self._is_starting = False
        self._send("READY=1", _status(status))

    def status(self, status: str) -> None:
        """Say in a line what the service is doing."""
        self._send(_status(status))

    def alive(self) -> None:
        """Say that the service is alive: for the watchdog, or to be given time for its start."""
        if self._is_starting:
            self._send(f"EXTEND_TIMEOUT_USEC={_START_SECONDS * _MICROSECONDS}")
        elif self.watchdog:
            self._send("WATCHDOG=1")

    def reloading(self, now: float) -> None:
        """Say that a reload begins.

        Args:
            now: seconds on CLOCK_MONOTONIC.
        """
        self._send("RELOADING=1", f"MONOTONIC_USEC={int(now * _MICROSECONDS)}")

    def stopping(self) -> None:
        """Say that the service is on its way out."""
        self._send("STOPPING=1", "STATUS=stopping")

    def close(self) -> None:
        """Give the socket back."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _send(self, *lines: str) -> None:
        if self._socket is not None:
            # Names of files need not be UTF-8, and systemd takes nothing else.
            data = "\n".join(lines).encode("utf-8", "backslashreplace")
            # A manager that has gone away is no reason to stop.
            with suppress(OSError):
                self._socket.sendto(data, self._address)


def _status(text: str) -> str:
    return f"STATUS={' '.join(text.split())}"
