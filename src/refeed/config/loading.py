"""Finds and reads the file, and combines it with environment and command line.

Pydantic is imported only when a configuration is read; workers are sent a checked one.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from refeed.config.environment import FILE_VARIABLE
from refeed.config.wording import SINGLE_QUOTES
from refeed.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from refeed.config.values import Config

FILE_NAME: Final = "refeed.toml"
_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
_HINTS: Final = {
    "Cannot declare": "a table is there once; of several, each has double brackets, [[…]]",
    "Cannot overwrite": "the key is there already",
    r"Illegal character '\n'": "the quote before is not closed in its line",
    "Invalid value": 'text is in quotes, "…"; true and false are in small letters',
    "Unescaped": SINGLE_QUOTES,
    "Invalid hex": SINGLE_QUOTES,
}
"""By the beginnings of tomllib's messages."""
_TOML_PLACE: Final = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)\Z")


def find(
    file: Path | None, *, environment: Mapping[str, str], working_directory: Path
) -> Path | None:
    """Return the file that `load` reads: the one given, else ``REFEED_CONFIG``, else the usual one.

    The usual one is ``refeed.toml`` in the working directory, if it is there. None where there is
    no file at all; the defaults need none.
    """
    named = file or (Path(environment[FILE_VARIABLE]) if environment.get(FILE_VARIABLE) else None)
    if named:
        return working_directory / named
    usual = working_directory / FILE_NAME
    return usual if usual.exists() else None


def load(  # noqa: PLR0913 - an argument for each of the command line's options
    file: Path | None,
    *,
    environment: Mapping[str, str],
    working_directory: Path,
    seeds: Sequence[Path] = (),
    output: Path | None = None,
    state: Path | None = None,
    first_seen: str = "",
    listen: str | None = None,
    no_server: bool = False,
    verbose: bool = False,
) -> Config:
    """Read the file, if there is one, and return the whole configuration.

    Args:
        file: what the command line names; None to look for one, see `find`.
        environment: all variables; those that begin with ``REFEED_`` and ``HOME`` count.
        working_directory: absolute.
        seeds: what the command line says instead of the file's, if it does.
        output: likewise.
        state: likewise.
        first_seen: likewise.
        listen: likewise, for `server.listen`.
        no_server: whether the command line says that `server.enabled` is false.
        verbose: whether the command line says that `log.level` is "debug".

    Raises:
        ConfigError: with all mistakes.
    """
    path = find(file, environment=environment, working_directory=working_directory)
    table: Mapping[str, object] = {}
    unread: tuple[str, ...] = ()
    try:
        table = _read(path) if path else {}
    except ConfigError as error:
        unread = error.mistakes
    options: dict[str, Any] = {
        "seeds": [str(working_directory / folder) for folder in seeds] or None,
        "output": output and str(working_directory / output),
        "state": state and str(working_directory / state),
        "first_seen": first_seen and _locate(first_seen, working_directory),
        "server": {"listen": listen} if listen is not None else {},
        "log": {"level": "debug"} if verbose else {},
    }
    if no_server:
        options["server"]["enabled"] = False

    from refeed.config.layers import combine

    return combine(
        table,
        path.parent if path else working_directory,
        environment,
        working_directory,
        {key: value for key, value in options.items() if value},
        unread,
    )


def parse(
    table: Mapping[str, object],
    *,
    base: Path,
    environment: Mapping[str, str] = _NOTHING,
    working_directory: Path | None = None,
) -> Config:
    """Return the configuration that a table of TOML states. No file is read but time zone data.

    Args:
        table: as `tomllib` returns it.
        base: the folder that relative paths in the table start from, absolute.
        environment: as in `load`.
        working_directory: where relative paths in the environment and the default folders start;
            `base` if not given.

    Raises:
        ConfigError: with all mistakes.
    """
    from refeed.config.layers import combine

    return combine(table, base, environment, working_directory or base)


def _locate(first_seen: str, working_directory: Path) -> str:
    return first_seen if first_seen == "git" else str(working_directory / first_seen)


def _read(path: Path) -> Mapping[str, object]:
    """Return the table in a file; raise `ConfigError` if it is not TOML."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigError((f"{path}: can't be read: {error.strerror}",)) from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigError((f"{path}:{line}: is not UTF-8",)) from error
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise ConfigError((f"{path}{_format_reason(str(error), text)}",)) from error


def _format_reason(message: str, text: str) -> str:
    """Format tomllib's error with the place first, as compilers do."""
    place = _TOML_PLACE.search(message)
    reason = f"is not TOML: {message[: place.start()] if place else message}"
    reason += next((f"; {hint}" for words, hint in _HINTS.items() if message.startswith(words)), "")
    if not place:
        return f": {reason}"
    lines = text.split("\n")
    line, column = place[1] or len(lines), place[2] or len(lines[-1]) + 1
    return f":{line}:{column}: {reason}"
