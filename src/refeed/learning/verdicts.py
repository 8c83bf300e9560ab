"""Verdicts: which features of a period's articles are boilerplate.

They are one function of the features in the period and its neighbours, counted anew each time, so
that the order in which articles came doesn't matter.
"""

from __future__ import annotations

from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple

from refeed.learning.feature import (
    DECORATION,
    HEAD,
    TAIL,
    WEAK,
    Kind,
    pack,
    split_class_key,
    split_feature,
    unpack,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from refeed.learning.minimums import Minimums

ANYWHERE: Final = 4
"""It goes wherever it stands. `HEAD` and `TAIL` say near which edge it goes else."""
COMMON: Final = 8
"""It stands in many of the articles."""

_PLACES: Final = HEAD | TAIL | ANYWHERE
_WORDS_ALONE: Final = frozenset((Kind.LINE, Kind.LABEL))


class Verdict(NamedTuple):
    """What was learned of a feature.

    Attributes:
        kind: what recurs.
        flags: where it goes, `HEAD`, `TAIL`, `ANYWHERE`, and whether it is `COMMON`.
        support: in how many articles it stands.
        articles: how many articles were looked at.
    """

    kind: Kind
    flags: int
    support: int
    articles: int

    @property
    def place(self) -> str:
        """Where it goes, in words."""
        if self.flags & ANYWHERE:
            return "anywhere"
        return {HEAD: "head", TAIL: "tail"}.get(self.flags & _PLACES, "head or tail")


def describe(verdict: Verdict) -> str:
    """Describe a verdict: what recurs, where, and in how many articles."""
    kind = verdict.kind.name.lower()
    return f"{kind}, {verdict.place}, in {verdict.support} of {verdict.articles} articles"


class _Count:
    """How often a feature occurs, and where."""

    __slots__ = ("all", "flags", "head", "kind", "tail")

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.all = self.head = self.tail = self.flags = 0


def find_verdicts(articles: Sequence[bytes], minimums: Minimums) -> dict[int, Verdict]:
    """Return the verdicts of a period, by the keys of features.

    Args:
        articles: the features of each article in the period and its neighbours, packed; the order
            doesn't matter.
        minimums: how much must recur.
    """
    counts = _count(articles)
    classes = Counter[int]()
    for key, count in counts.items():
        if count.kind is Kind.CLASS:
            classes[split_class_key(key)[0]] += count.all
    # A share of a number that seldom changes: else a verdict would change with each article.
    total = 1 << len(articles).bit_length() >> 1
    for_each = minimums.for_each()
    found = {}
    for key, count in counts.items():
        # A refrain and a heading of the author's stand in each of a few articles, too.
        is_telling = count.kind not in _WORDS_ALONE or count.flags & WEAK
        least = for_each if is_telling and count.all == len(articles) else minimums
        if flags := _judge(key, count, classes, total, least):
            # Few articles may be one article, saved under several addresses.
            is_proven = count.all >= minimums.support
            if is_proven and count.all * 100 >= minimums.common_percent * total:
                flags |= COMMON
            found[key] = Verdict(count.kind, flags, count.all, len(articles))
    return found


def _count(articles: Iterable[bytes]) -> dict[int, _Count]:
    counts: dict[int, _Count] = {}
    for feature, times in Counter(chain.from_iterable(map(unpack, articles))).items():
        key, kind, flags = split_feature(feature)
        count = counts.get(key)
        if count is None:
            count = counts[key] = _Count(kind)
        # Of two kinds with one digest it is always the same.
        count.kind = min(count.kind, kind)
        count.all += times
        count.flags |= flags
        if flags & HEAD:
            count.head += times
        if flags & TAIL:
            count.tail += times
    return counts


def _judge(
    key: int, count: _Count, classes: Mapping[int, int], total: int, minimums: Minimums
) -> int:
    """Return where a feature goes, or 0."""
    if count.kind is Kind.IMAGE:
        is_decoration = count.flags & DECORATION
        least = minimums.decoration_support if is_decoration else minimums.image_support
        return ANYWHERE if count.all >= least else 0
    if count.kind is Kind.CLASS:
        of_class = classes[split_class_key(key)[0]]
        is_constant = count.all * 100 >= minimums.class_percent * of_class
        return ANYWHERE if is_constant and count.all >= minimums.class_support else 0
    least = minimums.prose_support if count.flags & WEAK else minimums.support
    if count.all < least:
        return 0
    flags = 0
    if count.head * 100 >= minimums.near_edge_percent * count.all:
        flags |= HEAD
    if count.tail * 100 >= minimums.near_edge_percent * count.all:
        flags |= TAIL
    is_prose = count.flags & WEAK
    if (
        count.kind is Kind.LINE
        and not is_prose
        and count.all * 100 >= minimums.anywhere_percent * total
    ):
        flags |= ANYWHERE
    return flags


def select_verdicts(features: bytes, verdicts: Mapping[int, Verdict]) -> bytes:
    """Return the verdicts that concern one article, packed, in the order of their keys.

    They have no support, so that they stay as they are while others of its period come and go.
    """
    keys = {feature >> 8 for feature in unpack(features)}
    concerned = sorted(keys & verdicts.keys())
    return pack(key << 8 | verdicts[key].kind << 4 | verdicts[key].flags for key in concerned)
