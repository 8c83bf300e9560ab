"""Mixed changes for minutes, and whether the daemon's memory and descriptors stay.

Files are added, edited and deleted, and folders swapped by renaming; for root, a disk in the seeds
folder is unmounted and mounted again and again.

Usage, from the repository's top: python -m benchmarks.soak [--minutes 10] [--rate 20] [--size 2000]

Prints a line of figures every ten seconds, and at the end the mean memory of the last quarter of
the time over that of the second; it must be within 5 %. At the end as many folders must be watched
as there are, and the feeds must be a rebuild's.
"""

from __future__ import annotations

import argparse
import os
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
_ADD, _EDIT, _DELETE = 0.5, 0.75, 0.998
_RESCAN = 15
_QUIET = 6 * _RESCAN
"""Seconds without a line in the log, after which the daemon has done everything."""

_MOUNTED, _UNMOUNTED = 25, 10
"""Seconds."""


class Writer:
    """Adds, edits and deletes files, and swaps folders, as chance has it."""

    def __init__(self, seeds: Path, samples: Path) -> None:
        self._seeds = seeds
        self._chance = random.Random(1)
        self._new = snapshots(10_000_000, templates(samples), seed=3, first=1_000_000)
        self._files = self._list_files()
        self.swapped = 0

    def _list_files(self) -> list[Path]:
        on_disk = self._seeds / _Disk.NAME
        found = (file for file in self._seeds.rglob("*") if file.is_file())
        return sorted(file for file in found if on_disk not in file.parents)

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
        if kind > _DELETE:
            self._swap()
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

    def _swap(self) -> None:
        """Move a folder out of the seeds, another into its place, and the first back in."""
        folders = sorted({file.parent for file in self._files} - {self._seeds})
        if len(folders) > 1:
            one, other = self._chance.sample(folders, 2)
            if one not in other.parents and other not in one.parents:
                aside = self._seeds.with_name("aside")
                one.rename(aside)
                other.rename(one)
                aside.rename(other)
                self._files = self._list_files()
                self.swapped += 1


class _Disk:
    """A file system that is mounted in the seeds folder, if root runs this."""

    NAME = "disk"

    def __init__(self, place: Path, samples: Path) -> None:
        self._device = place / "device"
        self._folder = place / "seeds" / self.NAME
        self._is_mounted = False
        self._due = 0.0
        self.unmounted = 0
        if os.geteuid() == 0:
            self._device.mkdir()
            self._folder.mkdir()
            subprocess.run(["mount", "-t", "tmpfs", "none", self._device], check=True)
            fill(self._device, 100, samples)
            self.mount()

    def mount(self) -> None:
        """Mount it, unless it is."""
        if self._device.exists() and not self._is_mounted:
            subprocess.run(["mount", "--bind", self._device, self._folder], check=True)
            self._is_mounted = True

    def change(self, now: float) -> None:
        """Unmount or mount it, if it is time."""
        if not self._device.exists() or now < self._due:
            return
        if self._is_mounted and self._due:
            subprocess.run(["umount", "--lazy", self._folder], check=True)
            self._is_mounted = False
            self.unmounted += 1
        else:
            self.mount()
        self._due = now + (_MOUNTED if self._is_mounted else _UNMOUNTED)

    def remove(self) -> None:
        """Unmount all."""
        if self._device.exists():
            if self._is_mounted:
                subprocess.run(["umount", "--lazy", self._folder], check=True)
            subprocess.run(["umount", "--lazy", self._device], check=True)


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
        disk = _Disk(place, options.samples)
        writer = Writer(place / "seeds", options.samples)
        try:
            memory, watches, folders, same = _run(place, writer, disk, options)
        finally:
            disk.remove()
    quarter = len(memory) // 4
    growth = mean(memory[-quarter:]) / mean(memory[quarter : 2 * quarter]) - 1
    print(f"memory of the last quarter over the second: {growth:+.1%}")
    print(f"{watches} watches of {folders} folders; bytes {'as' if same else 'NOT AS'} rebuilt")
    print(f"folders swapped {writer.swapped} times, the disk unmounted {disk.unmounted} times")
    return 0 if growth < _MOST_GROWTH and watches == folders and same else 1


def _run(
    place: Path, writer: Writer, disk: _Disk, options: argparse.Namespace
) -> tuple[list[float], int, int, bool]:
    """Return samples of memory, and at the end watches, folders, and whether bytes are right."""
    command = [sys.executable, "-m", "refeed", "run", "--log", "json", "--no-server"]
    environment = os.environ | {"REFEED_WATCH_RESCAN": str(_RESCAN)}
    with (place / "log").open("wb") as log:
        daemon = subprocess.Popen(command, cwd=place, stderr=log, env=environment)
    while b'"ready"' not in (place / "log").read_bytes():
        time.sleep(0.1)
    memory = _soak(daemon.pid, writer, disk, options.minutes * 60, 1 / options.rate)
    disk.mount()
    # A sync that has begun is not ended by a stop, and on a busy machine takes a minute.
    while time.time() - (place / "log").stat().st_mtime < _QUIET:
        time.sleep(1)
    folders = 1 + sum(each.is_dir() for each in (place / "seeds").rglob("*"))
    watches = _watches(daemon.pid)
    daemon.send_signal(signal.SIGTERM)
    daemon.wait()
    anew = ["rebuild", "--output", "feeds-anew", "--state", "state-anew"]
    subprocess.run([sys.executable, "-m", "refeed", *anew], cwd=place, check=True)
    return memory, watches, folders, _tree(place / "feeds") == _tree(place / "feeds-anew")


def _soak(process: int, writer: Writer, disk: _Disk, seconds: float, pause: float) -> list[float]:
    """Write for a time; return the samples of the daemon's memory in MB."""
    memory: list[float] = []
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
        disk.change(now)
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
