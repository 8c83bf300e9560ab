"""`refeed run`: watch for changes, wait until they have settled, sync; for months.

One thread, the loop, decides and works. All others, watchdog's, apscheduler's and the handlers of
signals, only put things into its queue.
"""

from __future__ import annotations

import signal
import time
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Final

from refeed.commands.rebuild import format_now
from refeed.config import list_reasons
from refeed.daemon.output_check import OutputCheck
from refeed.daemon.picture_fetcher import SOON_SECONDS, PictureFetch, PictureFetcher
from refeed.daemon.schedule import Action, Schedule
from refeed.daemon.signals import REQUESTS, exit_later
from refeed.daemon.sync_result import SyncResult
from refeed.daemon.syncer import Syncer
from refeed.daemon.terminal import Terminal
from refeed.errors import RefeedError
from refeed.log.logger import shorten
from refeed.progress import StopError
from refeed.publish_command import PublishCommand
from refeed.seeds.overlaps import check_apart
from refeed.watch.pending import PendingChanges
from refeed.watch.watcher import Watcher
from refeed.websub.ping_scheduler import PingScheduler
from refeed.websub.rounds import PingRound

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from structlog.typing import FilteringBoundLogger

    from refeed.config import Config
    from refeed.daemon.http import DaemonServer
    from refeed.daemon.systemd import Notifier
    from refeed.locks import DaemonLock
    from refeed.log.logger import LogLevel
    from refeed.publish.output_lock import OutputLock
    from refeed.watch.events import WatchEvent

_TICK: Final = 1.0
_MAX_MISTAKES: Final = 20


class Daemon:
    """The loop and its parts."""

    def __init__(  # noqa: PLR0913, PLR0917 - the parts that the loop joins
        self,
        config: Config,
        load: Callable[[], Config],
        jobs: int,
        log: FilteringBoundLogger,
        log_level: LogLevel,
        notifier: Notifier,
        lock: DaemonLock,
        output_lock: OutputLock,
        server: DaemonServer,
    ) -> None:
        self._config = config
        self._load = load
        self._log = log
        self._log_level = log_level
        self._notifier = notifier
        self._queue: SimpleQueue[WatchEvent | Action | PingRound | PictureFetch] = SimpleQueue()
        self._pending = PendingChanges(config.watch.settle, log)
        self._syncer = Syncer(config, jobs, log, lock, output_lock, self._beat)
        self._result = SyncResult()
        self._server = server
        self._requests: set[Action] = {Action.RESCAN}
        self._stopping = False
        self._is_started = False
        self._is_ready = False
        self._next_heartbeat = 0.0
        self._next_check = 0.0
        self._output_check = OutputCheck()
        self._watcher = self._watch(config)
        self._schedule = Schedule(self._queue.put, config.watch.rescan, log)
        self._pings = PingScheduler(log, self._schedule.ping_in, self._queue.put)
        self._pictures = PictureFetcher(log, self._queue.put)
        self._schedule.fetch_in(SOON_SECONDS)
        self._publish_command = PublishCommand(log)
        self._terminal = Terminal()

    def _watch(self, config: Config) -> Watcher:
        return Watcher(
            config.seeds,
            self._queue.put,
            self._log,
            polling=config.watch.polling,
            beat=self._mark_alive,
        )

    def on_signal(self, number: int, _: Any) -> None:  # noqa: ANN401 - a stack frame
        """Take a signal."""
        request = REQUESTS[signal.Signals(number)]
        if number == signal.SIGHUP and self._terminal.has_hung_up():
            request = Action.STOP
        if request is Action.STOP and not self._stopping:
            self._stopping = True
            self._notifier.send_stopping()
            exit_later(0)
        self._queue.put(request)

    def run(self) -> None:
        """Loop until it is told to stop.

        Raises:
            SystemExit: an unexpected error ended the loop.
        """
        self._log.info(
            "started",
            seeds=[str(folder) for folder in self._config.seeds],
            output=str(self._config.output),
            state=str(self._config.state),
            settle=self._config.watch.settle,
            rescan=self._config.watch.rescan,
        )
        try:
            while not self._stopping:
                self._work()
                self._receive(self._compute_timeout())
                self._tick()
        except StopError:
            pass
        except Exception as error:
            self._log.critical("unexpected error, exiting", exc_info=True)
            self._server.health.problem = f"unexpected error: {error!r}"
            exit_later(1)
            raise SystemExit(1) from error
        finally:
            # Not in the signal handler, which may interrupt another line of the log.
            self._log.info("stopping")
            self._pictures.close()
            self._syncer.stop()
            self._schedule.close()
            self._watcher.close()
            self._notifier.close()

    def _work(self) -> None:
        requests, self._requests = self._requests, set()
        for request in requests:
            self._log.debug("handling request", request=request.name.lower())
        if Action.RELOAD in requests:
            self._reload()
        if Action.REBUILD in requests:
            self._log.info("looking at everything, as asked")
        retry_at = self._result.retry_at
        if {Action.RESCAN, Action.REBUILD} & requests or (
            retry_at is not None and time.monotonic() >= retry_at
        ):
            self._rescan()
        elif retry_at is None:
            if Action.RETRY in requests and (files := self._syncer.find_unreadable()):
                self._log.debug("reading again what could not be read", files=len(files))
                self._sync(files, dict.fromkeys(files))
            if ready := self._pending.take(self._config.seeds):
                self._sync(ready, self._pending.find_recheck(ready))
        self._start_scheduled(requests)

    def _start_scheduled(self, requests: set[Action]) -> None:
        if Action.PING in requests:
            self._pings.start_round(self._config, self._result.hub_queue)
        if Action.FETCH in requests:
            self._pictures.start(self._config)
        if Action.TIDY in requests:
            self._result = self._syncer.tidy()

    def _rescan(self) -> None:
        self._watcher.repair()
        if self._syncer.is_index_new():
            self._wait_for_writers()
        self._pending.take(self._config.seeds)
        self._sync(None, {})

    def _wait_for_writers(self) -> None:
        """Note for a moment which files are being written: a new index takes all others."""
        seconds = min(2 * self._config.watch.settle, _TICK)
        self._log.debug("index is new: looking which files are being written", seconds=seconds)
        end = time.monotonic() + seconds
        while not self._stopping and (left := end - time.monotonic()) > 0:
            self._receive(left)
            self._mark_alive()

    def _sync(self, paths: list[Path] | None, recheck: Mapping[Path, int | None]) -> None:
        start = time.time()
        self._result = self._syncer.sync(paths, self._pending.is_settled, recheck)
        self._server.note_sync(self._result)
        report = self._result.report
        if report is None:
            self._pending.note_failure()
            self._log.debug("changes wait until a sync succeeds", files=len(self._pending))
        else:
            outdated = report.publication.outdated
            self._pending.defer(report.unsettled)
            self._pending.note_sync(start, outdated, everything=paths is None)
            self._pings.schedule(self._result.hub_queue)
            if self._config.images.fetch and report.publication.changed:
                self._schedule.fetch_in(SOON_SECONDS)
            self._publish_command.start(self._config, report.publication.changed_folders)
        self._report_status()

    def _report_status(self) -> None:
        status = self._format_status()
        self._log.debug("status for the service manager", status=status)
        is_published = self._server.health.is_published()
        if not self._is_ready and not self._result.failure and is_published:
            self._is_ready = True
            self._log.info("ready", polling=[str(folder) for folder in self._watcher.list_polled()])
        if self._is_started:
            self._notifier.send_status(status)
            return
        # The service has started even if this sync failed: it serves, and tries again.
        self._is_started = True
        self._server.announce()
        self._notifier.send_ready(status)
        if self._result.missing and not is_published:
            folders = ", ".join(shorten(sorted(map(str, self._result.missing))))
            self._log.warning(f"waiting for {folders}: nothing is published yet")
        elif self._result.problem:
            self._log.warning("feeds are not up to date", reason=self._result.problem)

    def _format_status(self) -> str:
        if self._result.failure:
            return f"failing, will retry: {self._result.failure}"
        if self._result.missing:
            folder, reason = min(self._result.missing.items())
            return f"waiting for {folder} ({reason})"
        return f"up to date, {format_now()}"

    def _receive(self, seconds: float) -> None:
        with suppress(Empty):
            self._handle(self._queue.get(timeout=seconds))
            while not self._stopping:
                self._handle(self._queue.get_nowait())

    def _handle(self, item: WatchEvent | Action | PingRound | PictureFetch) -> None:
        match item:
            case Action():
                self._requests.add(item)
            case PingRound():
                acknowledged = self._pings.finish_round(item)
                self._result = self._syncer.acknowledge(acknowledged)
                self._server.note_ping_round(item, acknowledged, self._result.hub_queue)
                self._pings.schedule(self._result.hub_queue)
            case PictureFetch():
                if item.done is not None:
                    counts = item.done.counts
                    self._server.note_pictures(counts.there, sum(counts.missing.values()))
                if self._pictures.finish(item):
                    self._sync([], {})
            case _:
                if self._pending.add(item):
                    self._requests.add(Action.RESCAN)

    def _compute_timeout(self) -> float:
        retry_at = self._result.retry_at
        # While syncs fail, settled files wait for the next try.
        next_work = self._pending.wait() if retry_at is None else retry_at - time.monotonic()
        waits = [_TICK, next_work]
        if self._requests or self._stopping:
            waits.append(0.0)
        if self._notifier.watchdog:
            waits.append(self._notifier.watchdog / 4)
        return max(0.0, min(wait for wait in waits if wait is not None))

    def _tick(self) -> None:
        self._mark_alive()
        if time.monotonic() >= self._next_check:
            self._next_check = time.monotonic() + _TICK
            self._watcher.check()
            self._server.check()
            self._schedule.follow_clock(time.time(), time.monotonic())
            self._check_output()

    def _check_output(self) -> None:
        health = self._server.health
        is_watched = health.has_published and self._result.retry_at is None
        if is_watched and self._output_check.is_lost(health.output):
            self._log.warning("output folder is gone; publishing again", path=str(health.output))
            self._syncer.close()
            self._requests.add(Action.RESCAN)

    def _mark_alive(self) -> None:
        self._server.health.beat()
        if time.monotonic() < self._next_heartbeat:
            return
        self._next_heartbeat = time.monotonic() + (min(_TICK, self._notifier.watchdog / 4) or _TICK)
        self._notifier.send_heartbeat()

    def _beat(self) -> None:
        self._mark_alive()
        if self._stopping:
            raise StopError

    def _reload(self) -> None:
        self._notifier.send_reloading(time.monotonic())
        try:
            self._apply(self._load())
        except (RefeedError, OSError) as error:
            mistakes = list_reasons(error, self._config)
            self._log.error(
                "configuration rejected; keeping the old one",
                mistakes=mistakes[:_MAX_MISTAKES],
                count=len(mistakes),
            )
        self._notifier.send_ready(self._format_status())

    def _apply(self, config: Config) -> None:
        old = self._config
        if config.state != old.state:
            raise RefeedError("state: another folder needs a restart")
        check_apart(config)
        self._server.apply(config)
        if (config.seeds, config.watch.polling) != (old.seeds, old.watch.polling):
            self._log.debug("seeds folders or polling changed; watching again")
            watcher = self._watch(config)
            self._watcher.close()
            self._watcher = watcher
        if config.output != old.output:
            self._log.debug("output folder changed; publishing everything there")
            self._syncer.close()
        self._pending.set_settle(config.watch.settle)
        self._schedule.rescan_every(config.watch.rescan)
        if config.websub != old.websub:
            self._pings.reset()
            self._log.debug("hub settings changed")
        self._log_level.level = config.log.level
        self._config = self._syncer.config = config
        self._log.info("configuration reloaded")
        self._sync(None, {})
