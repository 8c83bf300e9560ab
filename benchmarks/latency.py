"""From a rename into the watched folder to the new feed in place, by a running daemon.

Usage, from the repository's top:
python -m benchmarks.latency [--sizes 1000,10000,64000] [--times 100] [--samples FOLDER]

For each size an archive is made and a `refeed run` started on it. Then files are renamed into the
folder, one after the other; for each it is measured how long it takes until the feed of its source,
and the feed of all, have been put in place. Nothing settles: a rename counts at once.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.adding import add_file, wait_until
from benchmarks.folder import fill, snapshots, templates

if TYPE_CHECKING:
    from collections.abc import Sequence

_FIRST = 1_000_000
_SAMPLES = Path(__file__).resolve().parents[2] / "shared" / "corpus"


def main() -> None:
    """Measure each size; print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", default="1000,10000,64000")
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--samples", type=Path, default=_SAMPLES)
    options = parser.parse_args()
    print(
        f"{'snapshots':>10} {'p50 ms':>8} {'p99 ms':>8} {'most ms':>8} {'sync ms':>8} {'RSS MB':>8}"
    )
    for size in map(int, options.sizes.split(",")):
        with tempfile.TemporaryDirectory(prefix="refeed-latency-") as folder:
            taken, memory = _measured(Path(folder), size, options.times, options.samples)
            sync = _syncs(Path(folder) / "log", options.times)
        p50, p99 = _percentile(taken, 0.5), _percentile(taken, 0.99)
        print(
            f"{size:10,} {p50:8.1f} {p99:8.1f} {taken[-1]:8.1f} {sync:8.1f} {memory:8.1f}",
            flush=True,
        )


def _measured(folder: Path, size: int, times: int, samples: Path) -> tuple[list[float], float]:
    """Return the milliseconds that each file took, sorted, and the daemon's memory in MB."""
    seeds = folder / "seeds"
    fill(seeds, size, samples)
    refeed = [sys.executable, "-m", "refeed"]
    subprocess.run([*refeed, "rebuild"], cwd=folder, check=True, capture_output=True)
    with (folder / "log").open("wb") as log:
        daemon = subprocess.Popen(
            [*refeed, "run", "--log", "json", "--listen", "127.0.0.1:0"], cwd=folder, stderr=log
        )
    try:
        wait_until(lambda: '"ready"' in (folder / "log").read_text("utf-8"))
        time.sleep(1)
        pause = random.Random(1)
        taken = []
        for path, text in snapshots(times, templates(samples), seed=2, first=_FIRST, duplicates=0):
            file = seeds / path
            file.parent.mkdir(parents=True, exist_ok=True)
            beside = folder / "beside"
            beside.write_text(text, encoding="utf-8", newline="")
            taken.append(add_file(folder / "feeds", beside, file))
            time.sleep(pause.uniform(0.02, 0.2))
        status = Path(f"/proc/{daemon.pid}/status").read_text("ascii")
        memory = int(status.split("VmRSS:")[1].split()[0]) / 1024
    finally:
        daemon.send_signal(signal.SIGTERM)
        daemon.wait()
    return sorted(taken), memory


def _syncs(log: Path, last: int) -> float:
    """Return the median of what the last syncs took by themselves, in milliseconds."""
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    taken = [line["duration"] for line in lines if line["message"] == "synced"][-last:]
    return float(median(taken)) * 1000


def _percentile(values: Sequence[float], share: float) -> float:
    return values[int(share * (len(values) - 1))]


if __name__ == "__main__":
    main()
