"""Checks of kinds: a raw TOML value in, a typed value out, or all that is wrong with it.

A check is a function of one value that returns what it stands for or raises `CheckError`. The
functions here are checks, or make checks out of what is allowed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final, TypeAlias, TypeVar

from refeed.config.mistakes import CheckError, Mistake, closest, did_you_mean, refuse, shown

T = TypeVar("T")
Check: TypeAlias = Callable[[object], T]
Shape: TypeAlias = Mapping[str, Check[Any]]

# Neither may be in XML 1.0, section 2.2, besides the control characters.
_NONCHARACTERS: Final = "\ufffe\uffff"


def boolean(value: object) -> bool:
    """Check for true or false."""
    if not isinstance(value, bool):
        refuse(value, "is not true or false")
    return value


def whole_number(lowest: int, highest: int) -> Check[int]:
    """Return a check for a whole number between two, both allowed."""

    def check(value: object) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest:
            return value
        return refuse(value, f"is not a whole number from {lowest} to {highest}")

    return check


def seconds(lowest: float, highest: float) -> Check[float]:
    """Return a check for a number of seconds between two, whole or not, both allowed."""

    def check(value: object) -> float:
        if (
            isinstance(value, int | float)
            and not isinstance(value, bool)
            and lowest <= value <= highest
        ):
            return value
        return refuse(value, f"is not a number of seconds from {lowest:g} to {highest:g}")

    return check


def text(value: object) -> str:
    """Check for one line of text that XML can hold, "" too; returned in normal form C."""
    if not isinstance(value, str):
        refuse(value, "is not text in quotes")
    if not value.isprintable() and any(_is_unprintable(character) for character in value):
        refuse(value, "is not one line of printable text")
    return unicodedata.normalize("NFC", value)


def some_text(value: object) -> str:
    """Check for one line of text that isn't blank."""
    line = text(value)
    if not line.strip():
        refuse(value, "is empty")
    return line


def one_of(*allowed: str) -> Check[str]:
    """Return a check for one of a few words."""

    def check(value: object) -> str:
        if not isinstance(value, str) or value not in allowed:
            words = ", ".join(shown(word) for word in allowed)
            meant = closest(value, allowed) if isinstance(value, str) else ""
            refuse(value, f"is not one of {words}", meant)
        return value

    return check


def many(check: Check[T], *, at_least_one: bool = False) -> Check[tuple[T, ...]]:
    """Return a check for a list whose members pass another check; repeats are left out.

    One text stands for a list of that text.
    """

    def check_all(value: object) -> tuple[T, ...]:
        if isinstance(value, str):
            return (check(value),)
        if not isinstance(value, list | tuple):
            refuse(value, "is not a list")
        if at_least_one and not value:
            refuse(value, "where at least one is needed")
        good, mistakes = _each(value, check)
        if mistakes:
            raise CheckError(*mistakes)
        return tuple(dict.fromkeys(good.values()))

    return check_all


def table(value: object) -> Mapping[str, object]:
    """Check for a table, whatever is in it."""
    if not isinstance(value, Mapping):
        refuse(value, "is not a table")
    return value


def tables(
    shape: Shape, build: Callable[..., T], *, name: str, required: tuple[str, ...]
) -> Check[tuple[T, ...]]:
    """Return a check for an array of tables, each of one shape.

    Args:
        shape: the keys of one table and what they allow.
        build: makes the value of one table; is called with the keys that are there.
        name: the key that tells one table from another: no two have the same text there, upper and
            lower case being one.
        required: the keys that every table must have.
    """

    def check_all(value: object) -> tuple[T, ...]:
        if not isinstance(value, list | tuple):
            refuse(value, "is not an array of tables; each begins with double brackets, [[…]]")
        mistakes: list[Mistake] = []
        seen: dict[str, int] = {}
        built: list[T] = []
        for place, raw in enumerate(value):
            values, wrong = members(raw, shape, required=required)
            # Folders that differ in case only are one on some file systems.
            first = (
                seen.setdefault(str(values[name]).casefold(), place) if name in values else place
            )
            if first != place:
                wrong.append(
                    Mistake((name,), f"{shown(values[name])} is taken by [{first}] already")
                )
            about = f"{name} {shown(values[name])}" if name in values else ""
            mistakes += (replace(mistake.under(place), about=about) for mistake in wrong)
            if not wrong:
                built.append(build(**values))
        if mistakes:
            raise CheckError(*mistakes)
        return tuple(built)

    return check_all


def members(
    value: object, shape: Shape, *, required: tuple[str, ...] = ()
) -> tuple[dict[str, Any], list[Mistake]]:
    """Return what is good in a table, by key, and everything that is wrong in it."""
    if not isinstance(value, Mapping):
        return {}, [Mistake((), f"{shown(value)} is not a table")]
    good: dict[str, Any] = {}
    mistakes = [Mistake((key,), "is missing") for key in required if key not in value]
    for key, raw in value.items():
        if key not in shape:
            meant = did_you_mean(closest(str(key), shape))
            mistakes.append(Mistake((str(key),), f"unknown key{meant}", unknown=True))
            continue
        try:
            good[key] = shape[key](raw)
        except CheckError as wrong:
            mistakes += (mistake.under(key) for mistake in wrong.mistakes)
    return good, mistakes


def _each(
    values: list[object] | tuple[object, ...], check: Check[T]
) -> tuple[dict[int, T], list[Mistake]]:
    good: dict[int, T] = {}
    mistakes: list[Mistake] = []
    for place, value in enumerate(values):
        try:
            good[place] = check(value)
        except CheckError as wrong:
            mistakes += (mistake.under(place) for mistake in wrong.mistakes)
    return good, mistakes


def _is_unprintable(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cs"} or character in _NONCHARACTERS
