"""Reads environment variables: ``REFEED_IMAGES_MODE`` is `images.mode`, and so each value."""

from __future__ import annotations

import os
import re
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final

from refeed.config.values import GROUPS, Config
from refeed.config.wording import find_closest, format_key, suggest

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE_VARIABLE: Final = "REFEED_CONFIG"
_PREFIX: Final = "REFEED_"
_TRUTHS: Final = {
    **dict.fromkeys(("true", "yes", "on", "1"), True),
    **dict.fromkeys(("false", "no", "off", "0"), False),
}


def name_variable(key: str) -> str:
    """Return the variable that states a dotted key."""
    return _PREFIX + key.replace(".", "_").upper()


_DEFAULTS: Final[Mapping[str, Any]] = {
    **{field.name: field.default for field in fields(Config) if field.name not in GROUPS},
    **{
        f"{group}.{field.name}": field.default
        for group, table in GROUPS.items()
        for field in fields(table)
    },
}
VARIABLES: Final[Mapping[str, str]] = {
    name_variable(key): key for key in _DEFAULTS if key not in {"rules", "folders", "feeds"}
}


def parse_variables(environment: Mapping[str, str]) -> dict[str, Any]:
    """Return the values of the variables as a table of TOML."""
    stated: dict[str, Any] = {}
    for variable in sorted(VARIABLES.keys() & environment):
        key = VARIABLES[variable]
        group, _, name = key.rpartition(".")
        table = stated.setdefault(group, {}) if group else stated
        table[name] = _parse(key, environment[variable])
    return stated


def find_unknown(environment: Mapping[str, str]) -> list[str]:
    """Return a line for each variable that looks like one of refeed's, but is not."""
    known = (*VARIABLES, FILE_VARIABLE)
    return [
        f"{format_key((name,))}: unknown variable{suggest(find_closest(name, known))}"
        for name in sorted(environment)
        if name.startswith(_PREFIX) and name not in known
    ]


def _parse(key: str, text: str) -> object:
    """Convert a variable's text to a value of TOML; the check reports invalid ones."""
    if key == "seeds":
        return [path for path in text.split(os.pathsep) if path]
    match _DEFAULTS[key]:
        case tuple():
            return [word for word in map(str.strip, text.split(",")) if word]
        case bool():
            return _TRUTHS.get(text.casefold(), text)
        case int() if re.fullmatch(r"-?[0-9]{1,18}", text):
            return int(text)
        case float() if re.fullmatch(r"[0-9]{1,18}(?:\.[0-9]{1,18})?", text):
            return float(text)
    return text
