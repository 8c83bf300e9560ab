"""Mends links and pictures over several paragraphs, as clippers write a card that is a link.

    [

    ![](picture.jpg)

    Title

    ](https://example.org/)

No Markdown has such links: the brackets would be shown. Each line becomes a link instead. A picture
whose description has paragraphs becomes one line.
"""

from __future__ import annotations

import re

_END = re.compile(r"\]\((<[^<>\n]+>|[^\s()]+(?:\([^\s()]*\)[^\s()]*)*)(?:\s+\"[^\"\n]*\")?\)(.*)")
_LINE = re.compile(r"(\s*(?:#{1,6}\s+|[-*+]\s+|>\s+)?)(\S.*?)\s*")
_IMAGE = re.compile(r"!\[[^\[\]\n]*\]\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)")
_OPEN_PICTURE = re.compile(r"\[?!\[(?:\[[^\[\]]*\]|[^\[\]])*")
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
    # The line with a bracket that its paragraph does not close, and how many are open in this one.
    opened, depth, start = -1, 0, 0
    for number, line in enumerate(lines):
        if code[number] or not line.strip():
            # A bracket that was closed in its own paragraph opens no link over several.
            is_closed = opened >= start and depth <= 0
            opened = -1 if code[number] or is_closed else opened
            depth, start = 0, number + 1
            continue
        rest = line
        at, depth = _follow_brackets(line, depth)
        if at >= 0:
            end = _END.match(line, at)
            if end and 0 <= opened < start and number - opened <= _FARTHEST:
                _link_lines(mended, opened, number, line[:at], end)
                rest = end[2]
            opened = -1
            depth = _follow_brackets(rest, 0)[1]
        if rest.count("[") > rest.count("]") and rest.lstrip(_MARKERS).startswith(("[", "![")):
            opened = number
    return mended


def _follow_brackets(line: str, depth: int) -> tuple[int, int]:
    """Return where a line closes a bracket too many, or -1, and how many are open then."""
    for bracket in _BRACKET.finditer(line):
        depth += {"[": 1, "]": -1}.get(bracket[0], 0)
        if depth < 0:
            return bracket.start(), 0
    return -1, depth


def _link_lines(lines: list[str], first: int, last: int, before: str, end: re.Match[str]) -> None:
    """Link the lines of a card, the last of which ends within a line."""
    if _OPEN_PICTURE.fullmatch(lines[first].lstrip(_MARKERS)):
        text = " ".join([*lines[first:last], before]).split("![", 1)[1]
        shown = " ".join(_BRACKET.sub(" ", text).split())
        marker = lines[first][: lines[first].index("![")]
        lines[first : last + 1] = [""] * (last - first) + [f"{marker}![{shown}]({end[1]}){end[2]}"]
        return
    lines[first] = lines[first].replace("[", "", 1)
    lines[last] = before
    for number in range(first, last + 1):
        line = _LINE.fullmatch(lines[number]) if lines[number].strip(_MARKERS) else None
        # What is a link already stays.
        if line and not set("[]").intersection(_IMAGE.sub("", line[2])):
            lines[number] = f"{line[1]}[{line[2]}]({end[1]})"
    lines[last] += end[2]
