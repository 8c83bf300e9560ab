"""Regular expressions that are compiled when they are first used.

There are hundreds in the tables of rules, compiling all takes longer than cleaning an article, and
an article needs a dozen.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple


class Pattern(NamedTuple):
    """A regular expression, with the methods of a compiled one that rules use."""

    pattern: str
    flags: int = 0

    def compiled(self) -> re.Pattern[str]:
        """Compile it, once in a process. Raises re.error."""
        return _compiled(self.pattern, self.flags)

    def match(self, text: str) -> re.Match[str] | None:
        """Match it where the text begins."""
        return self.compiled().match(text)

    def search(self, text: str) -> re.Match[str] | None:
        """Match it anywhere in the text."""
        return self.compiled().search(text)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """Match it with the whole text."""
        return self.compiled().fullmatch(text)

    def sub(self, replacement: str, text: str) -> str:
        """Replace each match in the text."""
        return self.compiled().sub(replacement, text)


@cache
def _compiled(pattern: str, flags: int) -> re.Pattern[str]:
    return re.compile(pattern, flags)
