"""`refeed rebuild`."""

from __future__ import annotations

import signal
import sys
from contextlib import nullcontext
from typing import TYPE_CHECKING

import click

from refeed.cli.options import JOBS, PATH, configured
from refeed.cli.output import print_error
from refeed.progress import Monitor, show_nothing

if TYPE_CHECKING:
    from concurrent.futures import Executor
    from contextlib import AbstractContextManager

    from refeed.config import Config
    from refeed.progress import Heartbeat

_FAILED = 1


@click.command("rebuild")
@click.argument("folders", nargs=-1, type=PATH)
@configured("seeds", "output", "state", "first_seen")
@JOBS
@click.option(
    "--executor",
    metavar="dask://HOST:PORT",
    help="Read and clean on a Dask cluster; needs the extra refeed[dask].",
)
@click.option(
    "--strict",
    is_flag=True,
    help="Exit with 1 if any snapshot was rejected, or a date of first sight.",
)
@click.option(
    "-q",
    "--quiet",
    is_flag=True,
    help="Print only what is wrong, and a rejected snapshot once, unless it fails the command.",
)
@click.option("--dry-run", is_flag=True, help="Show what would change; write nothing.")
def rebuild_command(  # noqa: PLR0913 - the command's options
    config: Config,
    jobs: int | None,
    executor: str | None,
    *,
    strict: bool,
    quiet: bool,
    dry_run: bool,
) -> None:
    """Update the feeds from the snapshots, once.

    FOLDERS are folders of snapshots, as with --seeds.

    \b
    Examples:
      refeed rebuild ~/clippings --output ~/feeds
      refeed rebuild -c refeed.toml --dry-run
    """  # noqa: D301 - click's mark of lines to keep
    from refeed.cli.output import print_reader_faults
    from refeed.cli.progress_bar import ProgressBar
    from refeed.cli.rebuild_summary import print_faults, print_hub, print_summary
    from refeed.commands.rebuild import rebuild, tell_hub
    from refeed.publish_command import run_command
    from refeed.seeds.folders import find_absent_below

    print_reader_faults()
    with _executor(executor) as (cluster, cores), ProgressBar() as bar:
        rebuilt = rebuild(
            config,
            jobs=jobs or cores,
            executor=cluster,
            dry_run=dry_run,
            monitor=Monitor(show_nothing if quiet else bar.update, _stop_on_interrupt()),
        )
        bar.close()
        if quiet:
            rejected = rebuilt.report.rejected if strict else rebuilt.newly_rejected
            print_faults(rebuilt.report, rejected)
        else:
            print_summary(config, rebuilt, dry_run=dry_run)
        if rebuilt.hub_pending:
            print_hub(tell_hub(config, rebuilt.hub_pending), quiet=quiet)
    changed, problem = rebuilt.report.publication.changed_folders, ""
    if config.on_publish and changed and not dry_run and (problem := run_command(config, changed)):
        print_error(f"refeed: on_publish failed: {problem}")
    report = rebuilt.report
    absent = find_absent_below(config.seeds, [table.path for table in config.folders])
    for line in (*absent, *report.date_problems):
        print_error(f"refeed: {line}")
    doubts = report.rejected or report.date_problems
    if problem or report.publication.failures or (strict and doubts):
        sys.exit(_FAILED)


def _stop_on_interrupt() -> Heartbeat:
    """Return a heartbeat that stops the work after a SIGINT that was lost.

    Modules in C drop exceptions that are raised in them.
    """
    is_interrupted = False

    def interrupt(*_: object) -> None:
        nonlocal is_interrupted
        is_interrupted = True
        raise KeyboardInterrupt

    def beat() -> None:
        if is_interrupted:
            raise KeyboardInterrupt

    signal.signal(signal.SIGINT, interrupt)
    return beat


def _executor(address: str | None) -> AbstractContextManager[tuple[Executor | None, int | None]]:
    if address is None:
        return nullcontext((None, None))
    from refeed.workers import dask

    if not dask.is_address(address):
        raise click.BadParameter(
            f"{address!r} is not like dask://127.0.0.1:8786", param_hint="--executor"
        )
    return dask.connect(address)
