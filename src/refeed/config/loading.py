"""From the file, the environment and the command line to a `Config`.

What is stated nearer to the person who runs it counts: the command line before the environment,
that before the file, that before the defaults, and so for every setting alike. A list is replaced
as a whole. Mistakes are told wherever they are, also in a value that another one replaces.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from refeed.config.addresses import is_loopback
from refeed.config.folders import clashes
from refeed.config.layers import (
    FILE_VARIABLE,
    Layer,
    defaults,
    from_environment,
    from_file,
    from_options,
)
from refeed.config.mistakes import shown
from refeed.config.schema import SETTINGS
from refeed.config.values import Cleaning, Config, Images, Server, Watch, WebSub
from refeed.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

FILE_NAME: Final = "refeed.toml"
_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
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
    listen: str | None = None,
    no_server: bool = False,
) -> Config:
    """Read the file, if there is one, and return the whole configuration.

    Args:
        file: what the command line names; None to look for one, see `find`.
        environment: all variables; those that begin with ``REFEED_`` and ``HOME`` count.
        working_directory: absolute.
        seeds: what the command line says instead of the file's, if it does.
        output: likewise.
        state: likewise.
        listen: likewise, for `server.listen`.
        no_server: whether the command line says that `server.enabled` is false.

    Raises:
        ConfigError: with all mistakes.
    """
    path = find(file, environment=environment, working_directory=working_directory)
    try:
        table = _read(path) if path else {}
    except ConfigError as error:
        # Nothing can be held against a file that says nothing.
        stated = Layer(wrong=frozenset(SETTINGS), mistakes=error.mistakes)
    else:
        base = path.parent if path else working_directory
        stated = from_file(table, base, environment)
    return _config(
        defaults(working_directory),
        stated,
        from_environment(environment, working_directory),
        from_options(working_directory, seeds, output, state, listen, no_server=no_server),
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
    here = working_directory or base
    return _config(
        defaults(here), from_file(table, base, environment), from_environment(environment, here)
    )


def _config(*layers: Layer) -> Config:
    """Return what the layers say together, a later one before an earlier one."""
    values: dict[str, Any] = {}
    for layer in layers:
        values |= layer.values
    wrong = frozenset[str]().union(*(layer.wrong for layer in layers))
    mistakes = [line for layer in layers for line in layer.mistakes]
    mistakes += _contradictions({key: values[key] for key in values if key not in wrong}, wrong)
    if mistakes:
        raise ConfigError(tuple(mistakes))
    seeds, output, state = (values.pop(key) for key in ("seeds", "output", "state"))
    return Config(
        seeds=tuple(folder.path for folder in seeds),
        output=output.path,
        state=state.path,
        cleaning=Cleaning(**_group(values, "cleaning.")),
        images=Images(**_group(values, "images.")),
        watch=Watch(**_group(values, "watch.")),
        server=Server(**_group(values, "server.")),
        websub=WebSub(**_group(values, "websub.")),
        **{key: value for key, value in values.items() if "." not in key},
    )


def _contradictions(values: Mapping[str, Any], wrong: frozenset[str]) -> list[str]:
    """Return a line for each two good values that can't be together."""
    lines = clashes(values.get("seeds", ()), values.get("output"), values.get("state"))
    has_template = "images.template" in wrong or values.get("images.template")
    if values.get("images.mode") == "proxy" and not has_template:
        lines.append('images.template: is missing; images.mode "proxy" needs it')
    lines += _unreachable(values.get("websub.hub", ""), values.get("base_url", ""), wrong)
    lines += _archives_of_nothing(values)
    kept = values.get("cleaning.keep_parameters", ())
    for name in values.get("cleaning.strip_parameters", ()):
        if name in kept:
            place = "cleaning.keep_parameters"
            lines.append(f"cleaning.strip_parameters: {shown(name)} is in {place} as well")
    return lines


def _unreachable(hub: str, base_url: str, wrong: frozenset[str]) -> list[str]:
    """Return a line if there is a hub, and no address at which it could fetch a feed."""
    if not hub or "base_url" in wrong:
        return []
    if not base_url:
        return ["base_url: is missing; websub.hub needs it, for the hub to fetch feeds there"]
    # A hub of one's own, on the same machine, is on its loopback too.
    if is_loopback(base_url) and not is_loopback(hub):
        return [f"base_url: {shown(base_url)} is out of reach for websub.hub, {shown(hub)}"]
    return []


def _archives_of_nothing(values: Mapping[str, Any]) -> Iterator[str]:
    """Yield a line for each reason for which no archive can be had."""
    feeds = enumerate(values.get("feeds", ()))
    keys = ["archive"] if values.get("archive") else []
    for key in (*keys, *(f"feeds[{place}].archive" for place, feed in feeds if feed.archive)):
        if values.get("limit") == 0:
            yield f"{key}: has nothing to archive with limit = 0, by which feeds hold everything"
        if values.get("formats") == ("html",):
            yield f"{key}: needs one of rss, atom, json among the formats"


def _group(values: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    return {
        key.removeprefix(prefix): value for key, value in values.items() if key.startswith(prefix)
    }


def _read(path: Path) -> Mapping[str, object]:
    """Return the table in a file; raise `ConfigError` with the one thing that is wrong with it."""
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
        raise ConfigError((f"{path}{_reason(str(error), text)}",)) from error


def _reason(message: str, text: str) -> str:
    """Return what tomllib says with the place first, as compilers have it."""
    place = _TOML_PLACE.search(message)
    reason = f"is not TOML: {message[: place.start()] if place else message}"
    if not place:
        return f": {reason}"
    lines = text.split("\n")
    line, column = place[1] or len(lines), place[2] or len(lines[-1]) + 1
    return f":{line}:{column}: {reason}"
