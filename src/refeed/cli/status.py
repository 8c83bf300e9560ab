"""`refeed status`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from refeed.cli.options import JSON, configured

if TYPE_CHECKING:
    from refeed.config import Config

_PROBLEM = 3
"""The exit code; 1 is for a status that can't be told."""


@click.command("status", short_help="Show what is in the feeds, and what was rejected.")
@configured("seeds", "output", "state")
@JSON
def status_command(config: Config, *, as_json: bool) -> None:
    """Show what is in the feeds, what was rejected and why, and when they were last updated.

    The exit code is 3 if something keeps the feeds from being up to date.

    \b
    Example:
      refeed status -c refeed.toml
    """  # noqa: D301 - click's mark of lines to keep
    from refeed.cli.output import to_json
    from refeed.cli.status_text import format_status, has_problem
    from refeed.commands.status import status

    found = status(config)
    click.echo(to_json(found) if as_json else format_status(found))
    if has_problem(found):
        sys.exit(_PROBLEM)
