"""Every key that there is, what it allows, and how an environment variable writes it."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from refeed.config import addresses, listening, names, patterns
from refeed.config.checks import (
    boolean,
    many,
    members,
    one_of,
    seconds,
    some_text,
    tables,
    whole_number,
)
from refeed.config.mistakes import CheckError, Mistake
from refeed.config.values import ARCHIVES, FORMATS, SourceRule
from refeed.selection import FIELDS, Condition, FeedRule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from refeed.config.checks import Check, Shape

_MOST_ENTRIES: Final = 1_000_000
_MOST_MEGABYTES: Final = 1_000
_MOST_SETTLE: Final = 3_600
_MOST_RESCAN: Final = 604_800
_NEGATION: Final = "not"
_TRUTHS: Final = {
    **dict.fromkeys(("true", "yes", "on", "1"), True),
    **dict.fromkeys(("false", "no", "off", "0"), False),
}


@dataclass(frozen=True, slots=True)
class Setting:
    """A key with one value.

    Attributes:
        check: what it allows.
        from_text: a variable's text as TOML would have it; what can't be is returned as it is, for
            the check to refuse.
    """

    check: Check[Any]
    from_text: Callable[[str], object] = str


def _words(written: str) -> object:
    return [word.strip() for word in written.split(",") if word.strip()]


def _paths(written: str) -> object:
    return [path for path in written.split(os.pathsep) if path]


def _truth(written: str) -> object:
    return _TRUTHS.get(written.casefold(), written)


def _number(written: str) -> object:
    return int(written) if re.fullmatch(r"-?[0-9]{1,18}", written) else written


def _decimal(written: str) -> object:
    return float(written) if re.fullmatch(r"[0-9]{1,18}(?:\.[0-9]{1,18})?", written) else written


_SWITCH: Final = Setting(boolean, _truth)
_PARAMETERS: Final = Setting(many(names.parameter), _words)

SETTINGS: Final[Mapping[str, Setting]] = {
    "seeds": Setting(many(names.path, at_least_one=True), _paths),
    "output": Setting(names.path),
    "state": Setting(names.path),
    "base_url": Setting(addresses.base_url),
    "title": Setting(some_text),
    "language": Setting(names.language),
    "limit": Setting(whole_number(0, _MOST_ENTRIES), _number),
    "archive": Setting(many(one_of(*ARCHIVES)), _words),
    "formats": Setting(many(one_of(*FORMATS), at_least_one=True), _words),
    "by_source": _SWITCH,
    "max_file_mb": Setting(whole_number(1, _MOST_MEGABYTES), _number),
    "cleaning.structure": _SWITCH,
    "cleaning.links": _SWITCH,
    "cleaning.trackers": _SWITCH,
    "cleaning.boilerplate": _SWITCH,
    "cleaning.strip_parameters": _PARAMETERS,
    "cleaning.keep_parameters": _PARAMETERS,
    "images.mode": Setting(one_of("origin", "keep", "proxy")),
    "images.template": Setting(addresses.template),
    "watch.settle": Setting(seconds(0, _MOST_SETTLE), _decimal),
    "watch.rescan": Setting(seconds(1, _MOST_RESCAN), _decimal),
    "watch.polling": _SWITCH,
    "server.enabled": _SWITCH,
    "server.listen": Setting(listening.address),
    "server.secret_path": Setting(listening.secret),
    "websub.hub": Setting(addresses.hub),
}

RULE: Final[Shape] = {
    "source": addresses.rule_source,
    "timezone": names.timezone,
    "drop": many(patterns.selector),
    "drop_text": many(patterns.block_expression),
    "keep": many(patterns.selector),
}

MATCH: Final[Shape] = {
    "source": many(patterns.source_glob, at_least_one=True),
    "path": many(patterns.path_glob, at_least_one=True),
    "tag": many(patterns.whole_value, at_least_one=True),
    "author": many(patterns.whole_value, at_least_one=True),
    "title": many(patterns.expression, at_least_one=True),
    "text": many(patterns.expression, at_least_one=True),
}


def _match(value: object) -> tuple[Condition, ...]:
    values, mistakes = members(value, {**MATCH, _NEGATION: _negation})
    if mistakes:
        raise CheckError(*mistakes)
    conditions = (*_conditions(values, negated=False), *values.get(_NEGATION, ()))
    if not conditions:
        raise CheckError(Mistake((), f"names no condition: one of {', '.join(MATCH)}, {_NEGATION}"))
    # What costs most comes last, and is looked at only when all else is met.
    return tuple(sorted(conditions, key=lambda condition: FIELDS.index(condition.field)))


def _negation(value: object) -> tuple[Condition, ...]:
    values, mistakes = members(value, MATCH)
    if mistakes:
        raise CheckError(*mistakes)
    if not values:
        raise CheckError(Mistake((), f"names no condition: one of {', '.join(MATCH)}"))
    return tuple(_conditions(values, negated=True))


def _conditions(values: Mapping[str, Any], *, negated: bool) -> Iterator[Condition]:
    return (Condition(field, values[field], negated) for field in FIELDS if field in values)


def _feed(
    name: str, match: tuple[Condition, ...], title: str = "", *, archive: bool = False
) -> FeedRule:
    return FeedRule(name, title or name, match, archive)


FEED: Final[Shape] = {
    "name": names.feed_name,
    "title": some_text,
    "match": _match,
    "archive": boolean,
}

LISTS: Final[Shape] = {
    "rules": tables(RULE, SourceRule, name="source", required=("source",)),
    "feeds": tables(FEED, _feed, name="name", required=("name", "match")),
}
