"""Writes refeed(1) and refeed.toml(5) into a folder, from the commands' help and the schema.

Usage: python scripts/man_pages.py [FOLDER], which is `man` by default.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from refeed import __version__
from refeed.cli.main import commands
from refeed.config.json_schema import format_json_schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_KEPT_LINES = "\b"
_TABLES = ("cleaning", "images", "watch", "server", "websub", "log")


def format_refeed_1() -> str:
    """Return refeed(1)."""
    context = click.Context(commands, info_name="refeed")
    lines = [
        _head("REFEED", 1, "refeed", "feeds of folders of article snapshots"),
        ".SH SYNOPSIS",
        ".B refeed\n.I COMMAND\n[\\fIOPTIONS\\fR]",
        ".SH DESCRIPTION",
        *_format_help(commands.help or ""),
        ".SH COMMANDS",
    ]
    for name in sorted(commands.commands):
        lines += _format_command(name, commands.commands[name], context)
    lines += [
        ".SH EXIT STATUS",
        *_define("0", "Success."),
        *_define("1", "Failure; the message says why."),
        *_define("2", "Wrong use, a wrong configuration, or a folder that can't be used."),
        *_define("3", "`refeed status`: something keeps the feeds from being up to date."),
        *_define("130", "Interrupted from the keyboard; what is published is whole."),
        ".SH ENVIRONMENT",
        *_define("REFEED_CONFIG", "The configuration file, if \\fB\\-\\-config\\fR names none."),
        *_define("REFEED_\\fIKEY\\fR", "A key of the configuration, see \\fBrefeed.toml\\fR(5)."),
        ".SH SEE ALSO",
        ".BR refeed.toml (5),\n.BR systemd.service (5)",
    ]
    return "\n".join(lines) + "\n"


def format_refeed_toml_5() -> str:
    """Return refeed.toml(5)."""
    schema = json.loads(format_json_schema())
    tables = schema["$defs"]
    top = {name: key for name, key in schema["properties"].items() if name not in _TABLES}
    lines = [
        _head("REFEED.TOML", 5, "refeed.toml", "configuration of refeed"),
        ".SH DESCRIPTION",
        _escape(
            "refeed reads ./refeed.toml, or the file that --config or REFEED_CONFIG names. It is "
            "TOML. Relative paths start from its folder. `refeed check` tells all mistakes, and "
            "`refeed init` writes a file with every key and what it is for."
        ),
        ".PP",
        _escape(
            "Each key outside of lists of tables can be set by a variable, too: REFEED_LIMIT=0, "
            "REFEED_SEEDS=/one:/two, REFEED_IMAGES_MODE=keep. The command line counts before the "
            "environment, and that before the file."
        ),
        ".SH KEYS",
    ]
    for name, key in top.items():
        if "$ref" not in json.dumps(key):
            lines += _format_key(name, key)
    for name, key in schema["properties"].items():
        reference = re.search(r'"#/\$defs/(\w+)"', json.dumps(key))
        if reference:
            title = f"[[{name}]]" if key.get("type") == "array" else f"[{name}]"
            lines += [f".SH {_escape(title)}", *_format_table(tables[reference[1]])]
    lines += [".SH SEE ALSO", ".BR refeed (1)"]
    return "\n".join(lines) + "\n"


def _head(title: str, section: int, name: str, what: str) -> str:
    return (
        f'.TH {title} {section} "" "refeed {__version__}"\n.SH NAME\n'
        f"{_escape(name)} \\- {_escape(what)}"
    )


def _format_command(name: str, command: click.Command, parent: click.Context) -> Iterator[str]:
    context = click.Context(command, info_name=name, parent=parent)
    yield f".SS {_escape(' '.join([f'refeed {name}', *command.collect_usage_pieces(context)]))}"
    yield from _format_help(command.help or "")
    for option in command.params:
        record = option.get_help_record(context)
        if record and record[1]:
            yield from _define(_escape(record[0]), _escape(record[1]))


def _format_help(text: str) -> Iterator[str]:
    """Format paragraphs; lines behind click's mark stay as they are."""
    for place, paragraph in enumerate(re.split(r"\n\s*\n", text.strip())):
        if place:
            yield ".PP"
        if paragraph.lstrip().startswith(_KEPT_LINES):
            lines = paragraph.replace(_KEPT_LINES, "").strip("\n").splitlines()
            yield "\n".join([".nf", *map(_escape, lines), ".fi"])
        else:
            yield _escape(" ".join(paragraph.split()))


def _format_table(table: Mapping[str, Any]) -> Iterator[str]:
    if "description" in table:
        yield _escape(" ".join(table["description"].split()))
    for name, key in table["properties"].items():
        yield from _format_key(name, key)


def _format_key(name: str, key: Mapping[str, Any]) -> Iterator[str]:
    text = key.get("description", "")
    if key.get("default") not in (None, "", [], {}):
        text += f" Default: {json.dumps(key['default'], ensure_ascii=False)}."
    yield from _define(_escape(name), _escape(text.strip()))


def _define(term: str, text: str) -> Iterator[str]:
    yield f".TP\n.B {term}\n{text}"


def _escape(text: str) -> str:
    """Escape what roff would read as a request or a special character."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace("`", "\\(ga")
    return "\n".join(f"\\&{line}" if line.startswith(".") else line for line in text.split("\n"))


def main() -> None:
    """Write both files."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "man")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "refeed.1").write_text(format_refeed_1(), encoding="utf-8")
    (folder / "refeed.toml.5").write_text(format_refeed_toml_5(), encoding="utf-8")


if __name__ == "__main__":
    main()
