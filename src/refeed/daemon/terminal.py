"""Whether the terminal that this process was started on has hung up."""

from __future__ import annotations

import os
import signal


class Terminal:
    """The controlling terminal of this process when it starts, if it has one.

    A service has none, and SIGHUP can only be a request to reload. To a process on a terminal it
    says that the terminal hung up, unless the terminal is still there: the kernel takes it from a
    session before it sends the signal (termios(3), "Modem Disconnect"). A process that was started
    by nohup is to outlive its terminal.
    """

    def __init__(self) -> None:
        outlives = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
        self._matters = _has_terminal() and not outlives

    def has_hung_up(self) -> bool:
        """Tell whether there was a terminal that mattered, and is none any more."""
        return self._matters and not _has_terminal()


def _has_terminal() -> bool:
    try:
        descriptor = os.open(os.ctermid(), os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError:
        return False
    os.close(descriptor)
    return True
