"""One rebuild, and what can be told of the last: the pipeline with folders and a clock."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from refeed.files import OutputFolder, locked
from refeed.pipeline import sync
from refeed.progress import silent
from refeed.store import Store
from refeed.workers import Workers, usable_cores

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from refeed.config import Config
    from refeed.pipeline import Report
    from refeed.progress import Observer

INDEX_FILE = "index.sqlite3"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rebuild did.

    Attributes:
        report: what the sync found and did.
        seconds: how long it took.
    """

    report: Report
    seconds: float


def rebuild(
    config: Config,
    *,
    jobs: int | None = None,
    executor: Executor | None = None,
    dry_run: bool = False,
    observer: Observer = silent,
) -> Outcome:
    """Bring index and feeds in line with the snapshots.

    Args:
        config: what to do.
        jobs: how many processes read and clean; as many as cores may be used, if None.
        executor: something else that does that work.
        dry_run: write nothing, neither feeds nor state.
        observer: told of the progress.

    Raises:
        FolderError: a seeds folder isn't there.
        OSError: state or output can't be written.
    """
    start = time.perf_counter()
    with nullcontext() if dry_run else locked(config.state):
        try:
            report = _synced(config, jobs, executor, observer, dry_run=dry_run)
        except sqlite3.DatabaseError:
            if dry_run:
                raise
            # The index is a cache; a broken one is made anew.
            Store.remove(config.state / INDEX_FILE)
            report = _synced(config, jobs, executor, observer, dry_run=dry_run)
    return Outcome(report, time.perf_counter() - start)


def _synced(
    config: Config,
    jobs: int | None,
    executor: Executor | None,
    observer: Observer,
    *,
    dry_run: bool,
) -> Report:
    file = config.state / INDEX_FILE
    store = Store.in_memory(file) if dry_run else Store.open(file)
    output = OutputFolder(config.output, dry_run=dry_run)
    with closing(store), Workers(config, jobs or usable_cores(), executor) as workers:
        report = sync(config, store, output, workers, observer=observer)
        store.remember("last sync", datetime.now(UTC).isoformat(timespec="seconds"))
        store.commit()
    return report


def status(config: Config) -> dict[str, Any]:
    """Return what the index says: figures, feeds, rejected files, and when it was last in line."""
    with closing(Store.in_memory(config.state / INDEX_FILE)) as store:
        return {
            "last_sync": store.setting("last sync"),
            "seeds": [str(folder) for folder in config.seeds],
            "output": str(config.output),
            "figures": store.figures(),
            "feeds": store.feed_counts(),
            "rejected": [
                {"seeds": str(config.seeds[row.seed]), "path": row.path, "reason": row.problem}
                for row in store.problems()
                if row.seed < len(config.seeds)
            ],
        }
