"""Finds the ends of lines in Markdown that are meant, and what keeps them.

To CommonMark the end of a line in a paragraph is a space, as authors fill lines. But programs that
save the text of pages write each paragraph, heading and label on a line of its own, with no empty
line between; and editors of notes show lines as they are written.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_LONG = 160
"""Columns: nobody fills lines of so many."""

_WHOLE = 300
"""Columns of a line that is a paragraph: no line beside it is filled, either."""

_INNER_END = re.compile(r"[.!?…][\"”’»)]*\s+[^\W\d_a-z]|[。！？].")
"""The end of a sentence within a line: so no sentence of the text has a line of its own."""

_NARROWEST = 60
"""Columns to which lines are filled, at least."""

_NARROWEST_FILLED = 34
"""Columns: shorter lines of one width are a list, not a text that was filled."""

_NEAR = 0.75
"""The share of the widest line that a filled one has, and the share of lines that are such."""

_OUTLIERS = 10
"""One in so many lines may be wider than the others, as with a word that can't be broken."""

_LONGEST_OPEN = 2000
"""Characters of what may go on over ends of lines."""

_FEWEST = 3
_SHARE = 3
"""One in so many ends of lines must be meant for sure; the others could be either."""

_BREAK = "  "
_EMPTY_LINE = "\n"
_HEADING = re.compile(r" {0,3}#{1,6}\s")
_ITEM = re.compile(r"\s*(?:[-*+•]|\d{1,9}[.)])\s")
# What begins a block of another kind, which goes on to the next empty line.
_OTHER = re.compile(
    r"\s*(?:>|<|!?\[[^\]]*\]:|[-=_*]{3,}\s*$|:\s|\$\$|\{[%{:])| {4}|\t|[^|]*\|", re.DOTALL
)
_HARD = ("  ", "\\", "<br>", "<br/>", "<br />")
_ENDS_OF_PARTS = tuple('.,;:!?…。，；：！？、)]}"”’»/&-')
_CLOSING = '"”’»)」』'
_ENDS_OF_SENTENCES = tuple(".!?…。！？")
_TARGET = re.compile(r"\]\([^()\s]*\)|https?://\S+")
_FIRST_WORD = re.compile(r"\S+")


class _End(NamedTuple):
    """An end of a line in a paragraph.

    Attributes:
        number: of the line.
        is_meant: whether it is meant for sure.
        ends_paragraph: whether the line, or one beside it, is a paragraph by its length.
    """

    number: int
    is_meant: bool
    ends_paragraph: bool


def find_line_ends(lines: Sequence[str], code: Sequence[bool]) -> dict[int, str]:
    """Return what to write behind lines so that their ends stay: a break, or an empty line.

    It is decided for all lines of a body at once.

    Args:
        lines: of the body.
        code: of each line whether it is code.

    Returns:
        By the number of a line, from 0 on; empty where the lines are filled.
    """
    runs, items = _find_runs(lines, code)
    widths = {number: _measure(lines[number]) for run in runs for number in run}
    filled = _find_filled(runs, lines)
    if not filled:
        return {}
    ends = [end for run in runs for end in _list_ends(lines, run, widths, filled)]
    meant = [end for end in ends if end.is_meant]
    of_paragraphs = sum(end.ends_paragraph for end in meant)
    is_sure = len(meant) >= _FEWEST or of_paragraphs == len(ends) > 0
    if not is_sure or len(meant) * _SHARE < len(ends):
        return {}
    numbers = [end.number for end in ends]
    sentences = sum(_ends_a_sentence(lines[number]) for number in numbers)
    if of_paragraphs * 2 < len(meant) and sentences * _SHARE < len(ends):
        return dict.fromkeys(numbers, _BREAK)
    return dict.fromkeys((*numbers, *items), _EMPTY_LINE)


def _find_filled(runs: Sequence[range], lines: Sequence[str]) -> int:
    """Return the columns to which the lines of paragraphs may be filled; 0 if they are.

    Addresses, which can't be broken, count for nothing. Lines are filled if most that another one
    follows are about as wide as the widest, or as that without a few.
    """
    widths = sorted(_measure(_TARGET.sub("", lines[number])) for run in runs for number in run[:-1])
    if not widths:
        return _NARROWEST
    widest = widths[-1 - len(widths) // _OUTLIERS]
    near = sum(width >= widest * _NEAR for width in widths)
    if _NARROWEST_FILLED <= widest <= _LONG and near >= len(widths) * _NEAR > 1:
        return 0
    return max(widths[-1], _NARROWEST)


def _find_runs(lines: Sequence[str], code: Sequence[bool]) -> tuple[list[range], list[int]]:
    """Return the runs of lines that are a paragraph, and the items of lists right above one."""
    runs: list[range] = []
    items: list[int] = []
    start, in_other = 0, False
    for number, line in enumerate((*lines, "")):
        is_blank = number == len(lines) or code[number] or not line.strip()
        is_item = not is_blank and _ITEM.match(line) is not None
        if is_blank or is_item or _HEADING.match(line):
            is_text, in_other = False, False
        else:
            in_other = in_other or _OTHER.match(line) is not None
            is_text = not in_other
        if not is_text:
            if number > start:
                runs.append(range(start, number))
            start = number + 1
        if is_item:
            items.append(number)
    followed = {run.start - 1 for run in runs if not lines[run.start].lstrip()[0].islower()}
    return runs, [number for number in items if number in followed]


def _list_ends(
    lines: Sequence[str], run: range, widths: Mapping[int, int], filled: int
) -> Iterator[_End]:
    """Yield the ends of lines in a paragraph, but for those that are breaks already.

    Args:
        lines: of the body.
        run: the numbers of the paragraph's.
        widths: the columns of each.
        filled: the columns to which the body's lines may be filled.
    """
    has_paragraph = any(_is_paragraph(lines[number], widths[number]) for number in run)
    begun = ""
    for number in run[:-1]:
        line, following = lines[number], lines[number + 1].strip()
        begun += line
        if line.endswith(_HARD) or (len(begun) < _LONGEST_OPEN and _is_open(begun)):
            continue
        begun = ""
        is_long = widths[number] > _LONG or has_paragraph
        word = _FIRST_WORD.match(following)
        fits = word is not None and widths[number] + 1 + _measure(word[0]) <= filled
        begins = not following[0].islower() and not line.rstrip().endswith(_ENDS_OF_PARTS)
        yield _End(number, is_long or (fits and begins), is_long)


def _is_open(text: str) -> bool:
    """Tell whether a link, an emphasis, code, a tag or a template tag goes on behind a text."""
    return (
        text.count("[") > text.count("]")
        or text.count("**") % 2 > 0
        or text.count("`") % 2 > 0
        or text.rfind("<") > text.rfind(">")
        or text.rfind("{%") > text.rfind("%}")
        or text.rfind("{{") > text.rfind("}}")
    )


def _ends_a_sentence(line: str) -> bool:
    return line.rstrip().rstrip(_CLOSING).endswith(_ENDS_OF_SENTENCES)


def _is_paragraph(line: str, width: int) -> bool:
    return width > _WHOLE or (width > _LONG and _INNER_END.search(line) is not None)


def _measure(text: str) -> int:
    """Return the columns of a text, two for a sign of Chinese, Japanese or Korean."""
    text = text.strip()
    if text.isascii():
        return len(text)
    return len(text) + sum(unicodedata.east_asian_width(each) in "WF" for each in text)
