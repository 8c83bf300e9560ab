"""Marks on the types of settings, by which pydantic checks a configuration.

A mark is an object with `__get_pydantic_core_schema__`. So the values can be declared, and sent to
other processes, without an import of pydantic.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias, TypeVar, cast

from refeed.config import (
    folder_table_checks,
    pattern_checks,
    socket_address,
    text_checks,
    url_checks,
)
from refeed.config.folder_checks import (
    check_first_seen,
    check_folder,
    check_optional_folder,
)
from refeed.config.socket_address import Listen
from refeed.config.wording import refuse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import CoreSchema

T = TypeVar("T")


class Checked:
    """A value that one of our checks has to pass; `written` is the JSON Schema of the raw value."""

    def __init__(self, check: Callable[..., object], **written: object) -> None:
        self._check = check
        self._written = written or {"type": "string"}

    def __get_pydantic_core_schema__(self, *_: object) -> CoreSchema:
        """Have pydantic call the check."""
        from pydantic_core import core_schema

        if self._check in {check_first_seen, check_folder, check_optional_folder}:
            return core_schema.with_info_plain_validator_function(self._check)
        return core_schema.no_info_plain_validator_function(self._check)

    def __get_pydantic_json_schema__(self, *_: object) -> JsonSchemaValue:
        """Return how the value is written."""
        return {**self._written}


class ListOrOne:
    """A list, for which one text may stand; what is written again in it is left out."""

    def __init__(self, least: int) -> None:
        self._least = least

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Have pydantic check the members."""
        from pydantic_core import core_schema

        return core_schema.no_info_wrap_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Return that one is written, or a list."""
        many = handler(schema)
        if self._least:
            many["minItems"] = self._least
        return {"anyOf": [many["items"], many]}

    def _check(self, value: object, check_each: Callable[[object], Iterable[T]]) -> tuple[T, ...]:
        if value == [] and self._least:
            refuse(value, "where at least one is needed")
        written = [value] if isinstance(value, str) else value
        checked = check_each(written)
        repeats_gone = dict(zip(cast("list[object]", written), checked, strict=True))
        return tuple(repeats_gone.values())


def choose(*words: str) -> Checked:
    """Return the mark of a value that is one of a few words."""
    return Checked(text_checks.one_of(*words), type="string", enum=[*words])


def count(lowest: int, highest: int) -> Checked:
    """Return the mark of a whole number between two, both allowed."""

    def check(value: object) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest:
            return value
        return refuse(value, f"is not a whole number from {lowest} to {highest}")

    return Checked(check, type="integer", minimum=lowest, maximum=highest)


def seconds(lowest: int, highest: int) -> Checked:
    """Return the mark of a number of seconds between two, whole or not, both allowed."""

    def check(value: object) -> float:
        if isinstance(value, int | float) and value is not True and lowest <= value <= highest:
            return value
        return refuse(value, f"is not a number of seconds from {lowest} to {highest}")

    return Checked(check, type="number", minimum=lowest, maximum=highest)


def check_switch(value: object) -> bool:
    """Check for true or false."""
    return value if isinstance(value, bool) else refuse(value, "is not true or false")


Many: TypeAlias = Annotated[tuple[T, ...], ListOrOne(0)]
Some: TypeAlias = Annotated[tuple[T, ...], ListOrOne(1)]

Switch: TypeAlias = Annotated[bool, Checked(check_switch, type="boolean")]
Folder: TypeAlias = Annotated[Path, Checked(check_folder)]
OptionalFolder: TypeAlias = Annotated[str, Checked(check_optional_folder)]
FirstSeen: TypeAlias = Annotated[str, Checked(check_first_seen)]
Line: TypeAlias = Annotated[str, Checked(text_checks.check_text)]
OptionalLine: TypeAlias = Annotated[str, Checked(text_checks.check_line)]
Command: TypeAlias = Annotated[str, Checked(text_checks.check_command)]
Language: TypeAlias = Annotated[str, Checked(text_checks.check_language)]
Timezone: TypeAlias = Annotated[str, Checked(text_checks.check_timezone)]
FeedName: TypeAlias = Annotated[str, Checked(text_checks.check_feed_name)]
Parameter: TypeAlias = Annotated[str, Checked(text_checks.check_parameter)]
BaseUrl: TypeAlias = Annotated[str, Checked(url_checks.check_base_url)]
HubUrl: TypeAlias = Annotated[str, Checked(url_checks.check_hub)]
ProxyUrl: TypeAlias = Annotated[str, Checked(url_checks.check_proxy)]
PrivatePlace: TypeAlias = Annotated[str, Checked(url_checks.check_private_place)]
ImageTemplate: TypeAlias = Annotated[str, Checked(url_checks.check_template)]
RuleSource: TypeAlias = Annotated[str, Checked(url_checks.check_rule_source)]
FolderBelow: TypeAlias = Annotated[str, Checked(folder_table_checks.check_below)]
AddressPattern: TypeAlias = Annotated[str, Checked(folder_table_checks.check_address_pattern)]
SnapshotFormat: TypeAlias = Annotated[str, Checked(folder_table_checks.check_format)]
ListenAddress: TypeAlias = Annotated[Listen, Checked(socket_address.check_listen)]
Secret: TypeAlias = Annotated[str, Checked(socket_address.check_secret)]
Selector: TypeAlias = Annotated[str, Checked(pattern_checks.check_selector)]
Pattern: TypeAlias = re.Pattern[str]
Expression: TypeAlias = Annotated[Pattern, Checked(pattern_checks.check_expression)]
BlockExpression: TypeAlias = Annotated[Pattern, Checked(pattern_checks.check_block_expression)]
SourceGlob: TypeAlias = Annotated[Pattern, Checked(pattern_checks.check_source_glob)]
PathGlob: TypeAlias = Annotated[Pattern, Checked(pattern_checks.check_path_glob)]
ValueGlob: TypeAlias = Annotated[Pattern, Checked(pattern_checks.check_whole_value)]
