"""What holds for any input."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from cleaning_rules import rules_from
from refeed.cleaning import clean, explain
from refeed.text.visible_text import visible_text

URL = "https://news.example.org/2024/story.html"
RULES = rules_from("")
NOTHING_OFFENDS = rules_from("boilerplate = false\ntrackers = false")

TAGS = st.sampled_from(
    "p div span b strong em a h1 h2 ul ol li blockquote figure figcaption section article "
    "footer header table tr td br hr img pre code i u small picture source noscript "
    "iframe video audio center font main form svg math button object embed param nav lazy-image "
    "amp-video lite-youtube aside details summary dir menu".split()
)
ATTRIBUTES = st.sampled_from(
    [
        "",
        ' href="/x"',
        ' href="https://example.org/?utm_source=a&b=1"',
        ' href="javascript:x"',
        ' src="https://img.example.org/a.jpg"',
        ' src="data:image/gif;base64,R0"',
        ' data-src="b.jpg"',
        ' srcset="a.jpg 1x, b.jpg 2x"',
        ' class="sharedaddy"',
        ' style="width:1px;height:1px"',
        ' width="1" height="1"',
        ' onclick="x"',
        ' class="lazy" src="/grey-wolf.jpg" data-src="/wolf.jpg"',
        ' data-srcset="/a.jpg 1x, /b.jpg 2x"',
        ' data-src="https://www.youtube.com/embed/abcdefghijk"',
        ' src="https://www.youtube.com/embed/videoseries?list=PL1"',
        ' videoid="abcdefghijk"',
        ' width="1" height="1" alt="a" src="/square.jpg"',
        ' href="https://news.example.org/2024/story.html"',
        ' href="https://twitter.com/share?url=x"',
        ' class="related"',
        ' id="subscribe"',
        ' aria-expanded="false"',
    ]
)
WORDS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="<>&\ufffe\uffff"),
    min_size=1,
    max_size=8,
)
TEXTS = st.one_of(
    WORDS, st.sampled_from(["&amp;", "&nbsp;", "获取更多RSS：", "点击查看本文英文版。", "\n", " "])
)


@st.composite
def markup(draw: st.DrawFn) -> str:
    """Tags opened and closed in any order, as pages have them."""
    pieces = st.one_of(
        TEXTS,
        st.builds("<{}{}>".format, TAGS, ATTRIBUTES),
        st.builds("</{}>".format, TAGS),
    )
    return "".join(draw(st.lists(pieces, max_size=14)))


@given(st.one_of(markup(), st.text()))
def test_the_output_is_what_xml_can_carry(html: str) -> None:
    root = etree.Element("content")
    root.text = clean(html, URL, RULES)
    assert etree.fromstring(etree.tostring(root)).text == (root.text or None)


@given(markup())
def test_a_second_pass_changes_nothing(html: str) -> None:
    once = clean(html, URL, RULES)
    assert clean(once, URL, RULES) == once


@given(
    st.lists(st.tuples(st.sampled_from(["p", "div", "li", "h2", "span", "td"]), WORDS), max_size=8)
)
def test_words_are_never_lost(paragraphs: list[tuple[str, str]]) -> None:
    html = "".join(f"<{tag}>{word}</{tag}>" for tag, word in paragraphs)
    cleaned = clean(html, URL, NOTHING_OFFENDS)
    assert _letters(visible_text(cleaned)) == _letters(visible_text(html))


@given(markup())
def test_explaining_is_cleaning(html: str) -> None:
    assert explain(html, URL, RULES)[0] == clean(html, URL, RULES)


@given(markup())
def test_addresses_are_absolute_and_harmless(html: str) -> None:
    cleaned = clean(html, URL, RULES)
    for address in re.findall(r'(?:href|src|poster)="([^"]*)"', cleaned):
        assert address.startswith(("https://", "http://", "mailto:", "tel:", "magnet:"))


def test_an_article_whose_own_address_is_broken_keeps_its_markup() -> None:
    html = '<p>a <a href="https://example.org/?utm_source=b">c</a></p>'
    cleaned = '<p>a <a href="https://example.org/">c</a></p>'
    assert clean(html, "http://[broken/", RULES) == cleaned


def _letters(text: str) -> str:
    return "".join(text.split())
