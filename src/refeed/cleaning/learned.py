"""Removes what was learned from the source's other articles, see `refeed.learning`.

A verdict says that a line recurs near the end of articles, near the beginning, or anywhere. Whether
it goes from this article depends on where it stands here, too. Lines count from the edge that
remain, so that a second pass finds nothing.
"""

from __future__ import annotations

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
    from collections.abc import Mapping, Sequence

    from refeed.cleaning.learned_lines import LearnedLineRules
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
    """A line by what verdicts say of it.

    Attributes:
        flags: where it goes; 0 if no verdict holds for it.
        key: of one of the verdicts.
        is_prose: whether it is prose without a link.
        needs_edge: whether it goes only with all that is between it and the edge.
    """

    flags: int = 0
    key: int = 0
    is_prose: bool = False
    needs_edge: bool = False


_NONE: Final = _Candidate()


def find_gone(html: str, learned: Learned, rules: LearnedLineRules) -> list[Cut]:
    """Return the lines and images that go from cleaned HTML, in its order."""
    cuts = [
        Cut(start, end, key)
        for start, end, address in find_images(html)
        if (key := make_image_key(address) or 0) in learned.flags and not is_captioned(html, start)
    ]
    article = _Article(list_shown_lines(html), learned, rules)
    for number in article.find_gone():
        line, key = article.lines[number], article.look_at(number).key
        is_first = number - 1 in article.gone or not number
        cuts.append(Cut(line.start, line.end, key, line.text, is_first=is_first))
    return sorted(cuts) if len(cuts) <= _MOST_CUTS else []


class _Article:
    """The lines of an article; each is looked at when it is needed.

    Attributes:
        lines: the lines.
        gone: the numbers of those that go.
    """

    def __init__(
        self, lines: Sequence[ShownLine], learned: Learned, rules: LearnedLineRules
    ) -> None:
        self.lines = lines
        self.gone: set[int] = set()
        self._learned = learned
        self._rules = rules
        self._candidates: dict[int, _Candidate] = {}

    def look_at(self, number: int) -> _Candidate:
        """Return what verdicts say of a line."""
        found = self._candidates.get(number)
        if found is None:
            found = self._candidates[number] = _find_candidate(
                self.lines[number], self._learned, self._rules
            )
        return found

    def find_gone(self) -> set[int]:
        """Return the numbers of the lines that go."""
        rules, gone = self._rules, self.gone
        units = _list_units(self.lines)
        before = -1
        while before != len(gone):
            before = len(gone)
            for edge, near, ordered in (
                (TAIL, rules.tail_lines, units[::-1]),
                (HEAD, rules.head_lines, units),
            ):
                kept = 0
                for unit in ordered:
                    left = [number for number in unit if number not in gone]
                    going = [number for number in left if self._goes(number, edge, kept, near)]
                    if len(going) * 100 >= rules.list_percent * len(left):
                        gone.update(going)
                        kept -= len(going)
                    kept += len(left)
        if gone and not self._may_go():
            gone.clear()
        return gone

    def _goes(self, number: int, edge: int, kept: int, near: int) -> bool:
        """Tell whether a line goes that has so many lines between it and the edge that stay."""
        line = self.lines[number]
        if kept >= near and not line.has_link and line.length >= self._rules.dense_prose:
            # Only what is linked or short may be learned anywhere.
            return False
        found = self.look_at(number)
        if not found.flags or (found.needs_edge and kept):
            return False
        if not found.flags & ANYWHERE and not (found.flags & edge and kept < near):
            return False
        return not found.is_prose or self._measure_run(number) <= self._rules.prose_run

    def _measure_run(self, number: int) -> int:
        """Return the length of all prose with verdicts that a line stands in."""
        length = self.lines[number].length
        for step in (-1, 1):
            other = number + step
            while 0 <= other < len(self.lines) and length <= self._rules.prose_run:
                if other not in self.gone:
                    if not self.look_at(other).is_prose:
                        break
                    length += self.lines[other].length
                other += step
        return length

    def _may_go(self) -> bool:
        """Tell whether so much of the article may go."""
        rules = self._rules
        total = sum(line.length for line in self.lines)
        lengths = {number: self.lines[number].length for number in self.gone}
        rare = sum(n for number, n in lengths.items() if not self.look_at(number).flags & COMMON)
        left = total - sum(lengths.values())
        if (total - left) * 100 <= rules.most_percent * total:
            return True
        return (
            rare * 100 <= rules.most_percent * total
            and left * 100 >= rules.least_left_percent * total
            and left >= rules.least_left
        )


def _find_candidate(line: ShownLine, learned: Learned, rules: LearnedLineRules) -> _Candidate:
    if line.is_spared or line.length > rules.longest:
        return _NONE
    keys = [key for _, key in list_keys(line, learned.title, rules)]
    named = learned.of_lines.get(line_half(keys[0]), 0) if keys else 0
    if named:
        keys.append(named)
    found = [key for key in keys if key in learned.flags]
    if not found:
        return _NONE
    flags = 0
    for key in found:
        flags |= learned.flags[key]
    is_short = not line.has_link and line.length <= rules.short and not named
    return _Candidate(
        flags,
        found[0],
        is_prose=not line.has_link and rules.is_prose(line.text),
        needs_edge=line.is_heading or is_short,
    )


def _list_units(lines: Sequence[ShownLine]) -> list[list[int]]:
    """Return the numbers of the lines, those of one list together."""
    units: list[list[int]] = []
    last = 0
    for number, line in enumerate(lines):
        if line.list and line.list == last:
            units[-1].append(number)
        else:
            units.append([number])
        last = line.list
    return units
