"""`refeed boilerplate`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from refeed.cli.options import JSON, configured

if TYPE_CHECKING:
    from refeed.config import Config


@click.command("boilerplate", short_help="List what was learned from the articles of sources.")
@click.argument("source", required=False)
@configured("seeds", "output", "state")
@JSON
def boilerplate_command(config: Config, source: str | None, *, as_json: bool) -> None:
    """List the lines and images that recur in the articles of SOURCE, or of each source.

    For each it is said in how many of how many articles it stands, near which edge, since when, and
    in which files, the newest first. Nothing is written.

    \b
    Example:
      refeed boilerplate -c refeed.toml news.example.org
    """  # noqa: D301 - click's mark of lines to keep
    from refeed.cli.output import to_json
    from refeed.commands.boilerplate import boilerplate

    found = boilerplate(config, source)
    click.echo(to_json(found) if as_json else _format(found))


def _format(found: list[dict[str, Any]]) -> str:
    from refeed.cli.output import count, join_lines
    from refeed.text.printable import escape_unprintable

    lines: list[str] = []
    taught = [source for source in found if source["blocks"]]
    for source in taught:
        blocks = count(len(source["blocks"]), "block")
        lines += ["", f"{source['source']}: {blocks} in {count(source['articles'], 'article')}"]
        for block in source["blocks"]:
            where = f"{block['kind']}, {block['place']}"
            support = f"in {block['support']} of {block['articles']}, since {block['since'][:10]}"
            lines += [f"  {support}  ({where})", f"      {block['text'] or '–'}"]
            lines.append(f"      {', '.join(map(escape_unprintable, block['examples']))}")
    if others := len(found) - len(taught):
        lines += ["", f"Nothing was learned of {count(others, 'source')}."]
    return join_lines(lines[1:] or ["Nothing was learned."])
