"""`refeed check`."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from refeed.cli.options import CONFIG, PATH, load_config
from refeed.cli.output import hide_secret, print_error, print_line, print_reader_faults
from refeed.errors import ConfigError, reason_of
from refeed.text.printable import escape_unprintable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from refeed.config import Config


@click.command(short_help="Check the configuration.")
@CONFIG
@click.option(
    "--unit",
    type=PATH,
    is_flag=False,
    flag_value=Path("/etc/systemd/system/refeed.service"),
    metavar="[FILE]",
    help="Also check what a systemd unit lets refeed read and write; by default refeed.service.",
)
@click.option(
    "--schema",
    is_flag=True,
    help="Print the JSON Schema of refeed.toml, for editors, and check nothing.",
)
def check(config_file: Path | None, unit: Path | None, *, schema: bool) -> None:
    """Check the configuration, and show every mistake at once.

    \b
    Examples:
      refeed check -c refeed.toml
      refeed check -c /etc/refeed/refeed.toml --unit
    """  # noqa: D301 - click's mark of lines to keep
    if schema:
        from refeed.config.json_schema import format_json_schema

        click.echo(format_json_schema())
        return
    from refeed.config import find
    from refeed.seeds.added_readers import load_added_readers
    from refeed.seeds.folders import find_absent_below, find_missing
    from refeed.seeds.overlaps import check_apart, find_overlaps

    file = find(config_file, environment=os.environ, working_directory=Path.cwd())
    config = load_config(config_file)
    written = _list_written(config)
    no_folders = tuple(
        f"{key}: {escape_unprintable(str(folder))}: {obstacle} is where a folder has to be"
        for key, folder in written.items()
        if (obstacle := _find_obstacle(folder))
    )
    verdict = "wrong" if no_folders or find_overlaps(config) else "OK"
    source = escape_unprintable(str(file)) if file else "the defaults, without a file"
    click.echo(f"configuration {verdict}: {source}")
    for origin in load_added_readers().origins:
        click.echo(f"  reader    {escape_unprintable(origin)}")
    print_reader_faults()
    _print_folders(config.seeds, written)
    click.echo(f"  base_url  {hide_secret(config, config.base_url)}{_format_origin(config)}")
    if config.websub.hub:
        click.echo(f"  hub       {escape_unprintable(config.websub.hub)}")
    if no_folders:
        raise ConfigError(no_folders)
    check_apart(config)
    missing = find_missing(config.seeds)
    for place, folder in enumerate(config.seeds):
        if folder in missing:
            reason = missing[folder]
            print_line(f"warning: seeds[{place}]: {folder}: {reason}; nothing can be read there")
    for line in find_absent_below(config.seeds, [table.path for table in config.folders]):
        print_line(f"warning: {line}")
    if (secret := config.server.secret_path) and f"/{secret}/" not in config.base_url:
        print_line("warning: base_url: has no server.secret_path, without which refeed answers 404")
    if unit is not None:
        _check_unit(unit, config)


def _list_written(config: Config) -> dict[str, Path]:
    """Return the folders that refeed makes and writes, by key."""
    written = {"output": config.output, "state": config.state}
    return written | ({"images.store": Path(store)} if (store := config.images.store) else {})


def _print_folders(seeds: Sequence[Path], written: Mapping[str, Path]) -> None:
    for folder in seeds:
        click.echo(
            f"  seeds     {escape_unprintable(str(folder))}{_find_problem(folder, written=False)}"
        )
    for key, folder in written.items():
        name = "pictures" if key == "images.store" else key
        click.echo(
            f"  {name:8}  {escape_unprintable(str(folder))}{_find_problem(folder, written=True)}"
        )


def _format_origin(config: Config) -> str:
    """Return where a base_url that is not stated is from, and what may be wrong with it, or ""."""
    from refeed.config import (
        derive_base_url,
        find_base_url_problem,
    )

    if config.base_url != derive_base_url(config.server):
        return ""
    addresses = [str(config.server.listen)] if config.server.enabled else []
    return f"   ({find_base_url_problem(config, addresses) or 'from server.listen'})"


def _check_unit(unit: Path, config: Config) -> None:
    from refeed.commands.check_unit import check_unit

    if problems := check_unit(unit, config):
        print_error(f"refeed: {unit} does not let refeed do its work:")
        for problem in problems:
            print_error(f"  {problem}")
        sys.exit(1)
    click.echo(f"{escape_unprintable(str(unit))} lets refeed do its work.")


def _find_existing(folder: Path) -> Path:
    return next(path for path in (folder, *folder.parents) if path.exists() or path.is_symlink())


def _find_obstacle(folder: Path) -> str:
    """Return what keeps a folder, or one above it, from being made, or ""."""
    with suppress(OSError):
        existing = _find_existing(folder)
        if not existing.is_dir():
            return "a file" if existing.exists() else "a link to nothing"
    return ""


def _find_problem(folder: Path, *, written: bool) -> str:
    """Return a remark on what keeps refeed from reading or writing a folder, or ""."""
    try:
        existing = _find_existing(folder)
        is_folder = existing.is_dir()
    except OSError as error:
        return f"   ({reason_of(error)})"
    problem = ""
    if not is_folder:
        problem = f"{escape_unprintable(str(existing))} is not a folder"
    elif written:
        # What is not there yet is made in the folder above.
        problem = "" if os.access(existing, os.W_OK | os.X_OK) else "can't be written"
    elif existing != folder:
        problem = "not there"
    elif not os.access(folder, os.R_OK | os.X_OK):
        problem = "can't be read"
    return f"   ({problem})" if problem else ""
