"""Mistakes: where they are, how a value is shown, what was perhaps meant."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NoReturn

from refeed.errors import RefeedError

if TYPE_CHECKING:
    from collections.abc import Iterable

_BARE_KEY: Final = re.compile(r"[A-Za-z0-9_-]+")
_LONGEST_SHOWN: Final = 80
_LONGEST_GUESSED_FOR: Final = 200


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that is wrong.

    Attributes:
        key: the way to it, from the outermost table: names, and places in lists from 0.
        reason: what is wrong and what is allowed.
        about: which of many it is, in words, or "".
        unknown: whether it is a key that isn't there to be set.
    """

    key: tuple[str | int, ...]
    reason: str
    about: str = ""
    unknown: bool = False

    def under(self, *key: str | int) -> Mistake:
        """Return the same mistake, seen from further out."""
        return replace(self, key=key + self.key)

    def line(self, origin: str = "") -> str:
        """Return it for people: the dotted key, after `origin` if that is given, and the reason."""
        about = f" ({self.about})" if self.about else ""
        place = origin + dotted(self.key)
        return f"{place}: {self.reason}{about}" if place else f"{self.reason}{about}"


class CheckError(RefeedError):
    """A value that a check refuses, and why; never seen outside of this package."""

    def __init__(self, *mistakes: Mistake) -> None:
        super().__init__("\n".join(mistake.line() for mistake in mistakes))
        self.mistakes = mistakes


def refuse(value: object, reason: str, meant: str = "") -> NoReturn:
    """Raise `CheckError` about a value: that it `reason`, for instance ``is not true or false``."""
    raise CheckError(Mistake((), f"{shown(value)} {reason}{did_you_mean(meant)}"))


def dotted(key: Iterable[str | int]) -> str:
    """Return a key as TOML writes it, with places in lists in brackets."""
    text = ""
    for part in key:
        if isinstance(part, int):
            text += f"[{part}]"
            continue
        name = part if _BARE_KEY.fullmatch(part) else _quoted(part)
        text += f".{name}" if text else name
    return text


def shown(value: object) -> str:
    """Return a value as TOML writes it, long ones cut short."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            cut = value if len(value) <= _LONGEST_SHOWN else f"{value[:_LONGEST_SHOWN]}…"
            return _quoted(cut)
        case int():
            return str(value) if value.bit_length() <= _LONGEST_SHOWN else "a huge number"
        case dict():
            return "a table"
        case list() | tuple():
            return "a list" if value else "an empty list"
    return str(value)


def closest(word: str, known: Iterable[str], *, likeness: float = 0.6) -> str:
    """Return the known word that was perhaps meant, or "" if none is as like (from 0 to 1)."""
    # Only a config with mistakes pays for the import.
    from difflib import get_close_matches  # noqa: PLC0415 - start-up time

    folded = {name.casefold(): name for name in known}
    wanted = word[:_LONGEST_GUESSED_FOR].casefold()
    for spelling in (wanted, wanted.replace("-", "_")):
        if found := get_close_matches(spelling, folded, 1, likeness):
            return folded[found[0]]
    return ""


def did_you_mean(meant: str) -> str:
    """Return the end of a reason that proposes something, or "" where there is nothing."""
    return f"; did you mean {shown(meant)}?" if meant else ""


def _quoted(text: str) -> str:
    from json import dumps  # noqa: PLC0415 - start-up time, as above

    return dumps(text, ensure_ascii=False).encode(errors="backslashreplace").decode()
