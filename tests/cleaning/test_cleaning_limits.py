"""What is too much for a parser, or for a machine: counted, and never at the cost of words."""

from __future__ import annotations

import tracemalloc

import pytest

from cleaning_rules import rules_from
from processor_time import costs_at_most
from refeed.cleaning import clean, explain
from refeed.cleaning.html_parser import MOST_ATTRIBUTES, MOST_TAGS
from refeed.cleaning.length_limit import MOST_CHARACTERS

URL = "https://news.example.org/2024/story.html"
RULES = rules_from("")

AROUND = '<p>Before <a href="/x">link</a>.</p>{}<p>After.</p>'
LONG = 11_000_000

SHAPES = {
    "ampersands": "&",
    "less-than signs": "< ",
    "references": "words &amp; &nbsp;",
    "breaks": "word<br>",
    "paragraphs": "<p>word</p>",
    "links": '<a href="https://a.example/?utm_source=x">word</a> ',
    "elements to unwrap": "<font>word</font>",
    "elements never closed": "<font>word ",
    "addresses": "<address>word</address>",
    "formulas": "<math><mi>x</mi></math> ",
    "pictures": '<picture><source srcset="a.jpg"><img src="b.jpg"></picture>',
    "forms": "<form>word</form>",
    "overlapping elements": "<i><b></i>word",
    "blocks in paragraphs": "<p><span>a<div>b</div></span></p>",
    "tables in inline elements": "<b><table><tr><td>a</td></tr></table></b>",
    "hidden elements": "<p hidden>a</p><p>b</p>",
    "blank elements": "<span> </span>word",
    "frames never closed": '<iframe src="https://a.example/">word',
    "comments never closed": "<!-- word ",
    "attributes": '<p class="a" title="b">word</p>',
    "unknown elements": "<x-note>word</x-note>",
    "related links": '<p><a href="/2024/a-story-of-ropes.html">A story of ropes</a></p>word',
    "tags": '<p>Tags: <a href="/t/rope">rope</a></p>',
    "labels of tags": "<p>Tags:</p><p>word</p>",
    "sponsors": '<p>Sponsored by:</p><p><a href="https://a.example/">Ropes</a></p>',
    "teasers": '<div><h3><a href="/2024/a-story.html">A story</a></h3><p>word …</p></div>',
    "places to follow": '<p><a href="https://twitter.com/a">Twitter</a></p>word',
    "headings of what goes": '<h2>word</h2><h3>word</h3><nav><a href="/">word</a></nav>',
    "links to the article": f'<p><a href="{URL}">word</a></p>',
    "comments": '<div id="comments"><p class="comment"><a href="#respond">Reply</a></p></div>',
    "classes": '<div class="share-links related"><a href="/a">word</a></div>',
    "pictures of a style": '<div style="background-image:url(/a.jpg)"></div>',
    "emoji": '<img class="emoji" alt="✓" src="/emoji/1.png">',
    "code": "<pre><span> </span>word\n</pre>",
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_time_grows_with_the_size_and_no_faster(shape: str) -> None:
    """Eight times the input takes eight times the time; were it quadratic, 64 times."""
    small = shape * (40_000 // len(shape))
    large = small * 8
    assert costs_at_most(30, lambda: clean(large, URL, RULES), lambda: clean(small, URL, RULES))


@pytest.mark.parametrize(
    ("long", "becomes"),
    [
        (f'<img src="data:image/png;base64,{"A" * LONG}">', ""),
        (f"<p title='{'A' * LONG}'>middle</p>", f'<p title="{"A" * LONG}">middle</p>'),
        (f"<style>{'a{b:c}' * (LONG // 6)}</style>", ""),
        (f"<script>{'f();' * (LONG // 4)}</script>", ""),
        (f"<!-- {'word ' * (LONG // 5)} -->", ""),
        (f"<pre>{'a line' * (LONG // 6)}</pre>",) * 2,
        (f"<pre>{'a &lt; b' * (LONG // 8)}</pre>",) * 2,
    ],
    ids=["picture", "attribute", "style", "script", "comment", "text", "references"],
)
def test_what_is_long_harms_nothing_beside_it(long: str, becomes: str) -> None:
    around = AROUND.replace("/x", "https://news.example.org/x").format(becomes)
    assert clean(AROUND.format(long), URL, rules_from('images = "keep"')) == around


@pytest.mark.parametrize(
    ("many", "reason"),
    [
        ("word<br>" * MOST_TAGS, f"more than {MOST_TAGS} tags"),
        (
            f"<p{' a' * 500}>word</p>" * (MOST_ATTRIBUTES // 400),
            f"more than {MOST_ATTRIBUTES} attr",
        ),
        ("<div>" * 3000 + "word" + "</div>" * 3000, "nested too deeply"),
    ],
    ids=["tags", "attributes", "levels"],
)
def test_too_much_markup_leaves_the_text_in_paragraphs(many: str, reason: str) -> None:
    html, edits = explain(f"<h1>Begin</h1>{many}<p>End</p>", URL, RULES)
    assert html.startswith(("<p>Begin</p><p>word</p>", "<p>Begin word word"))
    assert html.endswith(("<p>word</p><p>End</p>", "word word End</p>"))
    assert [edit.rule.startswith(reason) for edit in edits][:1] == [True]


def test_what_nests_too_deeply_loses_its_levels_not_its_links() -> None:
    html = "<div><b>" * 300 + '<a href="https://a.example/">link</a> words'
    cleaned = clean(html, URL, RULES)
    assert cleaned.count("<div>") < 200
    assert '<a href="https://a.example/">link</a> words' in cleaned
    assert clean(cleaned, URL, RULES) == cleaned


def test_an_article_too_long_for_a_feed_begins_and_leads_to_the_rest() -> None:
    many = MOST_CHARACTERS // len("&amp;") + 1
    html, edits = explain(f"<h1>Tom & Ann</h1><p>{'&' * many}</p>", URL, RULES)
    assert html.startswith("<p>Tom &amp; Ann</p><p>&amp;&amp;")
    assert html.endswith(f'too long for a feed. All of it is at <a href="{URL}">{URL}</a></p>')
    assert len(html) < 150_000
    assert [edit.rule for edit in edits] == [f"more than {MOST_CHARACTERS} characters"]
    assert clean(html, URL, RULES) == html


def test_long_addresses_are_not_kept_in_memory() -> None:
    clean(f'<p>Words <a href="https://a.example/{"x" * 300_000}">link</a>.</p>', URL, RULES)
    tracemalloc.start()
    try:
        for number in range(20):
            address = f"https://a.example/{number}/{'x' * 300_000}"
            clean(f'<p>Words <a href="{address}">link</a>.</p>', URL, RULES)
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 3_000_000
