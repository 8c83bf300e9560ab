"""Verdicts are a function of what articles hold, whatever came first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from refeed import rules as shipped
from refeed.learning.feature import (
    HEAD,
    TAIL,
    WEAK,
    Kind,
    make_class_key,
    make_feature,
    make_key,
    pack,
    split_feature,
    unpack,
)
from refeed.learning.verdicts import COMMON, find_verdicts, select_verdicts

if TYPE_CHECKING:
    import random

MINIMUMS = shipped.minimums()
keys = st.integers(0, (1 << 56) - 1)
features = st.builds(make_feature, st.sampled_from(Kind), keys, st.integers(0, 15))
few = st.builds(
    make_feature,
    st.sampled_from(Kind),
    st.integers(1, 6),
    st.sampled_from([0, HEAD, TAIL, HEAD | TAIL]),
)
one_a_key = st.lists(few, max_size=5, unique_by=lambda feature: feature >> 8)
articles = st.lists(st.builds(pack, one_a_key), max_size=40)


def line(text: str, flags: int = TAIL) -> int:
    return make_feature(Kind.LINE, make_key(Kind.LINE, text), flags)


@given(st.lists(features))
def test_features_are_read_as_they_were_written(several: list[int]) -> None:
    assert [*unpack(pack(several))] == several
    assert [make_feature(kind, key, flags) for key, kind, flags in map(split_feature, several)] == (
        several
    )


@given(articles, st.randoms(use_true_random=False))
def test_the_order_of_articles_does_not_matter(several: list[bytes], chance: random.Random) -> None:
    before = find_verdicts(several, MINIMUMS)
    chance.shuffle(several)
    assert find_verdicts(several, MINIMUMS) == before


@given(articles)
def test_an_article_has_the_verdicts_on_its_own_features(several: list[bytes]) -> None:
    verdicts = find_verdicts(several, MINIMUMS)
    for each in several:
        own = {feature >> 8 for feature in unpack(each)}
        concerned = [feature >> 8 for feature in unpack(select_verdicts(each, verdicts))]
        assert concerned == sorted(own & verdicts.keys())


@given(articles, few)
def test_few_articles_teach_nothing(several: list[bytes], feature: int) -> None:
    assert not find_verdicts([pack([feature])] * (MINIMUMS.each_support - 1), MINIMUMS)
    assert find_verdicts([], MINIMUMS) == {}
    found = find_verdicts(several, MINIMUMS).values()
    assert all(each.support >= MINIMUMS.each_support for each in found)


def test_nothing_changes_when_others_come() -> None:
    own = [pack([line("a footer")])] * 5
    others = [pack([line(f"line {number}")]) for number in range(200)]
    key = make_key(Kind.LINE, "a footer")
    for count in range(17, 200):
        found = find_verdicts([*own, *others[:count]], MINIMUMS)
        assert found[key].flags & ~COMMON == TAIL


def test_a_line_is_near_the_same_edge_in_most_articles() -> None:
    at_the_end, in_the_midst = pack([line("a")]), pack([line("a", 0)])
    others = [b""] * 60
    assert find_verdicts([at_the_end] * 17 + [in_the_midst] * 3 + others, MINIMUMS)
    assert not find_verdicts([at_the_end] * 16 + [in_the_midst] * 4 + others, MINIMUMS)


def test_prose_needs_more_support() -> None:
    prose = pack([line("a", TAIL | WEAK)])
    assert not find_verdicts([prose] * 19 + [b""], MINIMUMS)
    (verdict,) = find_verdicts([prose] * 20 + [b""], MINIMUMS).values()
    assert verdict.flags == TAIL | COMMON
    assert (verdict.support, verdict.articles) == (20, 21)


def test_what_stands_in_each_article_needs_less_support() -> None:
    link = make_feature(Kind.TARGET, make_key(Kind.TARGET, "/join", "join"), TAIL)
    prose = line("a", TAIL | WEAK)
    assert len(find_verdicts([pack([link])] * 3, MINIMUMS)) == 1
    assert not find_verdicts([pack([link])] * 4 + [b""], MINIMUMS)
    assert len(find_verdicts([pack([prose])] * 5, MINIMUMS)) == 1
    assert not find_verdicts([pack([prose])] * 4, MINIMUMS)


def test_words_alone_need_five_articles() -> None:
    refrain = line("and the river ran")
    label = make_feature(Kind.LABEL, make_key(Kind.LABEL, "filed under"), TAIL)
    assert not find_verdicts([pack([refrain, label])] * 4, MINIMUMS)
    assert len(find_verdicts([pack([refrain, label])] * 5, MINIMUMS)) == 2


def test_a_class_says_the_same() -> None:
    def box(text: str) -> bytes:
        key = make_class_key("box#0", make_key(Kind.LINE, text))
        return pack([make_feature(Kind.CLASS, key, 0)])

    assert len(find_verdicts([box("a")] * 9 + [box("b")], MINIMUMS)) == 1
    assert not find_verdicts([box("a")] * 9 + [box("b")] * 2, MINIMUMS)
    assert not find_verdicts([box("a")] * 3 + [b""], MINIMUMS)
