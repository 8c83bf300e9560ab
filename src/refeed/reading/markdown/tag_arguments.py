"""Parses what stands in a template tag: words, quoted texts, `name=value`."""

from __future__ import annotations

import re
from typing import NamedTuple

_PART = re.compile(
    r"""(?:([\w.-]+)\s*=\s*)?(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|`([^`]*)`|([^\s"'`=]+?)(?=[\s"'`=]|,\s|,?$))"""
)
_ESCAPE = re.compile(r"\\(.)")


class Arguments(NamedTuple):
    """The arguments of a tag.

    Attributes:
        plain: those without a name, in order.
        named: those with one, names in lower case.
        quoted: the plain ones that stood in quotes.
    """

    plain: tuple[str, ...]
    named: dict[str, str]
    quoted: tuple[str, ...] = ()

    def get(self, *names: str) -> str:
        """Return the first of the named arguments that is there, or ""."""
        return next(filter(None, (self.named.get(name, "") for name in names)), "")


def parse_arguments(text: str) -> Arguments:
    """Parse the text behind a tag's name."""
    plain: list[str] = []
    quoted: list[str] = []
    named: dict[str, str] = {}
    for part in _PART.finditer(text):
        name, double, single, ticks, bare = part.groups()
        in_quotes = next((each for each in (double, single, ticks) if each is not None), None)
        value = bare or "" if in_quotes is None else _ESCAPE.sub(r"\1", in_quotes)
        if value == "," and in_quotes is None:
            continue
        if name:
            named[name.lower()] = value
        else:
            plain.append(value)
            if in_quotes is not None:
                quoted.append(value)
    return Arguments(tuple(plain), named, tuple(quoted))
