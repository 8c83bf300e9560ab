"""Compares two snapshots of an article by what a reader sees: title, paragraphs and pictures.

The work is bounded. What two texts have in common at their beginning and their end is set apart
first; where the rest is long, its paragraphs are compared without their order.
"""

from __future__ import annotations

from collections import Counter
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_MOST_COMPARED: Final = 90_000
"""Pairs of paragraphs that are compared in their order: 300 with 300."""

_MOST_PAIRED: Final = 2_500
"""Pairs of paragraphs of which it is asked which became which: 50 and 50 in one place."""

_MOST_WORDS: Final = 2_000
"""Words of a paragraph by which it is recognised."""

_LONG_WORDS: Final = 15
"""Characters a word on average, from which words are not set apart by spaces."""

_ALIKE: Final = 0.4
"""The part of the words that a paragraph and what became of it have in common, at least."""

Pair: TypeAlias = tuple[str, str]
"""A text and what became of it."""


class Edition(NamedTuple):
    """What a reader sees of a snapshot.

    Attributes:
        title: one line.
        paragraphs: the visible text, a line for each block.
        pictures: their addresses.
    """

    title: str
    paragraphs: Sequence[str]
    pictures: Sequence[str] = ()


class Changes(NamedTuple):
    """What changed from one snapshot to the next.

    Attributes:
        title: before and after, or None where it stayed.
        added: paragraphs, in order.
        changed: paragraphs, each with what became of it.
        removed: paragraphs, in order.
        moved: how many paragraphs stand elsewhere, as they were.
        pictures_added: how many.
        pictures_removed: how many.
    """

    title: Pair | None = None
    added: tuple[str, ...] = ()
    changed: tuple[Pair, ...] = ()
    removed: tuple[str, ...] = ()
    moved: int = 0
    pictures_added: int = 0
    pictures_removed: int = 0


def compare(before: Edition, after: Edition) -> Changes:
    """Return what changed from one snapshot to the next."""
    removed, added, changed = _compare_paragraphs(before.paragraphs, after.paragraphs)
    moved = Counter(removed) & Counter(added)
    old, new = Counter(set(before.pictures)), Counter(set(after.pictures))
    return Changes(
        title=None if before.title == after.title else (before.title, after.title),
        added=tuple(_leave_out(added, moved)),
        changed=tuple(changed),
        removed=tuple(_leave_out(removed, moved)),
        moved=moved.total(),
        pictures_added=(new - old).total(),
        pictures_removed=(old - new).total(),
    )


def _compare_paragraphs(
    before: Sequence[str], after: Sequence[str]
) -> tuple[list[str], list[str], list[Pair]]:
    """Return the paragraphs that were removed, those that were added, and those that changed."""
    before, after = _cut_common(before, after)
    if len(before) * len(after) > _MOST_COMPARED:
        stayed = Counter(before) & Counter(after)
        return list(_leave_out(before, stayed)), list(_leave_out(after, stayed)), []
    removed: list[str] = []
    added: list[str] = []
    changed: list[Pair] = []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for kind, start, end, other_start, other_end in matcher.get_opcodes():
        if kind != "equal":
            one, other = before[start:end], after[other_start:other_end]
            pairs = list(_pair(one, other))
            changed += [(one[place], other[to]) for place, to in pairs]
            removed += _without(one, {place for place, _ in pairs})
            added += _without(other, {to for _, to in pairs})
    return removed, added, changed


def _cut_common(one: Sequence[str], other: Sequence[str]) -> tuple[list[str], list[str]]:
    """Leave out what two lists have in common at their beginning, and then at their end."""
    start, end = count_common(one, other)
    return list(one[start : len(one) - end]), list(other[start : len(other) - end])


def count_common(one: Sequence[str], other: Sequence[str]) -> tuple[int, int]:
    """Count what two lists have in common at their beginning, and of the rest at their end."""
    shorter = min(len(one), len(other))
    start = next((at for at in range(shorter) if one[at] != other[at]), shorter)
    most = shorter - start
    return start, next((at for at in range(most) if one[-1 - at] != other[-1 - at]), most)


def _pair(before: Sequence[str], after: Sequence[str]) -> Iterable[tuple[int, int]]:
    """Yield the places of paragraphs that changed, and of what became of them, in order."""
    if not before or not after or len(before) * len(after) > _MOST_PAIRED:
        return
    words = [_count_words(text) for text in after]
    start = 0
    for place, text in enumerate(before):
        mine = _count_words(text)
        likeness = [(_liken(mine, words[to]), -to) for to in range(start, len(after))]
        most, to = max(likeness, default=(0.0, 0))
        if most >= _ALIKE:
            yield place, -to
            start = 1 - to


def _count_words(text: str) -> Counter[str]:
    """Count the words of a text; the characters where words aren't set apart."""
    words = text.split()
    if len(words) * _LONG_WORDS < len(text):
        words = list(text)
    return Counter(words[:_MOST_WORDS])


def _liken(one: Counter[str], other: Counter[str]) -> float:
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 0.0


def _without(texts: Sequence[str], places: set[int]) -> list[str]:
    return [text for place, text in enumerate(texts) if place not in places]


def _leave_out(texts: Iterable[str], counts: Counter[str]) -> Iterable[str]:
    """Yield texts but each of those counted, so many times."""
    left = counts.copy()
    for text in texts:
        if left[text] > 0:
            left[text] -= 1
        else:
            yield text
