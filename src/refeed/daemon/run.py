"""Runs the daemon: its locks, its server and its log around the loop."""

from __future__ import annotations

import logging
from contextlib import closing, suppress
from typing import TYPE_CHECKING

from refeed.commands.rebuild import format_now
from refeed.daemon.http import DaemonServer
from refeed.daemon.loop import Daemon
from refeed.daemon.one_heap import use_one_heap
from refeed.daemon.signals import handle_signals
from refeed.locks import DaemonLock
from refeed.log.logger import LibraryHandler
from refeed.publish.output_lock import OutputLock
from refeed.seeds.added_readers import load_added_readers
from refeed.seeds.folders import find_absent_below
from refeed.seeds.overlaps import check_apart

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Sequence

    from structlog.typing import FilteringBoundLogger

    from refeed.config import Config
    from refeed.daemon.systemd import Notifier
    from refeed.log.logger import LogLevel


def run_daemon(  # noqa: PLR0913, PLR0917 - the parts that the loop joins
    load: Callable[[], Config],
    jobs: int,
    log: FilteringBoundLogger,
    log_level: LogLevel,
    notifier: Notifier,
    sockets: Sequence[socket.socket] = (),
) -> None:
    """Keep the feeds up to date until a signal says to stop.

    SIGTERM and SIGINT stop it, SIGHUP reloads the configuration, SIGUSR1 looks at everything now.
    If the terminal that it was started on has hung up, SIGHUP stops it too.

    Args:
        load: reads the configuration; called again for a reload.
        jobs: how many processes read and clean when there is much to do.
        log: the daemon's.
        log_level: the level of that log, which the configuration sets.
        notifier: talks to the service manager.
        sockets: from the service manager, to serve the feeds at.

    Raises:
        ConfigError: the configuration is wrong.
        FolderError: another daemon holds the state folder, or a refeed with another state folder
            the output folder; or seeds, output and state are in one another.
        ListenError: it can't listen at the configured address.
        SystemExit: an unexpected error ended the loop.
    """
    use_one_heap()
    config = load()
    check_apart(config)
    log_level.level = config.log.level
    lock, output_lock = DaemonLock(config.state, format_now()), OutputLock("refeed run")
    for name, level in (("watchdog", logging.CRITICAL), ("", logging.WARNING)):
        logging.getLogger(name).setLevel(level)
    library_handler = LibraryHandler(log)
    logging.getLogger().addHandler(library_handler)
    absent = find_absent_below(config.seeds, [table.path for table in config.folders])
    for fault in (*load_added_readers().faults, *absent):
        log.warning(fault)
    try:
        # What can't be written yet is tried again by each sync.
        with suppress(OSError):
            output_lock.acquire(config.output, config.state)
        with closing(DaemonServer(config, log, lock, sockets)) as server:
            daemon = Daemon(config, load, jobs, log, log_level, notifier, lock, output_lock, server)
            with handle_signals(daemon.on_signal):
                daemon.run()
    finally:
        logging.getLogger().removeHandler(library_handler)
        output_lock.close()
        lock.close()
