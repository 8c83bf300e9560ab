"""What the file, the environment and the command line each say, checked one by one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from refeed.config.checks import members, table
from refeed.config.folders import Folder, absolute
from refeed.config.mistakes import CheckError, Mistake, closest, did_you_mean, dotted, shown
from refeed.config.schema import LISTS, SETTINGS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from refeed.config.checks import Check, Shape

PREFIX: Final = "REFEED_"
FILE_VARIABLE: Final = f"{PREFIX}CONFIG"
VARIABLES: Final = {PREFIX + key.replace(".", "_").upper(): key for key in SETTINGS}
_DEFAULT_FOLDERS: Final[Mapping[str, str | tuple[str, ...]]] = {
    "seeds": ("seeds",),
    "output": "feeds",
    "state": ".refeed",
}


def _grouped() -> dict[str, dict[str, Check[Any]]]:
    groups: dict[str, dict[str, Check[Any]]] = {"": {}}
    for key, setting in SETTINGS.items():
        group, _, name = key.rpartition(".")
        groups.setdefault(group, {})[name] = setting.check
    return groups


# The settings by table, "" for those above the first.
_GROUPS: Final = _grouped()
_TOP: Final[Shape] = {**_GROUPS[""], **LISTS, **{name: table for name in _GROUPS if name}}


@dataclass(frozen=True, slots=True)
class Layer:
    """What one origin says.

    Attributes:
        values: the good values by dotted key; folders as `Folder`.
        wrong: the keys whose values are mistakes.
        mistakes: a line each.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    wrong: frozenset[str] = frozenset()
    mistakes: tuple[str, ...] = ()


def defaults(working_directory: Path) -> Layer:
    """Return the folders that hold where nobody says otherwise."""
    values = {
        key: _placed(key, value, working_directory, {}) for key, value in _DEFAULT_FOLDERS.items()
    }
    return Layer(values)


def from_file(stated: Mapping[str, object], base: Path, environment: Mapping[str, str]) -> Layer:
    """Return what a file says; its relative paths start from `base`."""
    values, mistakes = members(stated, _TOP)
    for group in (name for name in _GROUPS if name in values):
        good, wrong = members(values.pop(group), _GROUPS[group])
        values |= {f"{group}.{key}": value for key, value in good.items()}
        mistakes += (mistake.under(group) for mistake in wrong)
    for key in (name for name in _DEFAULT_FOLDERS if name in values):
        try:
            values[key] = _placed(key, values[key], base, environment)
        except CheckError as wrong:
            mistakes += (mistake.under(key) for mistake in wrong.mistakes)
            del values[key]
    wrong_keys = (dotted(mistake.key[:length]) for mistake in mistakes for length in (1, 2))
    lines = tuple(_with_home(mistake).line() for mistake in mistakes)
    return Layer(values, frozenset(wrong_keys), lines)


def from_environment(environment: Mapping[str, str], working_directory: Path) -> Layer:
    """Return what the variables say; relative paths in them start from the working directory."""
    values: dict[str, Any] = {}
    wrong: set[str] = set()
    mistakes: list[str] = []
    for name in sorted(environment):
        if not name.startswith(PREFIX) or name == FILE_VARIABLE:
            continue
        key = VARIABLES.get(name)
        if key is None:
            meant = did_you_mean(closest(name, (*VARIABLES, FILE_VARIABLE)))
            mistakes.append(Mistake((name,), f"unknown variable{meant}").line())
            continue
        setting = SETTINGS[key]
        try:
            value = setting.check(setting.from_text(environment[name]))
            if key in _DEFAULT_FOLDERS:
                value = _placed(key, value, working_directory, environment, origin=name)
        except CheckError as error:
            wrong.add(key)
            mistakes += (mistake.line(name) for mistake in error.mistakes)
        else:
            values[key] = value
    return Layer(values, frozenset(wrong), tuple(mistakes))


def from_options(  # noqa: PLR0913 - one for each option
    working_directory: Path,
    seeds: Sequence[Path],
    output: Path | None,
    state: Path | None,
    listen: str | None,
    *,
    no_server: bool,
) -> Layer:
    """Return what the command line says; a shell has expanded its paths' ``~`` already."""
    options: dict[str, Any] = {
        "seeds": tuple(str(working_directory / folder) for folder in seeds),
        "output": output and str(working_directory / output),
        "state": state and str(working_directory / state),
    }
    values: dict[str, Any] = {
        key: _placed(key, value, working_directory, {}, origin=f"--{key}")
        for key, value in options.items()
        if value
    }
    if no_server:
        values["server.enabled"] = False
    if listen is None:
        return Layer(values)
    key = "server.listen"
    try:
        values[key] = SETTINGS[key].check(listen)
    except CheckError as error:
        lines = tuple(mistake.line("--listen") for mistake in error.mistakes)
        return Layer(values, frozenset({key}), lines)
    return Layer(values)


def _placed(
    key: str,
    written: str | tuple[str, ...],
    base: Path,
    environment: Mapping[str, str],
    origin: str = "",
) -> Folder | tuple[Folder, ...]:
    """Return one folder or many, absolute."""
    label = origin or key
    if isinstance(written, str):
        return Folder(label, absolute(written, base, environment))
    return tuple(
        Folder(label, absolute(one, base, environment), place) for place, one in enumerate(written)
    )


def _with_home(mistake: Mistake) -> Mistake:
    """Return a mistake that says where a key belongs, if it is a good key in a wrong place.

    In TOML a key after a table's head is the table's: the usual slip is a line added at the end.
    """
    name = str(mistake.key[-1])
    if not mistake.unknown:
        return mistake
    if name in _GROUPS[""]:
        return replace(mistake, reason="unknown key here; it belongs above the first table")
    for group, shape in _GROUPS.items():
        if name in shape:
            return replace(mistake, reason=f"unknown key here; it is {shown(f'{group}.{name}')}")
    return mistake
