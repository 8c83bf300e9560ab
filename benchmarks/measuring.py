"""Time and memory of a command, with all the processes that it starts."""

from __future__ import annotations

import os
import resource
import subprocess
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_INTERVAL = 0.1
_PAUSE = 30
"""How many times as long as it takes to look at the memory it isn't looked at."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command took.

    Attributes:
        seconds: of wall time.
        cpu: seconds of processor time of all its processes.
        memory: bytes that its processes held together at most, shared pages counted once.
    """

    seconds: float
    cpu: float
    memory: int


def run(command: Sequence[str | Path]) -> Cost:
    """Run a command to its end.

    Raises:
        subprocess.CalledProcessError: it failed; its output is in the error.
    """
    before = _children_cpu()
    start = time.perf_counter()
    # As it is where refeed is installed: compiled once, not at each start.
    variables = {name: v for name, v in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen(
        command, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    peak: list[int] = [0]
    sampler = threading.Thread(target=_sample, args=(process, peak))
    sampler.start()
    printed, _ = process.communicate()
    seconds = time.perf_counter() - start
    sampler.join()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, list(command), printed)
    return Cost(seconds, _children_cpu() - before, peak[0])


def median(command: Sequence[str | Path], times: int) -> Cost:
    """Run a command several times; return the run of the middle by wall time."""
    return sorted((run(command) for _ in range(times)), key=lambda cost: cost.seconds)[times // 2]


def size_of(folder: Path) -> int:
    """Return the bytes of all files in a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def _sample(process: subprocess.Popen[bytes], peak: list[int]) -> None:
    while process.poll() is None:
        start = time.perf_counter()
        peak[0] = max(peak[0], sum(_proportional_set_size(each) for each in _tree(process.pid)))
        # The larger a process, the longer the kernel takes to count its pages.
        pause = max(_INTERVAL, _PAUSE * (time.perf_counter() - start))
        with suppress(subprocess.TimeoutExpired):
            process.wait(pause)


def _tree(process: int) -> Iterator[int]:
    yield process
    with suppress(OSError):
        for children in Path(f"/proc/{process}/task").glob("*/children"):
            for child in children.read_text(encoding="ascii").split():
                yield from _tree(int(child))


def _proportional_set_size(process: int) -> int:
    with suppress(OSError), Path(f"/proc/{process}/smaps_rollup").open(encoding="ascii") as lines:
        for line in lines:
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0


def _children_cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0))
