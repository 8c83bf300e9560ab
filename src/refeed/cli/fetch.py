"""`refeed fetch`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from refeed.cli.options import configured

if TYPE_CHECKING:
    from refeed.commands.fetch import Fetched
    from refeed.config import Config

_FAILED = 1


@click.command("fetch", short_help="Fetch the pictures that entries show into the store.")
@configured("state")
@click.option("-q", "--quiet", is_flag=True, help="Print only what is wrong.")
@click.option("--dry-run", is_flag=True, help="Show which hosts would be asked; ask nobody.")
@click.option(
    "--prune",
    "prune_days",
    type=click.IntRange(min=1),
    metavar="DAYS",
    help="Delete pictures that no entry has shown for so many days.",
)
def fetch_command(config: Config, *, quiet: bool, dry_run: bool, prune_days: int | None) -> None:
    """Fetch the pictures that entries show, and that the picture store lacks.

    What can't be had is tried again by later calls, ever less often. The next refeed rebuild, or
    the running daemon, publishes what came.

    \b
    Examples:
      refeed fetch -c refeed.toml
      refeed fetch -c refeed.toml --prune 90
    """  # noqa: D301 - click's mark of lines to keep
    from refeed.cli.output import print_error
    from refeed.cli.progress_bar import ProgressBar
    from refeed.commands.fetch import fetch
    from refeed.progress import Monitor, show_nothing

    with ProgressBar() as bar:
        done = fetch(
            config,
            dry_run=dry_run,
            prune_days=prune_days,
            monitor=Monitor(show_nothing if quiet else bar.update),
        )
        bar.close()
    if dry_run:
        _print_plan(done)
        return
    if not quiet:
        _print_summary(done)
    if done.problem:
        print_error(f"refeed: {done.problem}")
        sys.exit(_FAILED)


def _print_plan(done: Fetched) -> None:
    from refeed.cli.output import count, print_line

    print_line(f"would ask for {count(sum(done.failed.values()), 'picture')}")
    for host, number in sorted(done.failed.items(), key=lambda each: (-each[1], each[0])):
        print_line(f"  {number:8,}  {host}")
    if done.pruned:
        print_line(f"would delete {_format_pruned(done)}")


def _print_summary(done: Fetched) -> None:
    from refeed.cli.output import count, print_line

    print_line(f"fetched  {count(done.fetched, 'picture')}, {done.bytes / 1_000_000:.1f} MB")
    print_line(f"there    {done.counts.there:,} of {done.counts.shown:,} that entries show")
    for reason, number in done.counts.missing.items():
        print_line(f"missing  {number:,}: {reason}")
    if done.waiting:
        print_line(f"waiting  {done.waiting:,} for their next try")
    if done.pruned:
        print_line(f"deleted  {_format_pruned(done)}")


def _format_pruned(done: Fetched) -> str:
    from refeed.cli.output import count

    return f"{count(done.pruned, 'picture')}, {done.pruned_bytes / 1_000_000:.1f} MB"
