"""Printing: lines for a person, JSON for a program."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from refeed.text.printable import escape_unprintable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from refeed.config import Config


def print_line(line: str) -> None:
    """Print a line to stdout, control characters escaped."""
    print(escape_unprintable(line))  # noqa: T201 - this is where things are printed


def print_error(line: str) -> None:
    """Print a line to stderr, control characters escaped."""
    print(escape_unprintable(line), file=sys.stderr, flush=True)  # noqa: T201 - as above


def print_reader_faults() -> None:
    """Print to stderr which readers of other packages can't be used, and why."""
    from refeed.seeds.added_readers import load_added_readers

    for fault in load_added_readers().faults:
        print_error(f"refeed: {fault}")


def join_lines(lines: Iterable[str]) -> str:
    """Join texts to lines, control characters escaped."""
    return "\n".join(escape_unprintable(line) for text in lines for line in text.split("\n"))


def count(number: int, thing: str) -> str:
    """Write how many there are of a thing: ``1 feed``, ``1,204 entries``."""
    if number == 1:
        return f"1 {thing}"
    return f"{number:,} {thing[:-1]}ies" if thing.endswith("y") else f"{number:,} {thing}s"


def hide_secret(config: Config, address: str) -> str:
    """Return an address without the secret of `server.secret_path`: output may end in a log."""
    secret = config.server.secret_path
    return escape_unprintable(address.replace(secret, "…") if secret else address)


def to_json(value: object) -> str:
    """Serialize a value as indented JSON. Bytes in file names that are not UTF-8 are escaped."""
    return json.dumps(_escape(value), ensure_ascii=False, indent=2)


def _escape(value: object) -> object:
    match value:
        case str():
            return value.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
        case dict():
            return {name: _escape(member) for name, member in value.items()}
        case list() | tuple():
            return [_escape(member) for member in value]
    return value
