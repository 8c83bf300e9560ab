"""Words that a browser shows apart stay apart, and code keeps each of its characters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import html5lib
from hypothesis import given
from hypothesis import strategies as st

from cleaning_rules import rules_from
from refeed.cleaning import clean
from words import BLOCK, INLINE, articles, joined_words, trees, write

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from words import Tree

URL = "https://news.example.org/2024/story.html"
RULES = rules_from("")
NOTHING_OFF = rules_from("boilerplate = false")

OWN_BLOCKS = frozenset([*BLOCK, *"body pre table tbody tr td th caption dt hr br".split()])


def shown_text(element: Element) -> str:
    """Return what a browser shows, as far as it tells which words stand apart."""
    tag = element.tag.rpartition("}")[2]
    edge = "\n" if tag in OWN_BLOCKS else ""
    inside = "".join(shown_text(child) + (child.tail or "") for child in element)
    return f"{edge}{element.text or ''}{inside}{edge}"


def find_words(html: str) -> list[str]:
    """Return the words that stand apart."""
    return shown_text(html5lib.parseFragment(html)).split()


@given(articles())
def test_no_words_are_joined(html: str) -> None:
    for rules in (RULES, NOTHING_OFF):
        assert joined_words(find_words(html), find_words(clean(html, URL, rules))) == []


@given(articles())
def test_no_words_are_lost(html: str) -> None:
    cleaned = clean(html, URL, NOTHING_OFF)
    assert "".join(find_words(cleaned)) == "".join(find_words(html))


@given(trees(INLINE, st.sampled_from(["def", "x", "(", "&lt;", "&amp;", "  ", "\n", "\n\n", "\t"])))
def test_code_keeps_every_character(tree: Tree) -> None:
    code = write([part for part in tree if part not in ("<br>", "<wbr>")])
    html = f"<p>Words.</p><pre>{code}x</pre>"
    before, after = (html5lib.parseFragment(each) for each in (html, clean(html, URL, RULES)))
    # A form feed can't be carried by XML.
    name = "{http://www.w3.org/1999/xhtml}pre"
    assert text_of(after.find(name)) == text_of(before.find(name)).replace("\f", " ")


def text_of(element: Element | None) -> str:
    assert element is not None
    return "".join(element.itertext())


@given(articles())
def test_a_second_pass_changes_nothing(html: str) -> None:
    once = clean(html, URL, RULES)
    assert clean(once, URL, RULES) == once
