"""Progress of a rebuild: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Final, Self

from refeed.cli.output import print_error

if TYPE_CHECKING:
    from rich.progress import Progress

_STAGES: Final = {
    "reading": "Reading snapshots",
    "cleaning": "Cleaning entries",
    "publishing": "Entries put into feeds",
}


class ProgressBar:
    """Shows how far each stage has come, until it is closed."""

    def __init__(self) -> None:
        self._bar: Progress | None = None
        self._stage = ""

    def __enter__(self) -> Self:
        """Return this."""
        return self

    def __exit__(self, *_: object) -> None:
        """Remove the bar."""
        self.close()

    def update(self, stage: str, done: int, total: int | None) -> None:
        """Show how far a stage has come, if it is one that people wait for."""
        if stage not in _STAGES:
            return
        if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
            if done == total:
                print_error(f"{_STAGES[stage]}: {done:,}")
            return
        if stage != self._stage or self._bar is None:
            self.close()
            self._stage = stage
            self._bar = _start_bar(_STAGES[stage], total)
        task = self._bar.task_ids[0]
        if done == total or done % 100 == 0:
            self._bar.update(task, completed=done, total=total, refresh=True)

    def close(self) -> None:
        """Remove the bar."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None


def _start_bar(description: str, total: int | None) -> Progress:
    """Start a bar; without a total it shows only that something is being done."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        console=Console(stderr=True, highlight=False),
        transient=True,
        auto_refresh=False,
    )
    bar.start()
    bar.add_task(description, total=total)
    return bar
