"""Tells the lines of Markdown that are code from the others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_FENCE = re.compile(r"[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?(`{3,}|~{3,})(.*)")
_TEMPLATE = re.compile(
    r"\s*(?:\{%-?\s*(highlight|codeblock|code|raw|verbatim|comment)\b"
    r"|\{\{[<%]\s*(highlight|code)\b)"
)
_HTML = re.compile(r"[ \t>]*<(pre|script|style|textarea)\b", re.IGNORECASE)
_ENDS = {
    name: re.compile(
        rf"\{{%-?\s*end{name}\s*-?%\}}|\{{\{{[<%]\s*/\s*{name}\b|</{name}\s*>", re.IGNORECASE
    )
    for name in "highlight codeblock code raw verbatim comment pre script style textarea".split()
}


def mark_code(lines: list[str]) -> Iterator[bool]:
    """Tell of each line whether it stands in fenced code, in code of a template tag or of HTML.

    The lines that open and close it count as code. Indented code is not looked for.
    """
    fence, length, name = "", 0, ""
    for line in lines:
        if fence:
            yield True
            stripped = line.strip(" \t>")
            if stripped.startswith(fence * length) and not stripped.strip(fence):
                fence = ""
        elif name:
            yield True
            if _ENDS[name].search(line):
                name = ""
        elif opening := _FENCE.match(line):
            yield not (opening[1][0] == "`" and "`" in opening[2])
            if opening[1][0] != "`" or "`" not in opening[2]:
                fence, length = opening[1][0], len(opening[1])
        elif opening := _TEMPLATE.match(line) or _HTML.match(line):
            yield True
            name = next(filter(None, opening.groups())).lower()
            if _ENDS[name].search(line, opening.end()):
                name = ""
        else:
            yield False
