"""`refeed preview`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from refeed.cli.options import PATH, configured

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
    help="Where to write the page. Default: standard output, a temporary file for a terminal.",
)
def preview_command(config: Config, file: str, output: Path | None) -> None:
    """Write a web page of the articles in FILE, as a feed would have them, and what was found how.

    No configuration is needed, and no folder of snapshots.

    \b
    Example:
      refeed preview page.html --output preview.html
    """  # noqa: D301 - click's mark of lines to keep
    from refeed.cli.output import print_error, print_reader_faults
    from refeed.commands.preview import preview

    print_reader_faults()
    page = preview(config, file, Path.cwd())
    if output is None and not sys.stdout.isatty():
        click.echo(page, nl=False)
        return
    target = output or _make_temporary_file()
    target.write_bytes(page)
    print_error(f"To see the page, open {target.absolute().as_uri()} in a browser.")


def _make_temporary_file() -> Path:
    """Make a file where no folder that refeed reads is likely to be."""
    from tempfile import NamedTemporaryFile

    with NamedTemporaryFile(prefix="refeed-preview-", suffix=".html", delete=False) as file:
        return Path(file.name)
