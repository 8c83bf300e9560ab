"""Whether the terminal that this process was started on is still there."""

from __future__ import annotations

import os
import signal


class Terminal:
    """The controlling terminal of this process as it starts, if it has one.

    A service has none; SIGHUP can only be a request then. To a process on a terminal it says that
    the terminal has hung up, unless the terminal is still there: the kernel takes it from a session
    before it sends the signal (termios(3), "Modem Disconnect"). Whoever starts it with nohup wants
    it to outlive the terminal.
    """

    def __init__(self) -> None:
        outlives = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
        self._matters = _is_there() and not outlives

    def has_hung_up(self) -> bool:
        """Tell whether there was one that mattered, and is none any more."""
        return self._matters and not _is_there()


def _is_there() -> bool:
    try:
        descriptor = os.open(os.ctermid(), os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError:
        return False
    os.close(descriptor)
    return True
