"""`refeed explain`."""

from __future__ import annotations

from pathlib import Path

import click

from refeed.cli.options import CONFIG, JSON, OUTPUT, SEEDS, STATE, load_config


@click.command("explain", short_help="Show what became of a snapshot, and why.")
@click.argument("file_or_url")
@CONFIG
@SEEDS
@OUTPUT
@STATE
@JSON
@click.option(
    "--html",
    "page",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="PAGE",
    help="Write a page with what was removed struck out, and the original beside it.",
)
def explain_command(  # noqa: PLR0913, PLR0917 - the command's options
    file_or_url: str,
    config_file: Path | None,
    seeds: tuple[Path, ...],
    output: Path | None,
    state: Path | None,
    page: Path | None,
    *,
    as_json: bool,
) -> None:
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

    config = load_config(config_file, seeds, output, state)
    print_reader_faults()
    found = explain(config, file_or_url, Path.cwd(), with_html=page is not None)
    if page is not None:
        page.write_bytes(render_page(found))
        for article in found["articles"]:
            del article["html"]
    click.echo(to_json(found) if as_json else format_explanation(found))
