"""A limit on how long a task waits, for waits that come by the thousand and hardly ever expire."""

from __future__ import annotations

import asyncio


class Deadline:
    """Cancels the waiting of the task that makes it, unless it is moved or cleared in time.

    A timer stays until it goes off and then looks when the deadline is by now. A timer for each
    wait, as `asyncio.timeout` has it, takes longer than to parse a request.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.current_task()
        self._timer: asyncio.TimerHandle | None = None
        self._at: float | None = None
        self._has_passed = False

    @property
    def is_set(self) -> bool:
        """Whether the task waits, and the deadline has not passed."""
        return self._at is not None

    def set(self, seconds: float) -> None:
        """Let it pass in so many seconds."""
        self._at = self._loop.time() + seconds
        if self._timer is None or self._at < self._timer.when():
            self.close()
            self._timer = self._loop.call_at(self._at, self._look)

    def clear(self) -> None:
        """Let it not pass."""
        self._at = None

    def take_passed(self) -> bool:
        """Tell whether it was this that cancelled the task; then the task is not cancelled."""
        passed, self._has_passed = self._has_passed, False
        if passed and self._task is not None:
            self._task.uncancel()
        return passed

    def close(self) -> None:
        """Give the timer back."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        self._timer = None
        if self._at is None or self._task is None:
            return
        if self._loop.time() < self._at:
            self._timer = self._loop.call_at(self._at, self._look)
        else:
            self._at = None
            self._has_passed = True
            self._task.cancel()
