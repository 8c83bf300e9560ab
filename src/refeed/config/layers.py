"""What the file, the environment and the command line state, checked and combined.

The command line has priority over the environment, that over the file, that over the defaults; this
is the same for every setting. A list is replaced as a whole. Mistakes are reported even in a value
that another one replaces.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config

from refeed.config.base_url import derive_base_url
from refeed.config.contradictions import find_contradictions
from refeed.config.environment import find_unknown, name_variable, parse_variables
from refeed.config.folder_checks import Surroundings
from refeed.config.mistakes import explain, find_repeats
from refeed.config.values import GROUPS, Config
from refeed.config.wording import format_key
from refeed.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from refeed.config.mistakes import Mistake

_CHECKER: Final = TypeAdapter(with_config(ConfigDict(extra="forbid"))(Config))


class Layer(NamedTuple):
    """What one origin states.

    Attributes:
        stated: a table as `tomllib` returns it.
        surroundings: what paths in it are resolved by.
        name: what the origin calls a dotted key: a variable or an option.
    """

    stated: Mapping[str, Any]
    surroundings: Surroundings
    name: Callable[[str], str] = str


def combine(  # noqa: PLR0913, PLR0917 - what is stated, and where
    table: Mapping[str, Any],
    base: Path,
    environment: Mapping[str, str],
    working_directory: Path,
    options: Mapping[str, Any] | None = None,
    unread: Sequence[str] = (),
) -> Config:
    """Return the configuration that file, environment and command line state together.

    Args:
        table: the file's, as `tomllib` returns it.
        base: the folder that relative paths in the file start from, absolute.
        environment: all variables.
        working_directory: where relative paths elsewhere start from, absolute.
        options: what the command line states, as a file would; its paths are absolute.
        unread: why the file could not be read; then contradictions are not searched.

    Raises:
        ConfigError: with all mistakes.
    """
    home = environment.get("HOME", "")
    here = Surroundings(working_directory, home)
    layers = (
        Layer(table, Surroundings(base, home)),
        Layer(parse_variables(environment), here, name_variable),
        Layer(options or {}, here, _name_option),
    )
    values: dict[str, Any] = {
        "seeds": tuple(working_directory / folder for folder in Config.seeds),
        "output": working_directory / Config.output,
        "state": working_directory / Config.state,
    }
    names = {key: key for key in values}
    wrong: set[str] = set()
    lines = [*unread]
    for layer in layers:
        good, mistakes = _check(layer)
        values |= good
        names |= {key: layer.name(key) for key in good}
        wrong |= {mistake.setting for mistake in mistakes}
        lines += (f"{each.format_place(layer.name)}: {each.reason}" for each in mistakes)
    lines += find_unknown(environment)
    if not unread:
        good = {key: value for key, value in values.items() if key not in wrong}
        lines += find_contradictions(good, names, wrong)
    if lines:
        raise ConfigError(tuple(lines))
    return _build(values)


def _name_option(key: str) -> str:
    return f"--{key.rpartition('.')[2]}"


def _check(layer: Layer) -> tuple[dict[str, Any], list[Mistake]]:
    """Return the good values by dotted key, and the mistakes."""
    stated = dict(layer.stated)
    mistakes: list[Mistake] = []
    try:
        config = _CHECKER.validate_python(stated, context=layer.surroundings)
    except ValidationError as error:
        mistakes = explain(error, stated)
        stated = _leave_out({mistake.setting for mistake in mistakes}, stated)
        config = _CHECKER.validate_python(stated, context=layer.surroundings)
    mistakes += find_repeats(layer.stated)
    values: dict[str, Any] = {key: getattr(config, key) for key in stated}
    for group in GROUPS.keys() & values:
        table = values.pop(group)
        values |= {f"{group}.{key}": getattr(table, key) for key in stated[group]}
    return values, mistakes


def _leave_out(wrong: AbstractSet[str], stated: Mapping[str, Any]) -> dict[str, Any]:
    good = {key: value for key, value in stated.items() if format_key((key,)) not in wrong}
    for group in GROUPS.keys() & good:
        table = good[group]
        good[group] = {key: table[key] for key in table if format_key((group, key)) not in wrong}
    return good


def _build(values: Mapping[str, Any]) -> Config:
    tables: dict[str, dict[str, Any]] = {name: {} for name in ("", *GROUPS)}
    for key, value in values.items():
        group, _, name = key.rpartition(".")
        tables[group][name] = value
    groups: dict[str, Any] = {name: group(**tables[name]) for name, group in GROUPS.items()}
    tables[""].setdefault("base_url", derive_base_url(groups["server"]))
    return Config(**tables[""], **groups)
