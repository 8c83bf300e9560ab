"""Runs the daemon's syncs, in turn with other processes, and retries failures."""

from __future__ import annotations

import sqlite3
import time
from contextlib import contextmanager, suppress
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from refeed.commands.rebuild import format_now
from refeed.config import has_all_pages
from refeed.daemon.failures import Failures
from refeed.daemon.open_index import OpenIndex
from refeed.daemon.sync_log import SyncLog
from refeed.daemon.sync_result import SyncResult
from refeed.errors import FolderError
from refeed.locks import locked
from refeed.log.logger import shorten
from refeed.progress import Monitor, StopError
from refeed.seeds.folders import find_missing
from refeed.seeds.overlaps import OverlapChecker
from refeed.store import Store, is_damage
from refeed.sync.index import is_complete
from refeed.sync.pipeline import sync
from refeed.sync.state import index_path, record_sync
from refeed.workers.guarded_pool import GuardedPool
from refeed.workers.pool import Workers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from structlog.typing import FilteringBoundLogger

    from refeed.config import Config
    from refeed.locks import DaemonLock
    from refeed.progress import Heartbeat
    from refeed.publish.output_folder import OutputFolder
    from refeed.publish.output_lock import OutputLock
    from refeed.sync.pipeline import Report

_MAX_UNREADABLE: Final = 1_000
NOTHING: Final[Mapping[Path, int | None]] = MappingProxyType({})


class Syncer:
    """Keeps index and output open, and syncs when asked.

    A failure is logged once, shown in the daemon's status, and retried by the loop.

    Args:
        config: what to do; may be replaced between syncs.
        jobs: how many processes read and clean when there is much to do.
        log: the daemon's.
        lock: holds the state folder, and shows problems to other commands.
        output_lock: holds the output folder.
        beat: the heartbeat of long work, also while another process has its turn.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what syncs work with
        self,
        config: Config,
        jobs: int,
        log: FilteringBoundLogger,
        lock: DaemonLock,
        output_lock: OutputLock,
        beat: Heartbeat,
    ) -> None:
        self.config = config
        self._jobs = jobs
        self._log = log
        self._sync_log = SyncLog(log)
        self._lock = lock
        self._output_lock = output_lock
        self._overlaps = OverlapChecker()
        self._beat = beat
        self._index = OpenIndex(self._log_discarded)
        self._pool = GuardedPool(1, "spawn")
        self._must_be_whole = True
        self._missing: Mapping[Path, str] = {}
        self._sizes: dict[str, int] = {}
        self._hub_queue: Mapping[str, int] = {}
        self._failures = Failures(log, lock)

    def sync(
        self,
        paths: Sequence[Path] | None,
        is_settled: Callable[[str, int], bool],
        recheck: Mapping[Path, int | None] = NOTHING,
    ) -> SyncResult:
        """Sync everything, or what is at some paths; never raises but `StopError`.

        Args:
            paths: absolute, in seeds folders; None for everything. After a failure, or when another
                process has changed the index, it is everything in any case.
            is_settled: as `refeed.sync.pipeline.sync` has it.
            recheck: files to read even if the index has their stamp; where a stamp is given, only
                if the index has this one.
        """
        start = time.monotonic()
        report: Report | None = None
        details: dict[str, str] = {}
        try:
            self._overlaps.check(self.config, closely=paths is None)
            self._output_lock.acquire(self.config.output, self.config.state)
            with self._turn() as (store, output):
                for file, stamp in recheck.items():
                    self._mark_unread(store, file, stamp)
                report = self._sync(store, output, paths, is_settled)
                details = self._describe(store, paths)
                self._update_sizes(store, report)
                self._hub_queue = store.hub_pending()
        except StopError:
            self.close()
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the next sync may succeed
            self._fail(error)
            if is_damage(error):
                # If this fails, the next sync finds the damage again.
                with suppress(OSError):
                    Store.remove(index_path(self.config))
            return self._make_result(None, time.monotonic() - start)
        seconds = time.monotonic() - start
        self._recover()
        if report is not None:
            self._sync_log.log_sync(report, paths, seconds, details)
        return self._make_result(report, seconds)

    def acknowledge(self, documents: Mapping[str, int]) -> SyncResult:
        """Take documents off the hub queue, unless they changed again meanwhile."""
        if documents:
            # Until this is written, the hub gets no ping.
            self._hub_queue = {}
            try:
                with self._turn() as (store, _):
                    store.acknowledge_hub(documents)
                    store.commit()
                    self._log.debug("hub queue acknowledged", documents=len(documents))
                    self._hub_queue = store.hub_pending()
            except (OSError, sqlite3.DatabaseError) as error:
                self._fail(error)
        return self._make_result()

    def tidy(self) -> SyncResult:
        """Drop cleaned contents that no feed needs from the index."""
        try:
            with self._turn() as (store, _):
                dropped = store.delete_unused(
                    0 if has_all_pages(self.config) else self.config.limit
                )
        except (OSError, sqlite3.DatabaseError) as error:
            self._fail(error)
        else:
            tell = self._log.info if dropped else self._log.debug
            tell("tidied", contents_dropped=dropped)
        return self._make_result()

    def is_index_new(self) -> bool:
        """Tell whether the index knows nothing yet of what is in the seeds folders."""
        try:
            with self._turn() as (store, _):
                return not is_complete(self.config, store)
        except (OSError, sqlite3.DatabaseError, FolderError):
            # The sync finds it too, and logs it.
            self.close()
            return False

    def find_unreadable(self) -> list[Path]:
        """Return the files, up to a thousand, that the last try could not read."""
        seeds = self.config.seeds
        rows = [row for row in self._sync_log.rejected if row.unreadable and row.seed < len(seeds)]
        # A path with a slash at its end is a folder; each rescan tries it.
        files = [seeds[row.seed] / row.path for row in rows if not row.path.endswith("/")]
        return files[:_MAX_UNREADABLE]

    def close(self) -> None:
        """Close the index; an unfinished transaction is rolled back."""
        self._index.close()
        self._sizes = {}
        self._must_be_whole = True

    def stop(self) -> None:
        """Close the index, and end the processes that read and clean."""
        self.close()
        self._pool.close()

    def _make_result(self, report: Report | None = None, seconds: float = 0.0) -> SyncResult:
        if self._failures.reason:
            problem = f"the last sync failed: {self._failures.reason}"
        elif self._missing:
            problem = f"seeds folders unavailable: {self._list_missing()}"
        else:
            problem = self._sync_log.format_failed_feeds()
        return SyncResult(
            report,
            seconds,
            dict(self._sizes),
            self._hub_queue,
            self._missing,
            self._failures.reason,
            problem,
            self._failures.retry_at,
        )

    @contextmanager
    def _turn(self) -> Iterator[tuple[Store, OutputFolder]]:
        """Wait for this process's turn; yield index and output as they are now."""
        self._lock.acquire()
        with locked(self.config.state, self._beat):
            parts = self._index.get(self.config)
            if parts is None:
                self._log.debug("opening the index", path=str(self.config.state))
                # Another process may have changed anything.
                self.close()
                parts = self._index.open(self.config)
                parts[0].on_long_statement(self._beat_without_stop)
                self._sync_log.set_rejected(parts[0].problems())
            yield parts

    def _beat_without_stop(self) -> None:
        # An interrupted statement would look like a damaged index; the next step stops.
        with suppress(StopError):
            self._beat()

    def _log_discarded(self, reason: str) -> None:
        self._log.warning(
            "index unusable, rebuilding it", reason=reason, path=str(self.config.state)
        )

    def _describe(self, store: Store, paths: Sequence[Path] | None) -> dict[str, str]:
        """Return log details of a sync of one file: its path, and its article's key."""
        if paths is None or len(paths) != 1:
            return {}
        details = {"path": str(paths[0])}
        for seed, folder in enumerate(self.config.seeds):
            if paths[0].is_relative_to(folder):
                keys = store.keys_of(seed, str(paths[0].relative_to(folder)))
                details |= {"key": keys[0]} if len(keys) == 1 else {}
        return details

    def _mark_unread(self, store: Store, file: Path, stamp: int | None) -> None:
        self._log.debug("file may have changed while it was read; reading again", path=str(file))
        for seed, folder in enumerate(self.config.seeds):
            if file.is_relative_to(folder):
                store.expect_change(seed, str(file.relative_to(folder)), stamp)

    def _sync(
        self,
        store: Store,
        output: OutputFolder,
        paths: Sequence[Path] | None,
        is_settled: Callable[[str, int], bool],
    ) -> Report | None:
        self._check_seeds(store)
        wanted = None if self._must_be_whole else paths
        if wanted is None and paths is not None:
            self._log.debug("looking at everything: the index may be out of date")
        if self._missing:
            if not is_complete(self.config, store):
                self._log.debug("not syncing: missing folders would lose their articles")
                return None
            present = [folder for folder in self.config.seeds if folder not in self._missing]
            wanted = present if wanted is None else wanted
            wanted = [p for p in wanted if any(p.is_relative_to(folder) for folder in present)]
        is_new = not is_complete(self.config, store)
        if is_new:
            # A file that is left out would be deleted from the feeds.
            self._log.debug("reading files however fresh they are: the index is new")
        workers = Workers(self.config, self._jobs, pool=self._pool, beat=self._beat)
        with workers:
            report = sync(
                self.config,
                store,
                output,
                workers,
                paths=wanted,
                is_settled=lambda path, time: is_settled(path, 0 if is_new else time),
                monitor=Monitor(beat=self._beat),
            )
        record_sync(self.config, store, report.ignored if wanted is None else None, format_now())
        self._must_be_whole = False
        return report

    def _update_sizes(self, store: Store, report: Report | None) -> None:
        """Update the sizes of the feeds that changed; of all where they aren't known."""
        if report is None:
            return
        publication = report.publication
        changed = set(publication.changed)
        if publication.removed or not self._sizes or not changed <= self._sizes.keys():
            self._sizes = store.feed_sizes()
        else:
            self._sizes |= {name: store.feed_size(name) for name in changed}

    def _check_seeds(self, store: Store) -> None:
        """Log which seeds folders have gone or come back; scan those that came back."""
        missing = find_missing(self.config.seeds, store)
        for folder in sorted(missing.keys() - self._missing.keys()):
            self._log.error(
                "seeds folder unavailable; its feeds stay as they are",
                path=str(folder),
                reason=missing[folder],
            )
        for folder in sorted(self._missing.keys() - missing.keys()):
            self._log.info("seeds folder available", path=str(folder))
            self._must_be_whole = True
        has_changed = missing != self._missing
        self._missing = missing
        if has_changed and not self._failures.reason:
            self._publish_missing()

    def _list_missing(self) -> str:
        return ", ".join(
            shorten([f"{path} ({why})" for path, why in sorted(self._missing.items())])
        )

    def _publish_missing(self) -> None:
        missing = f"seeds folders unavailable: {self._list_missing()}" if self._missing else ""
        self._lock.set_problem(missing, format_now())

    def _fail(self, error: Exception) -> None:
        self.close()
        self._failures.add(error, self.config)

    def _recover(self) -> None:
        if self._failures.reason:
            self._failures.clear()
            self._publish_missing()
