"""Mends links over several paragraphs, as clippers write a card that is a link.

    [

    ![](picture.jpg)

    Title

    ](https://example.org/)

No Markdown has such links: the brackets would be shown. Each line becomes a link instead.
"""

from __future__ import annotations

import re

_END = re.compile(
    r"\s*\]\((<[^<>\n]+>|[^\s()]+(?:\([^\s()]*\)[^\s()]*)*)(?:\s+\"[^\"\n]*\")?\)(.*)"
)
_LINE = re.compile(r"(\s*(?:#{1,6}\s+|[-*+]\s+|>\s+)?)(\S.*?)\s*")
_IMAGE = re.compile(r"!\[[^\[\]\n]*\]\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)")
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
        end = _END.fullmatch(line) if line.lstrip().startswith("](") else None
        rest = line
        if end:
            if opened >= 0 and number - opened <= _FARTHEST:
                _link_lines(mended, opened, number, end[1])
                rest = mended[number] = end[2]
            opened = -1
        if rest.startswith("[") and rest.count("[") > rest.count("]"):
            opened = number
    return mended


def _link_lines(lines: list[str], first: int, end: int, address: str) -> None:
    lines[first] = lines[first][1:]
    for number in range(first, end):
        line = _LINE.fullmatch(lines[number])
        # What is a link already stays.
        if line and not set("[]").intersection(_IMAGE.sub("", line[2])):
            lines[number] = f"{line[1]}[{line[2]}]({address})"
