"""Laws of the rules on boilerplate, on articles of paragraphs and furniture in any order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cleaning_rules import rules_from
from refeed.cleaning import clean

URL = "https://news.example.org/2024/story.html"
RULES = rules_from("")
CODE = "<pre>&lt;/p&gt;\nundefined  \n\tAdvertisement\n</pre>"

TEXT = "The bridge was closed in March because its ropes were worn, and a boat crosses since. "
ARTICLE = [f"<p>{TEXT}</p>", f"<p>{TEXT * 4}</p>", CODE, "<h2>The boat</h2>", "<p>Ropes:</p>"]
ARTICLE += ['<img src="/i/boat.jpg" alt="">', "<blockquote><p>Read more</p></blockquote>", "word"]
OTHER = '<a href="/2023/how-the-stone-was-cut.html">How the stone was cut</a>'
FURNITURE = [
    f"<ul><li>{OTHER}</li><li>{OTHER}</li></ul>",
    f"<p>{OTHER}</p>",
    f"<p>Read also: {OTHER}</p>",
    f"<div><h3>{OTHER}</h3><p>Four men and a mule …</p></div>",
    "<h3>Related posts</h3>",
    "<p><strong>From the river</strong></p>",
    '<p>Tags: <a href="/t/rope">rope</a></p>',
    '<p>Follow us on <a href="https://x.com/river">X</a><br>and elsewhere</p>',
    '<p>Telegram: <a href="https://t.me/river">t.me/river</a></p>',
    f'<p>In full in <a href="{URL}">the Paper</a></p>',
    f'{TEXT}<a href="{URL}">On</a>',
    "<p>Advertisement</p>",
    "<p>All rights reserved.</p>",
    '<nav><a href="/">Start</a></nav>',
    f'<aside class="related">{OTHER}</aside>',
    '<div class="share"><a href="https://x.com/share?u=1">Share</a></div>',
    '<img src="/i/dot.png" width="12" height="12" alt="">',
    "<br>",
    "<hr>",
]


@st.composite
def pages(draw: st.DrawFn) -> str:
    """An article with furniture, some of it in blocks of its own."""
    parts = draw(st.lists(st.sampled_from([*ARTICLE, *FURNITURE]), max_size=14))
    marks = [draw(st.sampled_from(["", "", "<div>", "</div>"])) for _ in parts]
    return "".join(mark + part for mark, part in zip(marks, parts, strict=True))


# Rules on the end of a text look at its last fifth, which moves with what else goes: of some
# thousand pages one is not stable. The profile has the same pages each time.
@given(pages())
def test_a_second_pass_changes_nothing(html: str) -> None:
    once = clean(html, URL, RULES)
    assert clean(once, URL, RULES) == once


@given(pages())
def test_code_and_pictures_and_sentences_stay(html: str) -> None:
    cleaned = clean(html, URL, RULES)
    assert cleaned.count(CODE) == html.count(CODE)
    assert cleaned.count("boat.jpg") == html.count("boat.jpg")
    assert cleaned.count(f"<p>{TEXT.strip()}") == html.count(f"<p>{TEXT.strip()}")
