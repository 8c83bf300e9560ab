"""Removes what was learned from the source's other articles, see `refeed.learning`.

A verdict says that a line recurs near the end of articles, near the beginning, or anywhere. Whether
it goes from this article depends on where it stands here, too. Lines count from the edge that
remain, so that a second pass finds nothing.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

from refeed.cleaning.changes import Remove, RemoveLine
from refeed.cleaning.features import has_link, is_captioned, list_keys, make_image_key
from refeed.cleaning.placed_lines import list_placed_lines
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
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from refeed.cleaning.changes import Change
    from refeed.cleaning.dom import Document
    from refeed.cleaning.line_rules import LineRules
    from refeed.cleaning.placed_lines import PlacedLine

RULE: Final = "recurs in its source"


class Learned(NamedTuple):
    """What was learned that concerns an article.

    Attributes:
        flags: where features go, by their keys.
        of_lines: keys of classes with their texts, by the half that stands for the text.
        title: of the article.
        describe: names a verdict by its key, for `explain`.
    """

    flags: Mapping[int, int]
    of_lines: Mapping[int, int]
    title: str = ""
    describe: Callable[[int], str] = lambda _: RULE


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
        placed: the line.
        flags: of the verdicts.
        key: of one of them.
        is_prose: whether it is prose without a link.
        needs_edge: whether it goes only with all that is between it and the edge.
    """

    placed: PlacedLine
    flags: int = 0
    key: int = 0
    is_prose: bool = False
    needs_edge: bool = False


def changes(document: Document, learned: Learned, rules: LineRules) -> Iterator[Change]:
    """Remove lines and images that recur in the source."""
    yield from _remove_images(document, learned)
    lines = [_find_candidate(placed, learned, rules) for placed in list_placed_lines(document)]
    if not any(line.flags for line in lines):
        return
    gone = _find_gone(lines, rules)
    if gone and _may_go(lines, gone, rules):
        for number in sorted(gone, reverse=True):
            line = lines[number].placed.line
            after = line.after
            if number and number - 1 not in gone and after is not None and after.tag == "br":
                # What is left ends with no break.
                line = line._replace(line_break=after)
            yield RemoveLine(line, learned.describe(lines[number].key))


def _remove_images(document: Document, learned: Learned) -> Iterator[Change]:
    for image in document.all("img"):
        key = make_image_key(image)
        if key is not None and key in learned.flags and not is_captioned(image):
            yield Remove(image, learned.describe(key))


def _find_candidate(placed: PlacedLine, learned: Learned, rules: LineRules) -> _Candidate:
    text = placed.line.text
    if len(text) > rules.longest:
        return _Candidate(placed)
    keys = [key for _, key in list_keys(placed, learned.title, rules)]
    named = learned.of_lines.get(line_half(keys[0]), 0) if keys else 0
    if named:
        keys.append(named)
    found = [key for key in keys if key in learned.flags]
    if not found:
        return _Candidate(placed)
    flags = 0
    for key in found:
        flags |= learned.flags[key]
    links = has_link(placed)
    is_short = not links and len(text) <= rules.short and not named
    return _Candidate(
        placed,
        flags,
        found[0],
        is_prose=not links and rules.is_prose(text),
        needs_edge=placed.around.is_heading or is_short,
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
    groups = groupby(range(len(lines)), lambda number: lines[number].placed.around.list)
    units: list[list[int]] = []
    for around, numbers in groups:
        units += [[number] for number in numbers] if around is None else [[*numbers]]
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
        if sum(len(lines[number].placed.line.text) for number in numbers) > rules.prose_run:
            found.update(numbers)
    return found


def _may_go(lines: Sequence[_Candidate], gone: Iterable[int], rules: LineRules) -> bool:
    """Tell whether so much of an article may go."""
    total = sum(len(line.placed.line.text) for line in lines)
    lengths = {number: len(lines[number].placed.line.text) for number in gone}
    rare = sum(n for number, n in lengths.items() if not lines[number].flags & COMMON)
    left = total - sum(lengths.values())
    if (total - left) * 100 <= rules.most_percent * total:
        return True
    return (
        rare * 100 <= rules.most_percent * total
        and left * 100 >= rules.least_left_percent * total
        and left >= rules.least_left
    )
