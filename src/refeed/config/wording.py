"""Words mistakes: the value as TOML writes it, what is wrong, a suggestion."""

from __future__ import annotations

import re
from difflib import get_close_matches
from json import dumps
from typing import TYPE_CHECKING, Final, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterable

_BARE_KEY: Final = re.compile(r"[A-Za-z0-9_-]+")
_USER_IN_URL: Final = re.compile(r"(?<=//)[^/?#\s]*(?=@)")
_LONGEST_SHOWN: Final = 80
_LONGEST_GUESSED_FOR: Final = 200

SINGLE_QUOTES: Final = "in single quotes, '…', a backslash stands for itself"


class CheckError(ValueError):
    """A value that is not allowed, and why; never raised outside of this package."""


def refuse(value: object, reason: str, meant: str = "") -> NoReturn:
    """Raise `CheckError` about a value: that it `reason`, for instance ``is not true or false``."""
    raise CheckError(f"{format_value(value)} {reason}{suggest(meant)}")


def format_key(key: Iterable[str | int]) -> str:
    """Return a key as TOML writes it, with places in lists in brackets."""
    text = ""
    for part in key:
        if isinstance(part, int):
            text += f"[{part}]"
            continue
        name = part if _BARE_KEY.fullmatch(part) else _quote(part)
        text += f".{name}" if text else name
    return text


def format_table(array: str, place: int) -> str:
    """Return which table of an array one is, from 0, as people count: ``[[feeds]] no. 1``."""
    return f"[[{array}]] no. {place + 1}"


def format_value(value: object) -> str:
    """Return a value as TOML writes it, long ones cut short, without passwords in URLs."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            text = _USER_IN_URL.sub("…", value)
            return _quote(text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…")
        case int():
            return str(value) if value.bit_length() <= _LONGEST_SHOWN else "a huge number"
        case dict():
            return "a table"
        case list() | tuple():
            return "a list" if value else "an empty list"
    return str(value)


def find_closest(word: str, known: Iterable[str], *, likeness: float = 0.6) -> str:
    """Return the most similar known word, or "" if none is as similar (from 0 to 1)."""
    folded = {name.casefold(): name for name in known}
    wanted = word[:_LONGEST_GUESSED_FOR].casefold()
    for spelling in (wanted, wanted.replace("-", "_")):
        if found := get_close_matches(spelling, folded, 1, likeness):
            return folded[found[0]]
    return ""


def suggest(meant: str) -> str:
    """Return the end of a reason, with a suggestion, or ""."""
    return f"; did you mean {format_value(meant)}?" if meant else ""


def _quote(text: str) -> str:
    return dumps(text, ensure_ascii=False).encode(errors="backslashreplace").decode()
