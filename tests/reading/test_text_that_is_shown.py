"""Titles, summaries and comparisons go by what a reader sees."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processor_time import costs_at_most
from refeed.reading import read
from refeed.text.visible_text import shorten, take_beginning, visible_text

PIECES = ["<p>", "</p>", "<b>", "</b>", "<br>", '<img alt="a &amp; b">', "&amp;", "ebb ", "x"]

LONG = "The article waits for its script. " * 20


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<video controls><source src=a.mp4>No films here.</video><p>Ebb.</p>", "Ebb."),
        ("<audio><p>No sound</p></audio><canvas>No canvas</canvas>Ebb.", "Ebb."),
        ("<select><option>Share</select><button>Listen</button><p>Ebb.</p>", "Ebb."),
        ("<dialog><p>Your cookies</p></dialog><p>Ebb.</p>", "Ebb."),
        ("<video src=a.mp4 />Ebb. <p>Flow.</p><video></video>", "Ebb. Flow."),
        ("<div style='display:none'>A <div>preview</div> line</div><p>Ebb.</p>", "Ebb."),
        ("<p hidden>Draft<p>Ebb.", "Ebb."),
        ("<p aria-hidden='true'>Ebb.</p>", "Ebb."),
        ("<p style='overflow:hidden'>Ebb.</p>", "Ebb."),
        ("<div hidden>Ebb.</div>", "Ebb."),
        (f"<p>Loading</p><div style='display: none'>{LONG}</div>", f"Loading {LONG}".strip()),
        ("İİİ<script>x</script>Ebb.", "İİİ Ebb."),
    ],
)
def test_text_that_nobody_sees_is_left_out(html: str, shown: str) -> None:
    assert visible_text(html) == shown


@pytest.mark.parametrize(
    ("html", "body", "begins"),
    [
        (' lang="fa" dir="rtl"', "", '<div dir="rtl" lang="fa"><p>'),
        ("", ' style="direction: rtl"', '<div dir="rtl"><p>'),
        (' lang="en" dir="ltr"', "", "<p>"),
    ],
)
def test_the_direction_of_a_page_is_its_articles(html: str, body: str, begins: str) -> None:
    page = (
        f"<!DOCTYPE html><html{html}><head><title>T</title>"
        f'<link rel="canonical" href="https://example.org/a"></head><body{body}>'
        "<article><p>پل «hello» باز شد.</p></article></body></html>"
    )
    found = read(page.encode(), path="a.html", modified=0, timezones={})
    assert found.snapshots[0].html.startswith(begins)


@given(st.lists(st.sampled_from(PIECES), max_size=150).map("".join), st.integers(1, 40))
def test_a_beginning_is_that_of_the_whole_text(html: str, length: int) -> None:
    assert take_beginning(html, length) == shorten(visible_text(html), length)


@pytest.mark.parametrize("shape", ["&amp;", "word ", "<b>x</b> ", "字"])
def test_a_beginning_costs_no_reading_of_the_whole(shape: str) -> None:
    html = f"<p>{shape * 400_000}</p>"
    assert costs_at_most(0.05, lambda: take_beginning(html, 280), lambda: visible_text(html))
