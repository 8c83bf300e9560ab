"""`refeed run`: hear of changes, wait until they have settled, sync; for months.

One thread, the loop, decides and works. All others, watchdog's, apscheduler's and the handlers of
signals, only put things into its queue.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import time
import warnings
from contextlib import closing, suppress
from queue import Empty, SimpleQueue
from threading import Timer
from typing import TYPE_CHECKING, Any, Final

from refeed.commands.rebuild import now
from refeed.daemon.http import Serving
from refeed.daemon.schedule import Request, Schedule
from refeed.daemon.syncer import Keeper, StopError
from refeed.daemon.terminal import Terminal
from refeed.errors import ConfigError, RefeedError
from refeed.locks import Presence
from refeed.log.logger import Forwarding
from refeed.watch.pending import Hearing
from refeed.watch.watcher import Watcher
from refeed.websub.retry import Announcer
from refeed.websub.rounds import Round

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from structlog.typing import FilteringBoundLogger

    from refeed.config import Config
    from refeed.daemon.systemd import Notifier
    from refeed.watch.inotify import Heard

_TICK: Final = 1.0
_LEAVE_SECONDS: Final = 4.0
_MOST_MISTAKES: Final = 20
_SIGNALS: Final = {
    signal.SIGHUP: Request.RELOAD,
    signal.SIGUSR1: Request.REBUILD,
    signal.SIGTERM: Request.STOP,
    signal.SIGINT: Request.STOP,
}


def run(
    load: Callable[[], Config],
    jobs: int,
    log: FilteringBoundLogger,
    notifier: Notifier,
    sockets: Sequence[socket.socket] = (),
) -> None:
    """Keep feeds in line with snapshots until a signal says to stop.

    SIGTERM and SIGINT stop it, SIGHUP has it read the configuration again, SIGUSR1 has it look at
    everything now. If the terminal that it was started on has hung up, SIGHUP stops it too.

    Args:
        load: reads the configuration; it is called again for a reload.
        jobs: how many processes read and clean when there is much to do.
        log: where to.
        notifier: tells the service manager.
        sockets: handed over by it; what the feeds are served at.

    Raises:
        ConfigError: the configuration is wrong.
        FolderError: another daemon keeps the same state folder.
        ListenError: the feeds can't be served where they are to be.
        OSError: the state folder can't be written.
    """
    config = load()
    presence = Presence(config.state, now())
    for name, level in (("watchdog", logging.CRITICAL), ("", logging.WARNING)):
        logging.getLogger(name).setLevel(level)
    # Of a folder that is made again while watchdog still remembers it, with all of its watches.
    warnings.filterwarnings("ignore", message="Callback with id", category=RuntimeWarning)
    forwarding = Forwarding(log)
    logging.getLogger().addHandler(forwarding)
    before = {}
    try:
        with closing(Serving(config, log, presence, sockets)) as serving:
            daemon = Daemon(config, load, jobs, log, notifier, presence, serving)
            before = {number: signal.signal(number, daemon.on_signal) for number in _SIGNALS}
            daemon.run()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        logging.getLogger().removeHandler(forwarding)
        presence.close()


class Daemon:
    """The loop and what it holds."""

    def __init__(  # noqa: PLR0913, PLR0917 - the parts that the loop joins
        self,
        config: Config,
        load: Callable[[], Config],
        jobs: int,
        log: FilteringBoundLogger,
        notifier: Notifier,
        presence: Presence,
        serving: Serving,
    ) -> None:
        self._config = config
        self._load = load
        self._log = log
        self._notifier = notifier
        self._queue: SimpleQueue[Heard | Request | Round] = SimpleQueue()
        self._hearing = Hearing(config.watch.settle, log)
        self._keeper = Keeper(config, jobs, log, presence, self._progress)
        self._serving = serving
        self._wanted: set[Request] = {Request.RESCAN}
        self._stopping = False
        self._is_ready = False
        self._next_ping = 0.0
        self._next_check = 0.0
        self._watcher = self._watching(config)
        self._schedule = Schedule(self._queue.put, config.watch.rescan)
        self._announcer = Announcer(log, self._schedule.ping_in, self._queue.put)
        self._terminal = Terminal()

    def _watching(self, config: Config) -> Watcher:
        return Watcher(
            config.seeds, self._queue.put, polling=config.watch.polling, alive=self._ping
        )

    def on_signal(self, number: int, _: Any) -> None:  # noqa: ANN401 - a stack frame
        """Take a signal."""
        request = _SIGNALS[signal.Signals(number)]
        if number == signal.SIGHUP and self._terminal.has_hung_up():
            request = Request.STOP
        if request is Request.STOP and not self._stopping:
            self._stopping = True
            self._notifier.stopping()
            timer = Timer(_LEAVE_SECONDS, _leave_now)
            timer.daemon = True
            timer.start()
        self._queue.put(request)

    def run(self) -> None:
        """Loop until it is told to stop."""
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
                self._listen(self._timeout())
                self._tick()
        except StopError:
            pass
        except Exception as error:
            self._log.critical("ended by a mistake of refeed's own", exc_info=True)
            raise SystemExit(1) from error
        finally:
            # Not where the signal is taken: that may be in the midst of another line.
            self._log.info("stopping")
            self._keeper.close()
            self._schedule.close()
            self._watcher.close()
            self._notifier.close()

    def _work(self) -> None:
        wanted, self._wanted = self._wanted, set()
        if Request.RELOAD in wanted:
            self._reload()
        if Request.REBUILD in wanted:
            self._log.info("everything is looked at, as asked")
        at = self._keeper.retry_at
        if {Request.RESCAN, Request.REBUILD} & wanted or (
            at is not None and time.monotonic() >= at
        ):
            self._hearing.take(self._config.seeds)
            self._sync(None, {})
        elif at is None:
            if Request.RETRY in wanted and (files := self._keeper.unreadable()):
                self._sync(files, dict.fromkeys(files))
            if ready := self._hearing.take(self._config.seeds):
                self._sync(ready, self._hearing.doubtful(ready))
        if Request.PING in wanted:
            self._announcer.due(self._config, self._keeper.owed)
        if Request.TIDY in wanted:
            self._keeper.tidy()

    def _sync(self, paths: list[Path] | None, distrusted: dict[Path, int | None]) -> None:
        begun = time.time_ns() / 1e9
        report = self._keeper.sync(paths, self._hearing.is_settled, distrusted)
        self._serving.synced(report, self._keeper)
        if report is None:
            self._hearing.failed()
        else:
            outdated = report.publication.outdated
            self._hearing.read(begun, outdated, everything=paths is None)
            self._announcer.notice(self._keeper.owed)
        if not self._is_ready and not self._keeper.failure:
            self._is_ready = True
            self._log.info("ready", polling=[str(folder) for folder in self._watcher.polled()])
            self._serving.announce()
            self._notifier.ready(self._status())
        else:
            self._notifier.status(self._status())

    def _status(self) -> str:
        if self._keeper.failure:
            return f"failing, will try again: {self._keeper.failure}"
        if self._keeper.missing:
            return f"waiting for {min(self._keeper.missing)}"
        return f"in line, {now()}"

    def _listen(self, seconds: float) -> None:
        with suppress(Empty):
            self._take(self._queue.get(timeout=seconds))
            while not self._stopping:
                self._take(self._queue.get_nowait())

    def _take(self, heard: Heard | Request | Round) -> None:
        match heard:
            case Request():
                self._wanted.add(heard)
            case Round():
                owed_no_more = self._announcer.ended(heard)
                self._keeper.pay(owed_no_more)
                self._serving.told(heard, owed_no_more, self._keeper.owed)
                self._announcer.notice(self._keeper.owed)
            case _:
                if self._hearing.hear(heard):
                    self._wanted.add(Request.RESCAN)

    def _timeout(self) -> float:
        at = self._keeper.retry_at
        # While it fails, what has settled waits for the next try.
        news = self._hearing.wait() if at is None else at - time.monotonic()
        waits = [_TICK, news]
        if self._wanted or self._stopping:
            waits.append(0.0)
        if self._notifier.watchdog:
            waits.append(self._notifier.watchdog / 4)
        return max(0.0, min(wait for wait in waits if wait is not None))

    def _tick(self) -> None:
        self._ping()
        if time.monotonic() >= self._next_check:
            self._next_check = time.monotonic() + _TICK
            self._watcher.check()
            self._schedule.mind(time.time_ns() / 1e9, time.monotonic())

    def _ping(self) -> None:
        self._serving.health.alive()
        if time.monotonic() < self._next_ping:
            return
        self._next_ping = time.monotonic() + (min(_TICK, self._notifier.watchdog / 4) or _TICK)
        self._notifier.alive()

    def _progress(self, stage: str, done: int, total: int | None) -> None:  # noqa: ARG002 - as observers have it
        """Show in the midst of a sync that the loop is alive; leave it when that is wanted."""
        self._ping()
        if self._stopping:
            raise StopError

    def _reload(self) -> None:
        self._notifier.reloading(time.monotonic())
        try:
            self._apply(self._load())
        except ConfigError as error:
            self._refuse(list(error.mistakes))
        except (RefeedError, OSError) as error:
            self._refuse([str(error)])
        self._notifier.ready(self._status())

    def _refuse(self, mistakes: list[str]) -> None:
        self._log.error(
            "the configuration is refused; the old one stays in force",
            mistakes=mistakes[:_MOST_MISTAKES],
            count=len(mistakes),
        )

    def _apply(self, config: Config) -> None:
        old = self._config
        if config.state != old.state:
            raise RefeedError("state: another folder needs a restart")
        self._serving.apply(config)
        if (config.seeds, config.watch.polling) != (old.seeds, old.watch.polling):
            watcher = self._watching(config)
            self._watcher.close()
            self._watcher = watcher
        if config.output != old.output:
            self._keeper.close()
        self._hearing.settle_for(config.watch.settle)
        self._schedule.rescan_every(config.watch.rescan)
        if config.websub != old.websub:
            self._announcer.start_over()
        self._config = self._keeper.config = config
        self._log.info("the configuration was read again")
        self._sync(None, {})


def _leave_now() -> None:
    """Leave in the midst of whatever it is: what is published is whole at every instant."""
    for child in multiprocessing.active_children():
        child.kill()
    os._exit(0)
