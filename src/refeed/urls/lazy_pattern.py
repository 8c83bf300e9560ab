"""Regular expressions that are compiled when they are first used.

The tables of rules have hundreds of them, and an article needs a few.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    _Matcher: TypeAlias = Callable[[str], re.Match[str] | None]


@dataclass(frozen=True)
class Pattern:
    """A regular expression, with the methods of a compiled one that rules use."""

    pattern: str
    flags: int = 0

    def compile(self) -> re.Pattern[str]:
        """Compile it, once in a process. Raises re.error."""
        return _compile(self.pattern, self.flags)

    @cached_property
    def match(self) -> _Matcher:
        """Match it where the text begins."""
        return self.compile().match

    @cached_property
    def search(self) -> _Matcher:
        """Match it anywhere in the text."""
        return self.compile().search

    @cached_property
    def fullmatch(self) -> _Matcher:
        """Match it with the whole text."""
        return self.compile().fullmatch

    @cached_property
    def sub(self) -> Callable[[str, str], str]:
        """Replace each match in the text, the second argument, by the first."""
        return self.compile().sub


@cache
def _compile(pattern: str, flags: int) -> re.Pattern[str]:
    return re.compile(pattern, flags)
