"""The file's tables of a feed, and the `FeedRule` that they stand for."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Annotated

from pydantic import Field
from pydantic_core import core_schema

from refeed.config import field_types as kind
from refeed.config.wording import CheckError
from refeed.selection import FIELDS, Condition, FeedRule

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue


class _NotEmpty:
    """A table with one condition at least."""

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.no_info_after_validator_function(_refuse_empty, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {**handler(schema), "minProperties": 1}


def _refuse_empty(conditions: ConditionsTable) -> ConditionsTable:
    if conditions == type(conditions)():
        known = ", ".join(field.name.strip("_") for field in fields(conditions))
        raise CheckError(f"names no condition: one of {known}")
    return conditions


@dataclass(frozen=True)
class ConditionsTable:
    """Conditions on an entry; each is a text or a list, of which one has to fit."""

    source: kind.Some[kind.SourceGlob] = ()
    """The host; * and ? stand for characters, and *.example.org is example.org too."""
    path: kind.Some[kind.PathGlob] = ()
    """The file below its folder of seeds; * and ? stand for characters within one folder, ** for
    any folders, a slash at the end for all that is in a folder."""
    tag: kind.Some[kind.ValueGlob] = ()
    """A whole tag; * and ? stand for characters."""
    author: kind.Some[kind.ValueGlob] = ()
    """A whole name; * and ? stand for characters."""
    title: kind.Some[kind.Expression] = ()
    """A regular expression of Python's that is found in the title."""
    text: kind.Some[kind.Expression] = ()
    """A regular expression of Python's that is found in the text."""


@dataclass(frozen=True)
class MatchTable(ConditionsTable):
    """Which entries are in a feed: those that meet all keys, and none of those in `not`."""

    not_: Annotated[ConditionsTable, _NotEmpty(), Field(alias="not")] = ConditionsTable()
    """Conditions of which an entry meets none."""


@dataclass(frozen=True)
class FeedTable:
    """A feed of your own."""

    name: kind.FeedName
    """Its folder in the output: letters, digits, - _ and dots, in parts between slashes."""
    match: Annotated[MatchTable, _NotEmpty()]
    """Which entries are in it."""
    title: kind.Line = ""
    """Its title; the name, if it isn't stated."""
    archive: kind.Switch = False
    """Whether the entries beyond the newest are published too, in documents of their own."""

    def to_rule(self) -> FeedRule:
        """Return what the rest of refeed knows it as."""
        conditions = tuple(
            Condition(field, getattr(table, field), negated)
            # What costs most comes last, and is looked at only when all else is met.
            for field in FIELDS
            for table, negated in ((self.match, False), (self.match.not_, True))
            if getattr(table, field)
        )
        return FeedRule(self.name, self.title or self.name, conditions, self.archive)
