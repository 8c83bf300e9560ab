"""`refeed preview`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from refeed.cli.options import PATH, configured
from refeed.errors import RefeedError

if TYPE_CHECKING:
    from refeed.config import Config


@click.command("preview", short_help="Show as a page what a file would look like in a feed.")
@click.argument("file")
@configured("seeds")
@click.option(
    "-o",
    "--output",
    type=PATH,
    metavar="FILE",
    help="Where to write the page. Default: standard output.",
)
def preview_command(config: Config, file: str, output: Path | None) -> None:
    """Write a web page of the articles in FILE, as a feed would have them, and what was found how.

    No configuration is needed, and no folder of snapshots.

    \b
    Example:
      refeed preview page.html --output preview.html
    """  # noqa: D301 - click's mark of lines to keep
    from refeed.cli.output import print_reader_faults
    from refeed.commands.preview import preview

    print_reader_faults()
    page = preview(config, file, Path.cwd())
    if output is None:
        if sys.stdout.isatty():
            raise RefeedError(
                "a page is nothing to read on a terminal", hint="Name a file for it: --output FILE."
            )
        click.echo(page, nl=False)
    else:
        output.write_bytes(page)
