"""`refeed explain`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from refeed.cli.options import JSON, configured

if TYPE_CHECKING:
    from refeed.config import Config


@click.command("explain", short_help="Show what became of a snapshot, and why.")
@click.argument("file_or_url")
@configured("seeds", "output", "state")
@JSON
@click.option(
    "--html",
    "page",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="PAGE",
    help="Write a page with what was removed struck out, and the original beside it.",
)
def explain_command(config: Config, file_or_url: str, page: Path | None, *, as_json: bool) -> None:
    """Show what was read from a snapshot, what it was merged with, and what cleaning changed.

    FILE_OR_URL is a snapshot file, by its path from here or from its seeds folder, or the address
    of an article in any spelling. Nothing is written but the page that --html names.

    \b
    Examples:
      refeed explain -c refeed.toml 2024/river.md
      refeed explain -c refeed.toml https://example.org/river
      refeed explain -c refeed.toml 2024/river.md --html river.html
    """  # noqa: D301 - click's mark of lines to keep
    from refeed.cli.explain_text import format_explanation
    from refeed.cli.output import print_reader_faults, to_json
    from refeed.commands.explain import explain, render_page

    print_reader_faults()
    found = explain(config, file_or_url, Path.cwd(), with_html=page is not None)
    if page is not None:
        page.write_bytes(render_page(found))
        for article in found["articles"]:
            del article["html"]
    click.echo(to_json(found) if as_json else format_explanation(found))
