"""Says in words what changed between two snapshots, with short samples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from refeed.history.compare import count_common
from refeed.text.visible_text import shorten

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from refeed.history.compare import Changes, Pair

_SAMPLES: Final = 3
_SAMPLE_LENGTH: Final = 120
_AROUND: Final = 3
"""Words that are shown before the first that changed, and after the last."""


class Remark(NamedTuple):
    """One thing that changed.

    Attributes:
        what: in words, ``2 paragraphs added``.
        samples: the beginnings of some of the texts, in order. Of what changed, it is what stood
            there; of what was removed, too.
        became: for each sample what it became; empty where nothing did.
    """

    what: str
    samples: tuple[str, ...] = ()
    became: tuple[str, ...] = ()


def describe(changes: Changes) -> list[Remark]:
    """Say what changed, a remark for each kind of change; none if nothing did."""
    return list(_describe(changes))


def _describe(changes: Changes) -> Iterator[Remark]:
    if changes.title:
        before, after = (shorten(each, 2 * _SAMPLE_LENGTH) for each in changes.title)
        yield Remark("Title changed", (before,), (after,))
    if changes.added:
        yield Remark(f"{_count(len(changes.added))} added", _sample(changes.added))
    if changes.changed:
        pairs = [_cut_pair(*pair) for pair in changes.changed[:_SAMPLES]]
        what = f"{_count(len(changes.changed))} changed"
        yield Remark(what, tuple(one for one, _ in pairs), tuple(other for _, other in pairs))
    if changes.removed:
        yield Remark(f"{_count(len(changes.removed))} removed", _sample(changes.removed))
    if changes.moved:
        yield Remark(f"{_count(changes.moved)} moved")
    if changes.pictures_added:
        yield Remark(f"{_count(changes.pictures_added, 'picture')} added")
    if changes.pictures_removed:
        yield Remark(f"{_count(changes.pictures_removed, 'picture')} removed")


def _count(number: int, noun: str = "paragraph") -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _sample(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(shorten(text, _SAMPLE_LENGTH) for text in texts[:_SAMPLES])


def _cut_pair(before: str, after: str) -> Pair:
    """Return the part of two texts that differs, with a few words around it."""
    one, other = before.split(" "), after.split(" ")
    start, end = count_common(one, other)
    first, last = max(0, start - _AROUND), max(0, end - _AROUND)
    return _cut_words(one, first, len(one) - last), _cut_words(other, first, len(other) - last)


def _cut_words(words: Sequence[str], first: int, end: int) -> str:
    text = " ".join(words[first:end])
    cut = shorten(f"…{text}" if first else text, _SAMPLE_LENGTH)
    return f"{cut}…" if end < len(words) and not cut.endswith("…") else cut
