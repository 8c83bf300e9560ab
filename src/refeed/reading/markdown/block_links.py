"""Mends links over several paragraphs, as clippers write a card that is a link.

    [

    ![](picture.jpg)

    Title

    ](https://example.org/)

No Markdown has such links: the brackets would be shown. Each line becomes a link instead.
"""

from __future__ import annotations

import re

_END = re.compile(r"\]\((<[^<>\n]+>|[^\s()]+(?:\([^\s()]*\)[^\s()]*)*)(?:\s+\"[^\"\n]*\")?\)(.*)")
_LINE = re.compile(r"(\s*(?:#{1,6}\s+|[-*+]\s+|>\s+)?)(\S.*?)\s*")
_IMAGE = re.compile(r"!\[[^\[\]\n]*\]\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)")
_BRACKET = re.compile(r"\\.|[\[\]]")
_MARKERS = "-*+> \t"
_FARTHEST = 40


def mend_block_links(lines: list[str], code: list[bool]) -> list[str]:
    """Return the lines with links over paragraphs made links within lines, as many as before.

    Args:
        lines: of Markdown.
        code: which of them are code, and stay as they are.
    """
    mended = list(lines)
    opened = -1
    for number, line in enumerate(lines):
        if code[number]:
            opened = -1
            continue
        rest = line
        if "](" in line and (at := _find_unopened(line)) >= 0:
            end = _END.match(line, at)
            if end and opened >= 0 and number - opened <= _FARTHEST:
                mended[number] = line[:at]
                _link_lines(mended, opened, number, end[1])
                rest = end[2]
                mended[number] += rest
            opened = -1
        if rest.lstrip(_MARKERS).startswith("[") and rest.count("[") > rest.count("]"):
            opened = number
    return mended


def _find_unopened(line: str) -> int:
    """Return where a line closes a bracket that it has not opened, or -1."""
    depth = 0
    for bracket in _BRACKET.finditer(line):
        depth += {"[": 1, "]": -1}.get(bracket[0], 0)
        if depth < 0:
            return bracket.start()
    return -1


def _link_lines(lines: list[str], first: int, last: int, address: str) -> None:
    lines[first] = lines[first].replace("[", "", 1)
    for number in range(first, last + 1):
        line = _LINE.fullmatch(lines[number]) if lines[number].strip(_MARKERS) else None
        # What is a link already stays.
        if line and not set("[]").intersection(_IMAGE.sub("", line[2])):
            lines[number] = f"{line[1]}[{line[2]}]({address})"
