"""Removes what was learned from the source's other articles, see `refeed.learning`.

A verdict says that a line recurs near the end of articles, near the beginning, or anywhere. Whether
it goes from this article depends on where it stands here, too. Lines count from the edge that
remain, so that a second pass finds nothing.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

from refeed.cleaning.cutting import Cut
from refeed.cleaning.features import find_images, is_captioned, list_keys, make_image_key
from refeed.cleaning.shown_lines import list_shown_lines
from refeed.learning.feature import (
    HEAD,
    TAIL,
    Kind,
    line_half,
    split_class_key,
    split_feature,
    unpack,
)
from refeed.learning.verdicts import ANYWHERE, COMMON

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from refeed.cleaning.line_rules import LineRules
    from refeed.cleaning.shown_lines import ShownLine

_MOST_CUTS: Final = 100
"""From an article with more lines and images that recur nothing is taken: each cut copies it."""


class Learned(NamedTuple):
    """What was learned that concerns an article.

    Attributes:
        flags: where features go, by their keys.
        of_lines: keys of classes with their texts, by the half that stands for the text.
        title: of the article.
    """

    flags: Mapping[int, int]
    of_lines: Mapping[int, int]
    title: str = ""


def read_learned(verdicts: bytes, title: str) -> Learned:
    """Return what `select_verdicts` has selected, in the form in which it is looked up."""
    flags, of_lines = {}, {}
    for key, kind, places in map(split_feature, unpack(verdicts)):
        flags[key] = places
        if kind is Kind.CLASS:
            of_lines[split_class_key(key)[1]] = key
    return Learned(flags, of_lines, title)


class _Candidate(NamedTuple):
    """A line that a verdict holds for, or one that none does, which has no flags.

    Attributes:
        line: the line.
        flags: of the verdicts.
        key: of one of them.
        is_prose: whether it is prose without a link.
        needs_edge: whether it goes only with all that is between it and the edge.
    """

    line: ShownLine
    flags: int = 0
    key: int = 0
    is_prose: bool = False
    needs_edge: bool = False


def find_gone(html: str, learned: Learned, rules: LineRules) -> list[Cut]:
    """Return the lines and images that go from cleaned HTML, in its order."""
    lines = [_find_candidate(line, learned, rules) for line in list_shown_lines(html)]
    cuts = [
        Cut(start, end, key)
        for start, end, address in find_images(html)
        if (key := make_image_key(address) or 0) in learned.flags and not is_captioned(html, start)
    ]
    if any(line.flags for line in lines):
        gone = _find_gone(lines, rules)
        if gone and _may_go(lines, gone, rules):
            for number in gone:
                line, key = lines[number].line, lines[number].key
                is_first = number - 1 in gone or not number
                cuts.append(Cut(line.start, line.end, key, line.text, is_first=is_first))
    return sorted(cuts) if len(cuts) <= _MOST_CUTS else []


def _find_candidate(line: ShownLine, learned: Learned, rules: LineRules) -> _Candidate:
    if line.is_spared or line.length > rules.longest:
        return _Candidate(line)
    keys = [key for _, key in list_keys(line, learned.title, rules)]
    named = learned.of_lines.get(line_half(keys[0]), 0) if keys else 0
    if named:
        keys.append(named)
    found = [key for key in keys if key in learned.flags]
    if not found:
        return _Candidate(line)
    flags = 0
    for key in found:
        flags |= learned.flags[key]
    is_short = not line.has_link and line.length <= rules.short and not named
    return _Candidate(
        line,
        flags,
        found[0],
        is_prose=not line.has_link and rules.is_prose(line.text),
        needs_edge=line.is_heading or is_short,
    )


def _find_gone(lines: Sequence[_Candidate], rules: LineRules) -> set[int]:
    """Return the numbers of the lines that go."""
    gone: set[int] = set()
    units = _list_units(lines)
    while True:
        before = len(gone)
        runs = _find_runs_of_prose(lines, gone, rules)
        for edge, near, ordered in (
            (TAIL, rules.tail_lines, units[::-1]),
            (HEAD, rules.head_lines, units),
        ):
            kept = 0
            for unit in ordered:
                left = [number for number in unit if number not in gone]
                going = [
                    number
                    for number in left
                    if number not in runs and _goes(lines[number], edge, kept, near)
                ]
                if len(going) * 100 >= rules.list_percent * len(left):
                    gone.update(going)
                    kept -= len(going)
                kept += len(left)
        if len(gone) == before:
            return gone


def _list_units(lines: Sequence[_Candidate]) -> list[list[int]]:
    """Return the numbers of the lines, those of one list together."""
    groups = groupby(range(len(lines)), lambda number: lines[number].line.list)
    units: list[list[int]] = []
    for number_of_list, numbers in groups:
        units += [[number] for number in numbers] if not number_of_list else [[*numbers]]
    return units


def _goes(line: _Candidate, edge: int, kept: int, near: int) -> bool:
    """Tell whether a line goes that has so many lines between it and the edge that stay."""
    if line.needs_edge and kept:
        return False
    return bool(line.flags & ANYWHERE) or (bool(line.flags & edge) and kept < near)


def _find_runs_of_prose(lines: Sequence[_Candidate], gone: set[int], rules: LineRules) -> set[int]:
    """Return the numbers of the lines of prose that stay since they are many in a row."""
    found: set[int] = set()
    left = [number for number in range(len(lines)) if number not in gone]
    for is_prose, run in groupby(left, lambda number: lines[number].is_prose):
        numbers = [*run] if is_prose else []
        if sum(lines[number].line.length for number in numbers) > rules.prose_run:
            found.update(numbers)
    return found


def _may_go(lines: Sequence[_Candidate], gone: Iterable[int], rules: LineRules) -> bool:
    """Tell whether so much of an article may go."""
    total = sum(line.line.length for line in lines)
    lengths = {number: lines[number].line.length for number in gone}
    rare = sum(n for number, n in lengths.items() if not lines[number].flags & COMMON)
    left = total - sum(lengths.values())
    if (total - left) * 100 <= rules.most_percent * total:
        return True
    return (
        rare * 100 <= rules.most_percent * total
        and left * 100 >= rules.least_left_percent * total
        and left >= rules.least_left
    )
