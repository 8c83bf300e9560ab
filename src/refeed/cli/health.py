"""`refeed health`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from refeed.cli.options import configured

if TYPE_CHECKING:
    from refeed.config import Config


@click.command(short_help="Ask the running daemon whether all is well.")
@configured("state")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0.1),
    default=5.0,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for its answer.",
)
def health(config: Config, timeout: float) -> None:
    """Ask the running daemon whether all is well, for containers and monitors.

    It prints `ok` and exits with 0, or prints what is wrong and exits with 1.

    \b
    Example:
      refeed health -c refeed.toml
    """  # noqa: D301 - click's mark of lines to keep
    from refeed.commands.health import find_problem
    from refeed.text.printable import escape_unprintable

    problem = find_problem(config, timeout)
    click.echo(escape_unprintable(problem) or "ok")
    sys.exit(1 if problem else 0)
