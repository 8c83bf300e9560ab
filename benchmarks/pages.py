"""What pages of articles cost: from nothing, on the disk, and for an article added to a daemon.

Usage, from the repository's top: python -m benchmarks.pages [--number 64000] [--samples DIR]
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final

from benchmarks import folder, measuring
from benchmarks.adding import add_file, wait_until

from refeed.render.formats import is_article_page

if TYPE_CHECKING:
    from collections.abc import Sequence

_TOP: Final = Path(__file__).parents[1]
_MEGA: Final = 1_000_000
_REFEED: Final = [sys.executable, "-m", "refeed"]
_FIRST: Final = 1_000_000
_MODES: Final = {
    "a page for each article": "",
    'pages = "newest"': 'pages = "newest"\n',
    "without html": 'formats = ["rss", "atom", "json"]\n',
}


def main() -> None:
    """Make the folder once; publish it in each mode, and add files to a daemon."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=64_000, help="how many snapshots")
    parser.add_argument("--times", type=int, default=40, help="how many files are added")
    parser.add_argument("--samples", type=Path, default=_TOP / "../shared/corpus")
    parser.add_argument("--work", type=Path, help="where the folder is made; a temporary one")
    options = parser.parse_args()
    samples = options.samples.resolve()
    with tempfile.TemporaryDirectory(prefix="refeed-bench-", dir=options.work) as work:
        place = Path(work)
        folder.fill(place / "seeds", options.number, samples)
        size = measuring.size_of(place / "seeds") / _MEGA
        print(f"{options.number:,} snapshots, {size:.0f} MB, {measuring.cores()} cores\n")
        for name, settings in _MODES.items():
            print(f"## {name}\n", flush=True)
            _measure(place, settings, options.times, samples)


def _measure(place: Path, settings: str, times: int, samples: Path) -> None:
    for old in ("feeds", "state"):
        shutil.rmtree(place / old, ignore_errors=True)
    config = place / "refeed.toml"
    config.write_text(
        f'seeds = "seeds"\noutput = "feeds"\nstate = "state"\n{settings}', encoding="utf-8"
    )
    rebuild = [*_REFEED, "rebuild", "-c", str(config)]
    _tell("from nothing", measuring.run(rebuild))
    _tell("nothing changed", measuring.run(rebuild))
    files = [file.stat() for file in (place / "feeds").rglob("*")]
    output = sum(status.st_size for status in files) / _MEGA
    on_disk = sum(status.st_blocks * 512 for status in files) / _MEGA
    state = measuring.size_of(place / "state") / _MEGA
    print(
        f"{len(files):,} files and folders, {output:.0f} MB, {on_disk:.0f} MB of the disk; "
        f"the index {state:.0f} MB",
        flush=True,
    )
    _add_files(place, times, samples)


def _tell(work: str, cost: measuring.Cost) -> None:
    memory = cost.memory / _MEGA
    print(f"{work}: {cost.seconds:.2f} s, processor {cost.cpu:.2f} s, {memory:.0f} MB", flush=True)


def _add_files(place: Path, times: int, samples: Path) -> None:
    """Rename files into the folder, each after the other; print how long each took."""
    feeds, log = place / "feeds", place / "log"
    with log.open("wb") as written:
        daemon = subprocess.Popen(
            [*_REFEED, "run", "--log", "json", "--listen", "127.0.0.1:0"], cwd=place, stderr=written
        )
    added = []
    try:
        wait_until(lambda: '"ready"' in log.read_text("utf-8"))
        time.sleep(1)
        pause = random.Random(1)
        before = _list_files(feeds)
        taken, changed = [], []
        made_of = folder.templates(samples)
        for path, text in folder.snapshots(times, made_of, seed=2, first=_FIRST, duplicates=0):
            file = place / "seeds" / path
            file.parent.mkdir(parents=True, exist_ok=True)
            beside = place / "beside"
            beside.write_text(text, encoding="utf-8", newline="")
            added.append(file)
            taken.append(add_file(feeds, beside, file))
            time.sleep(pause.uniform(0.2, 0.4))
            after = _list_files(feeds)
            changed.append([name for name, stamp in after.items() if before.get(name) != stamp])
            before = after
        status = Path(f"/proc/{daemon.pid}/status").read_text("ascii")
        memory = int(status.split("VmRSS:")[1].split()[0]) * 1024
    finally:
        daemon.send_signal(signal.SIGTERM)
        daemon.wait()
        for file in added:
            file.unlink(missing_ok=True)
    taken.sort()
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    syncs = [line["duration"] for line in lines if line["message"] == "synced"][-times:]
    print(
        f"one file added to the daemon: p50 {median(taken):.0f} ms, "
        f"at most {taken[-1]:.0f} ms, its sync {median(syncs) * 1000:.0f} ms; "
        f"{memory / _MEGA:.0f} MB resident"
    )
    _tell_written(feeds, changed)


def _tell_written(feeds: Path, changed: Sequence[Sequence[Path]]) -> None:
    """Print how many files each addition wrote, and why some wrote more."""
    paths = [[file.relative_to(feeds).as_posix() for file in files] for files in changed]
    numbers = sorted(Counter(map(len, paths)).items())
    print("files written:", ", ".join(f"{number} by {times}" for number, times in numbers))
    pages = Counter(sum(map(is_article_page, files)) for files in paths)
    lists = sum(any("/older/" in path for path in files) for files in paths)
    few, most = min(pages), max(pages)
    print(
        f"pages of articles: {few} by {pages[few]}, {most} at most; older lists by {lists}\n",
        flush=True,
    )


def _list_files(feeds: Path) -> dict[Path, tuple[int, int]]:
    return {
        file: (file.stat().st_ino, file.stat().st_mtime_ns)
        for file in feeds.rglob("*")
        if file.is_file()
    }


if __name__ == "__main__":
    main()
