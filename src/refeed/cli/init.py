"""`refeed init`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from refeed.cli.options import PATH
from refeed.text.printable import escape_unprintable

_NEXT = """\
They need a user, and a configuration with the snapshots' folder in the place of DIR:
  systemd-sysusers --inline 'u refeed - -'
  refeed init /etc/refeed/refeed.toml --seeds DIR \\
    --output /var/lib/refeed/feeds --state /var/lib/refeed/state
  systemctl daemon-reload && systemctl enable --now refeed"""
_NEXT_FOR_USER = """\
It needs a configuration, with the snapshots' folder in the place of DIR:
  refeed init ~/.config/refeed/refeed.toml --seeds DIR \\
    --output ~/.local/state/refeed/feeds --state ~/.local/state/refeed/index
  systemctl --user daemon-reload && systemctl --user enable --now refeed
To have it run while nobody is logged in: loginctl enable-linger"""


@click.command(short_help="Write a commented configuration to begin with.")
@click.argument("file", type=PATH, default=Path("refeed.toml"))
@click.option(
    "--seeds",
    multiple=True,
    type=PATH,
    metavar="DIR",
    help="A folder of snapshots to write into it; can be repeated.",
)
@click.option(
    "--output",
    type=PATH,
    metavar="DIR",
    help="The folder to publish in, to write into it.",
)
@click.option(
    "--state",
    type=PATH,
    metavar="DIR",
    help="The folder of the index, to write into it.",
)
@click.option(
    "--systemd",
    "units",
    type=PATH,
    metavar="DIR",
    help="Write the systemd units of this installation into a folder instead.",
)
@click.option(
    "--user",
    "for_user",
    is_flag=True,
    help="With --systemd: the unit of a service of yours alone, which needs no root.",
)
def init(  # noqa: PLR0913 - an option each
    *,
    file: Path,
    seeds: tuple[Path, ...],
    output: Path | None,
    state: Path | None,
    units: Path | None,
    for_user: bool,
) -> None:
    """Write a commented configuration with every key there is, or systemd units.

    Nothing that is there is overwritten.

    \b
    Examples:
      refeed init --seeds ~/clippings --output ~/feeds
      refeed init ~/.config/refeed/refeed.toml --seeds ~/clippings
      refeed init --systemd /etc/systemd/system
      refeed init --systemd ~/.config/systemd/user --user
    """  # noqa: D301 - click's mark of lines to keep
    from refeed.commands.init import write_configuration, write_units

    if units:
        for unit in write_units(units, for_user=for_user):
            click.echo(f"wrote {escape_unprintable(str(unit))}")
        click.echo(_NEXT_FOR_USER if for_user else _NEXT)
        return
    values = {"seeds": json.dumps(list(map(str, seeds)), ensure_ascii=False)} if seeds else {}
    for key, folder in (("output", output), ("state", state)):
        if folder:
            values[key] = json.dumps(str(folder), ensure_ascii=False)
    write_configuration(file, values)
    name = escape_unprintable(str(file))
    click.echo(f"wrote {name}; `refeed check -c {name}` checks it, `refeed run -c {name}` runs it")
