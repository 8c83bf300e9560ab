"""One rebuild, and what can be told of the last: the pipeline with folders and a clock."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from refeed.locks import read_daemon_status
from refeed.progress import silent
from refeed.publish.output_folder import OutputFolder, locked
from refeed.seeds.files import missing_seeds
from refeed.seeds.mounts import check_mounts, note_devices
from refeed.store import Store, is_damage
from refeed.sync.pipeline import sync
from refeed.websub.rounds import ping_with_retries
from refeed.workers.pool import Workers, usable_cores

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from concurrent.futures import Executor

    from refeed.config import Config
    from refeed.progress import Observer
    from refeed.sync.pipeline import Report
    from refeed.websub.rounds import PingRound

INDEX_FILE = "index.sqlite3"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rebuild did.

    Attributes:
        report: what the sync found and did.
        seconds: how long it took.
        owed: the documents that the hub is to be told of, by path, each with the number of its
            change; of earlier ones too that it could not be told of.
    """

    report: Report
    seconds: float
    owed: Mapping[str, int]


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
        FolderError: a seeds folder isn't there, or its disk isn't.
        OSError: state or output can't be written.
    """
    start = time.perf_counter()
    _look_for_seeds(config)
    with nullcontext() if dry_run else _turn(config):
        try:
            report, owed = _synced(config, jobs, executor, observer, dry_run=dry_run)
        except sqlite3.DatabaseError as error:
            if dry_run or not is_damage(error):
                raise
            # The index is a cache; a broken one is made anew.
            Store.remove(config.state / INDEX_FILE)
            report, owed = _synced(config, jobs, executor, observer, dry_run=dry_run)
    return Outcome(report, time.perf_counter() - start, owed)


@contextmanager
def _turn(config: Config) -> Iterator[None]:
    """Have the state folder for this process alone, and what its disk can't do told as such."""
    with locked(config.state):
        try:
            yield
        except sqlite3.DatabaseError as error:
            raise OSError(f"{config.state / INDEX_FILE}: {error}") from error


def _look_for_seeds(config: Config) -> None:
    """Have a wrong folder complained of before a state folder is made."""
    for folder in config.seeds:
        try:
            os.scandir(folder).close()
        except OSError as error:
            raise missing_seeds(folder, error) from error


def _synced(
    config: Config,
    jobs: int | None,
    executor: Executor | None,
    observer: Observer,
    *,
    dry_run: bool,
) -> tuple[Report, Mapping[str, int]]:
    file = config.state / INDEX_FILE
    store = Store.in_memory(file) if dry_run else Store.open(file)
    output = OutputFolder(config.output, dry_run=dry_run)
    with closing(store), Workers(config, jobs or usable_cores(), executor) as workers:
        check_mounts(config.seeds, store)
        report = sync(config, store, output, workers, observer=observer)
        note_sync(config, store)
        owed = {} if dry_run else store.owed()
    return report, owed


def tell_hub(config: Config, owed: Mapping[str, int]) -> PingRound:
    """Tell the hub of documents, in a few tries within seconds; what it isn't told stays owed.

    Args:
        config: names the hub.
        owed: of a rebuild's outcome.

    Raises:
        OSError: the state can't be written.
    """
    done = ping_with_retries(config, owed)
    with _turn(config), closing(Store.open(config.state / INDEX_FILE)) as store:
        store.pay(done.acknowledged)
        store.commit()
    return done


def note_sync(config: Config, store: Store) -> None:
    """Note in the index that it is in line now, with what."""
    store.remember("last sync", now())
    # The command line may have named them, and whoever asks for the status does not.
    store.remember("last seeds", json.dumps([str(folder) for folder in config.seeds]))
    store.remember("last output", json.dumps(str(config.output)))
    note_devices(config.seeds, store)
    store.commit()


def now() -> str:
    """Return the time, for people: RFC 3339, in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def status(config: Config) -> dict[str, Any]:
    """Return what the index says: figures, feeds, rejected files, and when it was last in line."""
    with closing(Store.in_memory(config.state / INDEX_FILE)) as store:
        remembered = store.setting("last seeds")
        seeds = json.loads(remembered) if remembered else list(map(str, config.seeds))
        return {
            "last_sync": store.setting("last sync"),
            "seeds": seeds,
            "output": json.loads(store.setting("last output") or "null") or str(config.output),
            "daemon": read_daemon_status(config.state),
            "figures": store.figures(),
            "hub_owed": len(store.owed()),
            "feeds": store.feed_counts(),
            "archive_documents": {
                name: len(store.archive_names(name)) for name in store.archived_feeds()
            },
            "rejected": [
                {"seeds": seeds[row.seed], "path": row.path, "reason": row.problem}
                for row in store.problems()
                if row.seed < len(seeds)
            ],
        }
