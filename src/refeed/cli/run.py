"""`refeed run`."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from refeed.cli.options import CONFIG, JOBS, LISTEN, OUTPUT, SEEDS, STATE, load_config

if TYPE_CHECKING:
    from pathlib import Path

    from refeed.config import Config


@click.command(short_help="Update the feeds whenever a snapshot changes, and serve them.")
@CONFIG
@SEEDS
@OUTPUT
@STATE
@JOBS
@LISTEN
@click.option("--no-server", is_flag=True, help="Only update the feeds; serve nothing.")
@click.option(
    "--log",
    "mode",
    type=click.Choice(["auto", "text", "json"]),
    default="auto",
    show_default=True,
    help="How to log: JSON under systemd, text elsewhere, or as stated.",
)
@click.option(
    "-v", "--verbose", is_flag=True, help='Log each decision, as [log] level = "debug" does.'
)
def run(  # noqa: PLR0913, PLR0917 - the command's options
    config_file: Path | None,
    seeds: tuple[Path, ...],
    output: Path | None,
    state: Path | None,
    jobs: int | None,
    listen: str | None,
    mode: str,
    *,
    no_server: bool,
    verbose: bool,
) -> None:
    """Watch folders of snapshots, update the feeds at each change, and serve them over HTTP.

    \b
    Examples:
      refeed run --seeds ~/clippings --output ~/feeds
      refeed run -c refeed.toml --listen 8081

    Sockets from systemd are used instead of an address. Ctrl-C, SIGTERM or closing the terminal
    stops it. SIGHUP reloads the configuration, SIGUSR1 looks through all folders now.
    """  # noqa: D301 - click's mark of lines to keep
    from refeed.daemon.run import run_daemon
    from refeed.daemon.systemd import Notifier
    from refeed.log.logger import LogLevel, make_logger
    from refeed.server import inherit_sockets
    from refeed.workers.pool import usable_cores

    notifier = Notifier.from_environment(os.environ, os.getpid())
    level = LogLevel()
    log = make_logger(mode, sys.stderr, os.environ, level)
    # Processes that this one starts are not the service.
    for name in ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"):
        os.environ.pop(name, None)

    def load() -> Config:
        return load_config(
            config_file,
            seeds,
            output,
            state,
            listen,
            no_server=no_server,
            verbose=verbose,
            apart=True,
        )

    sockets = inherit_sockets(os.environ, os.getpid())
    run_daemon(load, jobs or usable_cores(), log, level, notifier, sockets)
