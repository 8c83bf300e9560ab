"""Keeping feeds in line for months: syncs that take turns with others, and outlive what fails."""

from __future__ import annotations

import sqlite3
import time
import traceback
from contextlib import contextmanager, suppress
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from refeed.commands.rebuild import now
from refeed.daemon.open_index import Holding
from refeed.daemon.sync_log import Teller
from refeed.errors import FolderError, format_error, reason_of
from refeed.log.logger import listed
from refeed.publish.output_folder import locked
from refeed.seeds.mounts import NOT_MOUNTED, is_unmounted
from refeed.store import Store, is_damage
from refeed.sync.index import is_complete
from refeed.sync.pipeline import sync
from refeed.sync.state import index_path, record_sync
from refeed.workers.pool import Workers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from structlog.typing import FilteringBoundLogger

    from refeed.config import Config
    from refeed.locks import Presence
    from refeed.progress import Observer
    from refeed.publish.output_folder import OutputFolder
    from refeed.sync.pipeline import Report

_FIRST_RETRY, _LONGEST_RETRY = 1.0, 60.0
_MOST_RETRIED: Final = 1_000
NOTHING: Final[Mapping[Path, int | None]] = MappingProxyType({})
_MISSING: Final = "seeds folders are missing: "
_HINT = "the last good feeds stay, and this is tried again until it works"


class StopError(Exception):
    """Whoever waits for a sync wants it no more; what was written stays whole."""


class Keeper:
    """Holds index and output of a configuration open, and brings them in line when asked.

    What fails is logged once, told to whoever asks for the status, and tried again. After a sync,
    `seconds` is how long it took, `sizes` are the bytes of each feed's files, and `owed` is what
    the hub is to be told of, as the index has it.

    Args:
        config: what to do; may be exchanged between syncs.
        jobs: how many processes read and clean when there is much to do.
        log: where to.
        presence: what others are told by.
        observer: told of progress, and while another process has its turn; it may raise
            `StopError`.
    """

    def __init__(
        self,
        config: Config,
        jobs: int,
        log: FilteringBoundLogger,
        presence: Presence,
        observer: Observer,
    ) -> None:
        self.config = config
        self.retry_at: float | None = None
        self.missing: frozenset[Path] = frozenset()
        self.sizes: dict[str, int] = {}
        self.seconds = 0.0
        self.owed: Mapping[str, int] = {}
        self._jobs = jobs
        self._log = log
        self._teller = Teller(log)
        self._presence = presence
        self._observer = observer
        self._holding = Holding(self._discarded)
        self._must_be_whole = True
        self._failure = ""
        self._delay = _FIRST_RETRY

    @property
    def failure(self) -> str:
        """What the last sync failed of, or ""."""
        return self._failure

    @property
    def problem(self) -> str:
        """What keeps feeds from being in line, in a line for people, or ""."""
        if self._failure:
            return f"the last sync failed: {self._failure}"
        if self.missing:
            return f"{_MISSING}{_names(self.missing)}"
        return self._teller.unpublished()

    def sync(
        self,
        paths: Sequence[Path] | None,
        is_settled: Callable[[str, int], bool],
        doubtful: Mapping[Path, int | None] = NOTHING,
    ) -> Report | None:
        """Bring all in line, or what is at some paths; never raises but `StopError`.

        Args:
            paths: absolute, in seeds folders; None for everything. After a failure, or when someone
                else has worked on the index, it is everything whatever is asked for.
            is_settled: as `refeed.sync.pipeline.sync` has it.
            doubtful: files that are to be read even if their stamp is the known one; if it is this
                one, where one is given.

        Returns:
            What was done; None if it failed, or could not be begun for want of seeds folders.
        """
        begun = time.monotonic()
        try:
            with self._turn() as (store, output):
                for file, stamp in doubtful.items():
                    self._distrust(store, file, stamp)
                report = self._synced(store, output, paths, is_settled)
                about = self._about(store, paths)
                self._weigh(store, report)
                self.owed = store.hub_pending()
        except StopError:
            self.close()
            raise
        except sqlite3.DatabaseError as error:
            self._failed(error)
            if is_damage(error):
                # Where that fails too, it is found to be broken again.
                with suppress(OSError):
                    Store.remove(index_path(self.config))
            return None
        except Exception as error:  # noqa: BLE001 - whatever it is, the next sync may do better
            self._failed(error)
            return None
        finally:
            self.seconds = time.monotonic() - begun
        self._succeeded()
        if report is not None:
            self._teller.synced(report, paths, self.seconds, about)
        return report

    def pay(self, documents: Mapping[str, int]) -> None:
        """Note that the hub needs no more to be told of these changes of documents."""
        if not documents:
            return
        # As long as this can't be noted, the hub is left alone.
        self.owed = {}
        try:
            with self._turn() as (store, _):
                store.acknowledge_hub(documents)
                store.commit()
                self.owed = store.hub_pending()
        except (OSError, sqlite3.DatabaseError) as error:
            self._failed(error)

    def tidy(self) -> None:
        """Drop from the index what nobody needs."""
        try:
            with self._turn() as (store, _):
                dropped = store.delete_unused(self.config.limit)
        except (OSError, sqlite3.DatabaseError) as error:
            self._failed(error)
        else:
            self._log.info("tidied", contents_dropped=dropped)

    def unreadable(self) -> list[Path]:
        """Return the files, up to a thousand, that could not be read when it was last tried."""
        seeds = self.config.seeds
        rows = [row for row in self._teller.rejected() if row.unreadable and row.seed < len(seeds)]
        # A name that ends in a slash is a folder's; each look through everything tries it.
        files = [seeds[row.seed] / row.path for row in rows if not row.path.endswith("/")]
        return files[:_MOST_RETRIED]

    def close(self) -> None:
        """Give the index back; what was not finished of it is undone."""
        self._holding.close()
        self.sizes = {}
        self._must_be_whole = True

    @contextmanager
    def _turn(self) -> Iterator[tuple[Store, OutputFolder]]:
        """Wait for this process's turn; yield index and output as they are now."""
        with locked(self.config.state, lambda: self._observer("waiting", 0, 0)):
            held = self._holding.held(self.config)
            if held is None:
                # Whoever has worked on the index meanwhile may have done anything.
                self.close()
                held = self._holding.open(self.config)
                held[0].on_long_statement(self._show_life)
                self._teller.knows(held[0].problems())
            yield held

    def _show_life(self) -> None:
        # A statement that is cut short would look like a broken index; the next step stops.
        with suppress(StopError):
            self._observer("waiting", 0, 0)

    def _discarded(self, reason: str) -> None:
        self._log.warning(
            "the index can't be used and is made anew", reason=reason, path=str(self.config.state)
        )

    def _about(self, store: Store, paths: Sequence[Path] | None) -> dict[str, str]:
        """Return what a log names of a sync of one file: its path, and its article's key."""
        if paths is None or len(paths) != 1:
            return {}
        found = {"path": str(paths[0])}
        for seed, folder in enumerate(self.config.seeds):
            if paths[0].is_relative_to(folder):
                keys = store.keys_of(seed, str(paths[0].relative_to(folder)))
                found |= {"key": keys[0]} if len(keys) == 1 else {}
        return found

    def _distrust(self, store: Store, file: Path, stamp: int | None) -> None:
        for seed, folder in enumerate(self.config.seeds):
            if file.is_relative_to(folder):
                store.expect_change(seed, str(file.relative_to(folder)), stamp)

    def _synced(
        self,
        store: Store,
        output: OutputFolder,
        paths: Sequence[Path] | None,
        is_settled: Callable[[str, int], bool],
    ) -> Report | None:
        present = self._look_for_seeds(store)
        wanted = None if self._must_be_whole else paths
        if self.missing:
            if not is_complete(self.config, store):
                # Without them it would lose their articles.
                return None
            wanted = present if wanted is None else wanted
            wanted = [p for p in wanted if any(p.is_relative_to(folder) for folder in present)]
        with Workers(self.config, self._jobs, threaded=True) as workers:
            report = sync(
                self.config,
                store,
                output,
                workers,
                paths=wanted,
                is_settled=is_settled,
                observer=self._observer,
            )
        record_sync(self.config, store, report.ignored if wanted is None else None, now())
        self._must_be_whole = False
        return report

    def _weigh(self, store: Store, report: Report | None) -> None:
        """Note the bytes of each feed's files, with no more work than was done on them."""
        if report is None:
            return
        publication = report.publication
        changed = set(publication.changed)
        if publication.removed or not self.sizes or not changed <= self.sizes.keys():
            self.sizes = store.feed_sizes()
        else:
            self.sizes |= {name: store.feed_size(name) for name in changed}

    def _look_for_seeds(self, store: Store) -> list[Path]:
        """Return the seeds folders that are there; tell of those that have gone or come back."""
        unmounted = {
            folder
            for seed, folder in enumerate(self.config.seeds)
            if is_unmounted(store, seed, folder)
        }
        gone = {folder for folder in self.config.seeds if not folder.is_dir()}
        missing = frozenset(unmounted | gone)
        for folder in sorted(missing - self.missing):
            reason = {"reason": NOT_MOUNTED} if folder in unmounted else {}
            self._log.error(
                "seeds folder missing; its feeds stay as they are", path=str(folder), **reason
            )
        back = self.missing - missing
        for folder in sorted(back):
            self._log.info("seeds folder is there", path=str(folder))
        self._must_be_whole = self._must_be_whole or bool(back)
        changed = missing != self.missing
        self.missing = missing
        if changed and not self._failure:
            self._tell_missing()
        return [folder for folder in self.config.seeds if folder not in missing]

    def _tell_missing(self) -> None:
        missing = f"{_MISSING}{_names(self.missing)}" if self.missing else ""
        self._presence.tell(missing, now())

    def _failed(self, error: Exception) -> None:
        self.close()
        if isinstance(error, OSError):
            reason, failure = reason_of(error), format_error(error)
        else:
            reason = failure = str(error) or type(error).__name__
        if failure != self._failure:
            place = getattr(error, "filename", None)
            details = {"path": str(place)} if place else {}
            if not isinstance(error, OSError | sqlite3.Error | FolderError):
                details["exception"] = "".join(traceback.format_exception(error)[-3:])
            self._log.error("sync failed", reason=reason, consequence=_HINT, **details)
            self._presence.tell(failure, now())
            self._failure = failure
        self.retry_at = time.monotonic() + self._delay
        self._delay = min(_LONGEST_RETRY, 2 * self._delay)

    def _succeeded(self) -> None:
        self._presence.renew()
        self.retry_at = None
        self._delay = _FIRST_RETRY
        if self._failure:
            self._log.info("recovered", from_failure=self._failure)
            self._failure = ""
            self._tell_missing()


def _names(folders: Iterable[Path]) -> str:
    return ", ".join(listed([str(folder) for folder in sorted(folders)]))
