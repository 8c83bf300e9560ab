"""Words that Chromium shows apart stay apart, as it shows the cleaned article."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings

from cleaning_rules import rules_from
from conftest import examples
from refeed.cleaning import clean
from words import articles, joined_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

URL = "https://news.example.org/2024/story.html"
RULES = rules_from("boilerplate = false")

SAMPLE = [
    "Hello<span> </span>world",
    "<b>bold</b><i> </i><b>next</b>",
    "one<span>&nbsp;</span>two",
    "one<div> </div>two",
    "one<p></p>two",
    "<address>one</address><address>two</address>",
    "<fieldset><legend>one</legend>two</fieldset>three",
    "one<form>two</form>three",
    "one<nav>gone</nav>two",
    "one<script>x</script>two",
    "<ul><li>one<li>two</ul>three",
    "<table><tr><td>one<td>two<tr><td>three</table>four",
    "<table>one<tr><td>two</table>three",
    "<dl><dt>one<dd>two</dl>three",
    "<p>one<div>two</div>three",
    "<pre>a<span> </span>b<span>\n</span>c\n\n  d</pre>",
    "<pre>\n\n a</pre>",
    "one\ftwo",
    "one<x-note><p>two</p></x-note>three",
    "<h2>one<p>two</p></h2>three",
    "<b>one<p>two</p></b>three",
    "<button>one</button> <select><option>two</select> three",
    "one<footer>two</footer>three",
    "<details><summary>one</summary>two</details>three",
]


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Iterator[Page]:
    page = chromium.new_page()
    yield page
    page.close()


@pytest.mark.parametrize("html", SAMPLE)
def test_no_words_are_joined(html: str, page: Page) -> None:
    before, after = words_in(page, html), words_in(page, clean(html, URL, RULES))
    assert joined_words(before, after) == []


@settings(max_examples=examples(30))
@given(html=articles())
def test_no_words_of_any_article_are_joined(html: str, page: Page) -> None:
    before, after = words_in(page, html), words_in(page, clean(html, URL, RULES))
    assert joined_words(before, after) == []


def words_in(page: Page, html: str) -> list[str]:
    page.set_content(f"<!DOCTYPE html><body>{html}")
    return str(page.evaluate("document.body.innerText")).split()
