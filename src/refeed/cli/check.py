"""`refeed check`."""

from __future__ import annotations

import os
from pathlib import Path

import click

from refeed.cli.options import CONFIG, load_config
from refeed.text.printable import shown


@click.command(short_help="Check the configuration.")
@CONFIG
def check(config_file: Path | None) -> None:
    """Check the configuration and tell every mistake at once."""
    from refeed.config import find  # noqa: PLC0415 - only some commands need it

    file = find(config_file, environment=os.environ, working_directory=Path.cwd())
    config = load_config(config_file)
    what = shown(str(file)) if file else "No configuration file: the defaults"
    click.echo(f"{what} {'is' if file else 'are'} right.")
    for folder in config.seeds:
        there = "" if folder.is_dir() else "   (not there)"
        click.echo(f"  seeds     {shown(str(folder))}{there}")
    for name, value in (
        ("output", config.output),
        ("state", config.state),
        ("base_url", config.base_url),
        ("hub", config.websub.hub),
    ):
        if value:
            click.echo(f"  {name:8}  {shown(str(value))}")
