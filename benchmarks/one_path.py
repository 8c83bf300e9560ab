"""What one added file costs a process that has its index open, as the daemon has.

Usage: python -m benchmarks.one_path SEEDS OUTPUT STATE ADDITIONS SAMPLES; prints JSON.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from contextlib import closing
from pathlib import Path

from benchmarks.folder import snapshots, templates

from refeed.config import load
from refeed.publish.output_folder import OutputFolder
from refeed.store import Store
from refeed.sync.pipeline import sync
from refeed.sync.state import index_path
from refeed.workers.pool import Workers

_FIRST = 1_000_000


def main() -> None:
    """Add files one by one to a folder that is in line; print milliseconds and memory."""
    seeds, output, state = (Path(each) for each in sys.argv[1:4])
    additions, samples = int(sys.argv[4]), Path(sys.argv[5])
    config = load(
        None,
        environment={},
        working_directory=Path.cwd(),
        seeds=(seeds,),
        output=output,
        state=state,
    )
    new = snapshots(additions, templates(samples), seed=2, first=_FIRST, duplicates=0)
    taken = []
    before = resource.getrusage(resource.RUSAGE_SELF)
    with closing(Store.open(index_path(config))) as store, Workers(config, 1) as workers:
        folder = OutputFolder(config.output)
        sync(config, store, folder, workers)
        for path, text in new:
            file = config.seeds[0] / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="")
            start = time.perf_counter()
            report = sync(config, store, folder, workers, paths=[file])
            taken.append((time.perf_counter() - start) * 1000)
            if "all" not in report.publication.changed:
                raise SystemExit(f"{path} was added and the feed of all did not change")
    usage = resource.getrusage(resource.RUSAGE_SELF)
    taken.sort()
    print(
        json.dumps(
            {
                "p50": taken[len(taken) // 2],
                "p99": taken[int(0.99 * (len(taken) - 1))],
                "cpu": (usage.ru_utime - before.ru_utime) * 1000 / additions,
                "resident": usage.ru_maxrss * 1024,
            }
        )
    )


if __name__ == "__main__":
    main()
