"""Mixed adds, edits and deletes for minutes, and whether the daemon's memory and descriptors stay.

Usage, from the repository's top: python -m benchmarks.soak [--minutes 10] [--rate 20] [--size 2000]

Prints a line of figures every ten seconds, and at the end the mean memory of the last quarter of
the time over that of the second; it must be within 5 %. At the end as many folders must be watched
as there are, and the feeds must be a rebuild's.
"""

from __future__ import annotations

import argparse
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from statistics import mean

from benchmarks.folder import fill, snapshots, templates

_SAMPLES = Path(__file__).resolve().parents[2] / "shared" / "corpus"
_EVERY = 10.0
_MOST_GROWTH = 0.05
_FEWEST = 100
_ADD, _EDIT = 0.5, 0.75


class Writer:
    """Adds, edits, deletes and moves files and folders, as chance has it."""

    def __init__(self, seeds: Path, samples: Path) -> None:
        self._seeds = seeds
        self._chance = random.Random(1)
        self._new = snapshots(10_000_000, templates(samples), seed=3, first=1_000_000)
        self._files = [file for file in seeds.rglob("*") if file.is_file()]

    def act(self) -> None:
        """Do one thing."""
        kind = self._chance.random()
        if kind < _ADD or len(self._files) < _FEWEST:
            path, text = next(self._new)
            file = self._seeds / f"{self._chance.randrange(50)}" / Path(path).name
            file.parent.mkdir(exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="")
            self._files.append(file)
            return
        place = self._chance.randrange(len(self._files))
        file = self._files[place]
        if kind < _EDIT:
            with file.open("a", encoding="utf-8") as opened:
                opened.write(f"<p>Edited {self._chance.random()}.</p>\n")
        else:
            self._files[place] = self._files[-1]
            self._files.pop()
            file.unlink()
            if not any(file.parent.iterdir()):
                file.parent.rmdir()


def main() -> int:
    """Run it; return 0 if all has stayed as it should."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--rate", type=float, default=20)
    parser.add_argument("--size", type=int, default=2000)
    parser.add_argument("--samples", type=Path, default=_SAMPLES)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="refeed-soak-") as name:
        place = Path(name)
        fill(place / "seeds", options.size, options.samples)
        command = [sys.executable, "-m", "refeed", "run", "--log", "json", "--no-server"]
        with (place / "log").open("wb") as log:
            daemon = subprocess.Popen(command, cwd=place, stderr=log)
        while b'"ready"' not in (place / "log").read_bytes():
            time.sleep(0.1)
        memory = _soaked(place, daemon.pid, options.minutes * 60, 1 / options.rate, options.samples)
        time.sleep(3)
        folders = 1 + sum(each.is_dir() for each in (place / "seeds").rglob("*"))
        watches = _watches(daemon.pid)
        daemon.send_signal(signal.SIGTERM)
        daemon.wait()
        anew = ["rebuild", "--output", "feeds-anew", "--state", "state-anew"]
        subprocess.run([sys.executable, "-m", "refeed", *anew], cwd=place, check=True)
        same = _tree(place / "feeds") == _tree(place / "feeds-anew")
    quarter = len(memory) // 4
    growth = mean(memory[-quarter:]) / mean(memory[quarter : 2 * quarter]) - 1
    print(f"memory of the last quarter over the second: {growth:+.1%}")
    print(f"{watches} watches of {folders} folders; bytes {'as' if same else 'NOT AS'} rebuilt")
    return 0 if growth < _MOST_GROWTH and watches == folders and same else 1


def _soaked(place: Path, process: int, seconds: float, pause: float, samples: Path) -> list[float]:
    """Write for a time; return the samples of the daemon's memory in MB."""
    writer, memory = Writer(place / "seeds", samples), []
    start = time.monotonic()
    due, sample = start, start
    print(f"{'s':>6} {'RSS MB':>8} {'files':>6} {'threads':>8} {'watches':>8}")
    while (now := time.monotonic()) < start + seconds:
        if now >= sample:
            sample += _EVERY
            status = Path(f"/proc/{process}/status").read_text("ascii")
            memory.append(int(status.split("VmRSS:")[1].split()[0]) / 1024)
            descriptors = len(list(Path(f"/proc/{process}/fd").iterdir()))
            threads = status.split("Threads:")[1].split()[0]
            figures = f"{memory[-1]:8.1f} {descriptors:6} {threads:>8} {_watches(process):8}"
            print(f"{now - start:6.0f} {figures}", flush=True)
        writer.act()
        due += pause
        time.sleep(max(0.0, due - time.monotonic()))
    return memory


def _watches(process: int) -> int:
    """Return how many folders a process has inotify watches of."""
    infos = Path(f"/proc/{process}/fdinfo").iterdir()
    watches = 0
    for info in infos:
        with suppress(FileNotFoundError):  # closed since it was listed
            watches += len(re.findall("^inotify ", info.read_text("ascii"), re.MULTILINE))
    return watches


def _tree(folder: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file() and not file.name.startswith(".")
    }


if __name__ == "__main__":
    sys.exit(main())
