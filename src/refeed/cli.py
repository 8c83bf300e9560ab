"""The commands: the one place that prints and exits."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from refeed import __version__
from refeed.errors import ConfigError, FolderError, RefeedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from refeed.config import Config

_CONFIG = click.option(
    "-c",
    "--config",
    "config_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The configuration; ./refeed.toml if it is there, else the defaults.",
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON, for machines.")

OK, FAILED, WRONG_USE = 0, 1, 2


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="refeed")
def commands() -> None:
    """Keep clean, valid RSS, Atom and JSON feeds of folders of article snapshots."""


@commands.command()
@_CONFIG
@click.option(
    "--seeds",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="A folder of snapshots; may be given more than once.",
)
@click.option(
    "--output", type=click.Path(path_type=Path), metavar="DIR", help="The folder to publish in."
)
@click.option(
    "--state",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The folder of the index, a cache.",
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="How many processes read and clean; all usable cores by default.",
)
@click.option("--strict", is_flag=True, help="Exit with 1 if any snapshot was rejected.")
@click.option("--dry-run", is_flag=True, help="Tell what would change, and write nothing.")
def rebuild(  # noqa: PLR0913 - the command's options
    config_file: Path | None,
    seeds: tuple[Path, ...],
    output: Path | None,
    state: Path | None,
    jobs: int | None,
    *,
    strict: bool,
    dry_run: bool,
) -> None:
    """Bring the feeds in line with the snapshots, once."""
    from refeed import rebuilding  # noqa: PLC0415 - slow to import
    from refeed.reporting import Terminal  # noqa: PLC0415 - slow to import

    config = _loaded(config_file, seeds, output, state)
    with Terminal() as terminal:
        outcome = rebuilding.rebuild(config, jobs=jobs, dry_run=dry_run, observer=terminal.progress)
        terminal.summary(config, outcome, dry_run=dry_run)
    if outcome.report.publication.failures or (strict and outcome.report.rejected):
        sys.exit(FAILED)


@commands.command()
@_CONFIG
def check(config_file: Path | None) -> None:
    """Check the configuration and tell every mistake at once."""
    from refeed.config import find  # noqa: PLC0415 - only some commands need it

    file = find(config_file, environment=os.environ, working_directory=Path.cwd())
    config = _loaded(config_file)
    click.echo(f"{file or 'No configuration file: the defaults'} {'is' if file else 'are'} right.")
    for name, value in (
        ("seeds", ", ".join(map(str, config.seeds))),
        ("output", config.output),
        ("state", config.state),
        ("base_url", config.base_url),
    ):
        click.echo(f"  {name:8}  {value}")


@commands.command()
@click.argument("file_or_url")
@_CONFIG
@_JSON
def explain(file_or_url: str, config_file: Path | None, *, as_json: bool) -> None:
    """Tell what was read from a snapshot, what it was merged with, and what cleaning did to it."""
    from refeed import explanation  # noqa: PLC0415 - slow to import
    from refeed.reporting import explained, to_json  # noqa: PLC0415 - slow to import

    found = explanation.explain(_loaded(config_file), file_or_url, Path.cwd())
    click.echo(to_json(found) if as_json else explained(found))


@commands.command()
@_CONFIG
@_JSON
def status(config_file: Path | None, *, as_json: bool) -> None:
    """Tell what is in the feeds, what was rejected and why, and when all was last in line."""
    from refeed import rebuilding  # noqa: PLC0415 - slow to import
    from refeed.reporting import state_of_things, to_json  # noqa: PLC0415 - slow to import

    found = rebuilding.status(_loaded(config_file))
    click.echo(to_json(found) if as_json else state_of_things(found))


def _loaded(
    config_file: Path | None,
    seeds: Sequence[Path] = (),
    output: Path | None = None,
    state: Path | None = None,
) -> Config:
    from refeed.config import load  # noqa: PLC0415 - `refeed --help` needs none

    return load(
        config_file,
        environment=os.environ,
        working_directory=Path.cwd(),
        seeds=tuple(seeds),
        output=output,
        state=state,
    )


def main(arguments: Sequence[str] | None = None) -> Any:  # noqa: ANN401 - as click has it
    """Run a command and exit: 0 for success, 1 for failure, 2 for wrong use or configuration."""
    try:
        commands.main(args=arguments, prog_name="refeed", standalone_mode=True)
    except ConfigError as error:
        click.echo("refeed: the configuration is wrong:", err=True)
        for mistake in error.mistakes:
            click.echo(f"  {mistake}", err=True)
        sys.exit(WRONG_USE)
    except RefeedError as error:
        click.echo(f"refeed: {error}", err=True)
        if error.hint:
            click.echo(f"  {error.hint}", err=True)
        sys.exit(WRONG_USE if isinstance(error, FolderError) else FAILED)
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        click.echo(f"refeed: {place}{error.strerror or error}", err=True)
        sys.exit(FAILED)
