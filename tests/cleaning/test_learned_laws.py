"""What holds for any article and any verdicts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaning_rules import rules_from
from refeed.cleaning import Article, clean_and_extract, read_learned, remove_learned
from refeed.cleaning.sanitiser import sanitise
from refeed.learning.feature import Kind, make_feature, pack, split_feature, unpack
from refeed.learning.verdicts import select_verdicts
from refeed.text.visible_text import visible_text

if TYPE_CHECKING:
    import random

URL = "https://news.example.org/2024/story.html"
RULES = rules_from("learn = true")
FREELY = rules_from("learn = true\nstructure = false\nboilerplate = false")
NOBODY = Article()

blocks = st.sampled_from(
    [
        "<p>Some line of text</p>",
        "<p>Another line <a href='https://example.org/'>with a link</a></p>",
        "<p>{}</p>".format("The river rose over night. " * 8),
        "<p>{}</p>".format("河水上涨" * 30),
        "<ul><li>One item</li><li>Two items</li><li>Three items</li><li>Four items</li></ul>",
        "<h2>A heading here</h2>",
        "<p>First part<br>Second part<br><b>Third part<br>Fourth part</b></p>",
        "<div>Loose words<p>Inner words</p>Loose again</div>",
        "<figure><img src='https://example.org/a.jpg'><figcaption>A caption</figcaption></figure>",
        "<a href='https://example.org/b'><img src='https://example.org/b.jpg'></a>",
        "<blockquote>A quotation</blockquote>",
        "<hr>",
        "<br>",
        "<li>A stray item</li>",
    ]
)
TAGS = st.sampled_from(
    "p div span b a h2 ul li blockquote figure figcaption section td br hr img pre u".split()
)
pieces = st.one_of(
    st.sampled_from(["word", "some words", "&amp;", "&lt;p&gt;", "\n", " ", "Label: "]),
    st.builds("<{}{}>".format, TAGS, st.sampled_from(["", " class=x", " href=/a", " src=/b.jpg"])),
    st.builds("</{}>".format, TAGS),
)
odd = st.lists(pieces, max_size=20).map("".join)
articles = st.one_of(odd, st.lists(blocks, max_size=9).map("\n".join))


def verdicts_on(features: bytes, chance: random.Random) -> bytes:
    """Return verdicts on some of the features of an article, whatever they say."""
    keys = [split_feature(feature)[:2] for feature in unpack(features)]
    chosen = sorted((key, kind) for key, kind in keys if kind in {*Kind} and chance.random() < 0.8)
    return pack(
        make_feature(kind, key, chance.choice([1, 2, 3, 6, 10, 14])) for key, kind in chosen
    )


@pytest.mark.parametrize(
    "html", ['<p title="<br>">x</p>', '<a href="https://a.example/?<b>">x</a>']
)
def test_no_value_of_an_attribute_has_a_bracket(html: str) -> None:
    # Lines are found in what the sanitiser has written by where tags end.
    assert re.fullmatch(r"<\w[^<>]*>x</\w>", sanitise(html))


@given(html=articles, chance=st.randoms(use_true_random=False), free=st.booleans())
def test_a_second_pass_changes_nothing(html: str, chance: random.Random, *, free: bool) -> None:
    rules = FREELY if free else RULES
    cleaned, features, *_ = clean_and_extract(html, URL, rules, NOBODY)
    known = read_learned(verdicts_on(features, chance), "")
    once = remove_learned(cleaned, rules, known)
    assert remove_learned(once, rules, known) == once
    # What is left is as the sanitiser writes it.
    assert sanitise(once) == once


@given(articles, st.randoms(use_true_random=False))
def test_nothing_comes_and_no_words_are_joined(html: str, chance: random.Random) -> None:
    cleaned, features, *_ = clean_and_extract(html, URL, RULES, NOBODY)
    known = read_learned(verdicts_on(features, chance), "")
    left = visible_text(remove_learned(cleaned, RULES, known)).split()
    words = iter(visible_text(cleaned).split())
    assert all(word in words for word in left)


@given(articles)
def test_without_verdicts_nothing_goes(html: str) -> None:
    cleaned, features, *_ = clean_and_extract(html, URL, RULES, NOBODY)
    assert select_verdicts(features, {}) == b""
    assert remove_learned(cleaned, RULES, read_learned(b"", "")) == cleaned


@given(articles, st.text(max_size=9))
def test_features_are_few(html: str, title: str) -> None:
    _, features, *_ = clean_and_extract(html, URL, RULES, Article(title, (title,)))
    assert len(unpack(features)) <= 40
