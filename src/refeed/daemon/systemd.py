"""Status messages to systemd: the part of sd_notify(3) that refeed needs."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_MICROSECONDS = 1_000_000
# Asked for with each heartbeat before the first sync is done.
_START_SECONDS = 60


class Notifier:
    """Sends messages to a service manager, if there is one.

    Args:
        address: of a datagram socket: a path, or a name in the abstract namespace after an ``@``;
            "" for none.
        watchdog: seconds within which the manager expects a heartbeat; 0 if it expects none.
    """

    def __init__(self, address: str = "", watchdog: float = 0) -> None:
        self.watchdog = watchdog
        self._is_starting = True
        self._unsent: tuple[str, ...] = ()
        self._socket: socket.socket | None = None
        if address:
            self._address = "\0" + address[1:] if address.startswith("@") else address
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str], process: int) -> Notifier:
        """Return the notifier that a manager's variables ask for.

        Args:
            environment: ``NOTIFY_SOCKET``, ``WATCHDOG_USEC`` and ``WATCHDOG_PID`` count.
            process: this process's number. A watchdog that is set for another is ignored.
        """
        is_ours = environment.get("WATCHDOG_PID", str(process)) == str(process)
        microseconds = environment.get("WATCHDOG_USEC", "") if is_ours else ""
        watchdog = int(microseconds) / _MICROSECONDS if microseconds.isdecimal() else 0.0
        return cls(environment.get("NOTIFY_SOCKET", ""), watchdog)

    def send_ready(self, status: str) -> None:
        """Say that the start, or a reload, is done."""
        self._is_starting = False
        message = ("READY=1", _format_status(status))
        self._unsent = () if self._send(*message) else message

    def send_status(self, status: str) -> None:
        """Say in a line what the service is doing."""
        self._send(_format_status(status))

    def send_heartbeat(self) -> None:
        """Say that the service is alive: for the watchdog, or to get more time for its start."""
        if self._unsent and self._send(*self._unsent):
            self._unsent = ()
        if self._is_starting:
            self._send(f"EXTEND_TIMEOUT_USEC={_START_SECONDS * _MICROSECONDS}")
        elif self.watchdog:
            self._send("WATCHDOG=1")

    def send_reloading(self, now: float) -> None:
        """Say that a reload begins.

        Args:
            now: seconds on CLOCK_MONOTONIC.
        """
        self._send("RELOADING=1", f"MONOTONIC_USEC={int(now * _MICROSECONDS)}")

    def send_stopping(self) -> None:
        """Say that the service is stopping."""
        self._send("STOPPING=1", "STATUS=stopping")

    def close(self) -> None:
        """Close the socket."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _send(self, *lines: str) -> bool:
        """Send a message, unless the manager is gone or does not read; tell whether it was sent."""
        if self._socket is None:
            return True
        # Names of files need not be UTF-8, and systemd takes nothing else.
        data = "\n".join(lines).encode("utf-8", "backslashreplace")
        try:
            self._socket.sendto(data, socket.MSG_DONTWAIT, self._address)
        except OSError:
            return False
        return True


def _format_status(text: str) -> str:
    return f"STATUS={' '.join(text.split())}"
