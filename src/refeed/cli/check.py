"""`refeed check`."""

from __future__ import annotations

import os
from pathlib import Path

import click

from refeed.cli.options import CONFIG, load_config
from refeed.errors import reason_of
from refeed.text.printable import shown


@click.command(short_help="Check the configuration.")
@CONFIG
@click.option(
    "--schema",
    is_flag=True,
    help="Print the JSON Schema of refeed.toml instead, for editors.",
)
def check(config_file: Path | None, *, schema: bool) -> None:
    """Check the configuration and tell every mistake at once."""
    if schema:
        from refeed.config.json_schema import format_json_schema  # noqa: PLC0415 - slow to import

        click.echo(format_json_schema())
        return
    from refeed.config import find  # noqa: PLC0415 - only some commands need it

    file = find(config_file, environment=os.environ, working_directory=Path.cwd())
    config = load_config(config_file)
    click.echo(f"configuration OK: {shown(str(file)) if file else 'the defaults, without a file'}")
    for folder in config.seeds:
        click.echo(f"  seeds     {shown(str(folder))}{_find_problem(folder, written=False)}")
    for name, folder in (("output", config.output), ("state", config.state)):
        click.echo(f"  {name:8}  {shown(str(folder))}{_find_problem(folder, written=True)}")
    for name, address in (("base_url", config.base_url), ("hub", config.websub.hub)):
        if address:
            click.echo(f"  {name:8}  {shown(address)}")


def _find_problem(folder: Path, *, written: bool) -> str:
    """Return a remark on what keeps refeed from reading or writing a folder, or ""."""
    try:
        existing = next(path for path in (folder, *folder.parents) if path.exists())
        is_folder = existing.is_dir()
    except OSError as error:
        return f"   ({reason_of(error)})"
    problem = ""
    if not is_folder:
        problem = f"{shown(str(existing))} is not a folder"
    elif written:
        # What is not there yet is made in the folder above.
        problem = "" if os.access(existing, os.W_OK | os.X_OK) else "can't be written"
    elif existing != folder:
        problem = "not there"
    elif not os.access(folder, os.R_OK | os.X_OK):
        problem = "can't be read"
    return f"   ({problem})" if problem else ""
