"""`refeed init`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from refeed.text.printable import escape_unprintable


@click.command(short_help="Write a commented configuration to begin with.")
@click.argument("file", type=click.Path(path_type=Path), default=Path("refeed.toml"))
@click.option(
    "--seeds",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="A folder of snapshots to write into it; can be repeated.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The folder to publish in, to write into it.",
)
@click.option(
    "--systemd",
    "units",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Write the systemd units of this installation into a folder instead.",
)
def init(file: Path, seeds: tuple[Path, ...], output: Path | None, units: Path | None) -> None:
    """Write a commented configuration with every key there is, or systemd units.

    Nothing that is there is overwritten.

    \b
    Examples:
      refeed init --seeds ~/clippings --output ~/feeds
      refeed init /etc/refeed/refeed.toml
      refeed init --systemd /etc/systemd/system
    """  # noqa: D301 - click's mark of lines to keep
    from refeed.commands.init import write_configuration, write_units

    if units:
        for unit in write_units(units):
            click.echo(f"wrote {escape_unprintable(str(unit))}")
        click.echo("They need a user: systemd-sysusers --inline 'u refeed - -'")
        click.echo("and a configuration: refeed init /etc/refeed/refeed.toml")
        return
    values = {"seeds": json.dumps(list(map(str, seeds)), ensure_ascii=False)} if seeds else {}
    if output:
        values["output"] = json.dumps(str(output), ensure_ascii=False)
    write_configuration(file, values)
    name = escape_unprintable(str(file))
    click.echo(f"wrote {name}; `refeed check -c {name}` checks it, `refeed run -c {name}` runs it")
