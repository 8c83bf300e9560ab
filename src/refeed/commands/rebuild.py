"""`refeed rebuild`: one sync of everything."""

from __future__ import annotations

import errno
import sqlite3
import time
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from refeed.commands.unused_tables import find_unused
from refeed.locks import locked
from refeed.progress import UNWATCHED
from refeed.publish.output_folder import OutputFolder
from refeed.publish.output_lock import OutputLock
from refeed.seeds.folders import check_folders
from refeed.seeds.overlaps import check_apart
from refeed.store import Store, is_damage
from refeed.sync.pipeline import sync
from refeed.sync.state import index_path, record_sync
from refeed.websub.rounds import ping_with_retries
from refeed.workers.pool import Workers, usable_cores

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from concurrent.futures import Executor

    from refeed.config import Config
    from refeed.progress import Monitor
    from refeed.store import FileRow
    from refeed.sync.pipeline import Report
    from refeed.websub.rounds import PingRound


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild did.

    Attributes:
        report: what the sync found and did.
        newly_rejected: the files of which the run before did not report the same problem.
        seconds: how long it took.
        hub_pending: the documents that the hub must be told of, by path, each with the number of
            its change; those of earlier rebuilds that it could not be told of, too.
        unused: the tables of the configuration that fit no article, see `find_unused`.
    """

    report: Report
    newly_rejected: tuple[FileRow, ...]
    seconds: float
    hub_pending: Mapping[str, int]
    unused: list[str]


def rebuild(
    config: Config,
    *,
    jobs: int | None = None,
    executor: Executor | None = None,
    dry_run: bool = False,
    monitor: Monitor = UNWATCHED,
) -> Rebuilt:
    """Update index and feeds from all snapshot files.

    Args:
        config: what to do.
        jobs: how many processes read and clean; as many as cores may be used, if None.
        executor: does that work instead of processes.
        dry_run: write nothing, neither feeds nor state.
        monitor: told of the progress.

    Raises:
        FolderError: a seeds folder isn't there, or its disk isn't; or seeds, output and state are
            in one another; or the output folder is another refeed's, or has files of somebody else
            where feeds are to be.
        OSError: state or output can't be written.
    """
    start = time.perf_counter()
    check_apart(config)
    check_folders(config.seeds)
    with nullcontext() if dry_run else _lock_folders(config):
        try:
            done = _sync(config, jobs, executor, monitor, dry_run=dry_run)
        except Exception as error:
            if dry_run or not is_damage(error):
                raise
            # The index is a cache: a broken one is rebuilt, once.
            Store.remove(index_path(config))
            done = _sync(config, jobs, executor, monitor, dry_run=dry_run)
    return replace(done, seconds=time.perf_counter() - start)


def tell_hub(config: Config, documents: Mapping[str, int]) -> PingRound:
    """Tell the hub of documents, in a few tries within seconds; the rest stays in the queue.

    Args:
        config: names the hub.
        documents: see `Rebuilt.hub_pending`.

    Raises:
        OSError: the state can't be written.
    """
    done = ping_with_retries(config, documents)
    with _lock_state(config), closing(Store.open(index_path(config))) as store:
        store.acknowledge_hub(done.acknowledged)
        store.commit()
    return done


def format_now() -> str:
    """Return the time as RFC 3339, in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


@contextmanager
def _lock_state(config: Config) -> Iterator[None]:
    """Lock the state folder, and report what its disk can't do as an OSError that names it."""
    with locked(config.state):
        try:
            yield
        except sqlite3.DatabaseError as error:
            raise OSError(errno.EIO, str(error), str(index_path(config))) from error


@contextmanager
def _lock_folders(config: Config) -> Iterator[None]:
    with _lock_state(config), closing(OutputLock("refeed rebuild")) as lock:
        lock.acquire(config.output, config.state)
        yield


def _sync(
    config: Config,
    jobs: int | None,
    executor: Executor | None,
    monitor: Monitor,
    *,
    dry_run: bool,
) -> Rebuilt:
    """Return what a sync did; how long it took is not measured."""
    file = index_path(config)
    store = Store.open_copy(file) if dry_run else Store.open(file)
    output = OutputFolder(config.output, dry_run=dry_run)
    workers = Workers(config, jobs or usable_cores(), executor, is_guarded=True, beat=monitor.beat)
    with closing(store), workers:
        check_folders(config.seeds, store)
        known = set(map(_identify, store.problems()))
        report = sync(config, store, output, workers, monitor=monitor)
        record_sync(config, store, report.ignored, format_now())
        new = tuple(row for row in report.rejected if _identify(row) not in known)
        pending = {} if dry_run else store.hub_pending()
        return Rebuilt(report, new, 0.0, pending, find_unused(config, store))


def _identify(row: FileRow) -> tuple[int, str, str]:
    return row.seed, row.path, row.problem
