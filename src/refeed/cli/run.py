"""`refeed run`."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from refeed.cli.options import CONFIG, JOBS, LISTEN, OUTPUT, SEEDS, STATE, load_config
from refeed.cli.sockets import take_sockets

if TYPE_CHECKING:
    from pathlib import Path

    from refeed.config import Config


@click.command(short_help="Keep the feeds in line for as long as it runs.")
@CONFIG
@SEEDS
@OUTPUT
@STATE
@JOBS
@LISTEN
@click.option("--no-server", is_flag=True, help="Serve nothing; only keep the feeds in line.")
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
    """Watch the folders of snapshots and keep the feeds in line, until a signal says to stop.

    The feeds are served over HTTP meanwhile; sockets that systemd hands over are used instead of
    the address. SIGTERM or SIGINT stops it, and so does closing its terminal; SIGHUP without that
    has it read the configuration again, SIGUSR1 has it look at everything now.
    """
    from refeed.daemon import loop  # noqa: PLC0415 - slow to import
    from refeed.daemon.systemd import Notifier  # noqa: PLC0415 - only this command needs it
    from refeed.log.logger import LogLevel, make_logger  # noqa: PLC0415 - slow to import
    from refeed.workers.pool import usable_cores  # noqa: PLC0415 - slow to import

    notifier = Notifier.from_environment(os.environ, os.getpid())
    level = LogLevel()
    log = make_logger(mode, sys.stderr, os.environ, level)
    # Processes that this one starts are not the service.
    for name in ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"):
        os.environ.pop(name, None)

    def load() -> Config:
        return load_config(
            config_file, seeds, output, state, listen, no_server=no_server, verbose=verbose
        )

    loop.run(load, jobs or usable_cores(), log, level, notifier, take_sockets())
