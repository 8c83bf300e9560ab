"""Turns pydantic's errors into messages that say what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from refeed.config.feed_table import ConditionsTable, FeedTable, MatchTable
from refeed.config.folder_table_checks import check_below
from refeed.config.text_checks import check_feed_name
from refeed.config.url_checks import check_rule_source
from refeed.config.values import GROUPS, Config, FolderTable, SourceRule
from refeed.config.wording import (
    CheckError,
    find_closest,
    format_key,
    format_table,
    format_value,
    suggest,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

    Key: TypeAlias = tuple[str | int, ...]
    """The way to a value, from the outermost table: names, and places in lists from 0."""

# What tells the tables of an array from one another, and its check.
_NAMED_BY: Final = {
    "rules": ("source", check_rule_source),
    "folders": ("path", check_below),
    "feeds": ("name", check_feed_name),
}
_TABLES: Final[Mapping[str, type[Any]]] = {
    "": Config,
    **GROUPS,
    "rules": SourceRule,
    "folders": FolderTable,
    "feeds": FeedTable,
    "feeds.match": MatchTable,
    "feeds.match.not": ConditionsTable,
}


class Mistake(NamedTuple):
    """One thing that is wrong.

    Attributes:
        key: where.
        reason: what is wrong and what is allowed.
    """

    key: Key
    reason: str

    @property
    def setting(self) -> str:
        """The dotted key whose value is wrong as a whole."""
        return format_key(self.key[: 2 if self.key[0] in GROUPS else 1])

    def format_place(self, name: Callable[[str], str]) -> str:
        """Return where it is, by what the origin calls a setting."""
        match self.key:
            case str(array), int(place), *inner if array in _NAMED_BY:
                return ", ".join((format_table(array, place), *filter(None, [format_key(inner)])))
        return name(self.setting) + format_key(self.key).removeprefix(self.setting)


def list_keys(table: str) -> list[str]:
    """Return the keys of a table by its dotted key, "" being the outermost."""
    return [field.name.removesuffix("_") for field in fields(_TABLES[table])]


def explain(error: ValidationError, stated: Mapping[str, Any]) -> list[Mistake]:
    """Return what pydantic refuses in a table, in the order of its keys."""
    order = [*stated]
    details = error.errors(include_url=False)
    details.sort(key=lambda detail: order.index(str(detail["loc"][0])))
    return [_explain(detail, stated) for detail in details]


def find_repeats(stated: Mapping[str, Any]) -> Iterator[Mistake]:
    """Yield the tables of an array that have a name which an earlier one has."""
    for array, (by, check) in _NAMED_BY.items():
        seen: dict[str, int] = {}
        tables = stated.get(array)
        for place, table in enumerate(tables if isinstance(tables, list) else ()):
            try:
                name = check(table[by])
            except (CheckError, LookupError, TypeError):
                continue
            # Folders that differ in case only are one on some file systems.
            first = seen.setdefault(name.casefold(), place)
            if first != place:
                reason = f"{format_value(name)} is taken by {format_table(array, first)} already"
                yield Mistake((array, place, by), reason)


def _explain(detail: ErrorDetails, stated: Mapping[str, Any]) -> Mistake:
    key = _find_written_key(detail["loc"], stated)
    return Mistake(key, _format_reason(key, detail) + _name_table(key, stated))


def _format_reason(key: Key, detail: ErrorDetails) -> str:
    match detail["type"]:
        case "missing":
            return "is missing"
        case "unexpected_keyword_argument":
            return _explain_unknown(key)
        case "dataclass_type":
            kind = "a table"
        case "tuple_type" if key[-1] in _NAMED_BY:
            kind = "an array of tables; each begins with double brackets, [[…]]"
        case "tuple_type":
            kind = "a list"
        case _:
            return str(detail["ctx"]["error"])
    return f"{format_value(detail['input'])} is not {kind}"


def _explain_unknown(key: Key) -> str:
    """Say where an unknown key belongs, or suggest another one.

    In TOML a key after a table's head belongs to that table, so a line added at the end is a common
    mistake.
    """
    *above, name = (part for part in key if isinstance(part, str))
    if name in list_keys("") and name not in {*GROUPS, *_NAMED_BY}:
        return "unknown key here; it belongs above the first table"
    for group in GROUPS:
        if name in list_keys(group):
            return f"unknown key here; it is {format_value(f'{group}.{name}')}"
    return f"unknown key{suggest(find_closest(name, list_keys('.'.join(above))))}"


def _find_written_key(location: Key, stated: Mapping[str, Any]) -> Key:
    """Return where a mistake is as it is written: in one text that stands for a list, no place."""
    value: Any = stated
    for length, part in enumerate(location):
        if isinstance(value, str):
            return location[:length]
        value = value[part] if isinstance(part, int) else value.get(part)
    return location


def _name_table(key: Key, stated: Mapping[str, Any]) -> str:
    """Return which table of an array a mistake is in, in words, or ""."""
    if key[0] not in _NAMED_BY or len(key) == 1:
        return ""
    by, _ = _NAMED_BY[str(key[0])]
    table = stated[str(key[0])][key[1]]
    name = table.get(by) if isinstance(table, Mapping) else None
    if not isinstance(name, str) or key[2:] == (by,):
        return ""
    return f" ({by} {format_value(name)})"
