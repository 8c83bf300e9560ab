"""What of an extractor's choice is left out again."""

from __future__ import annotations

import pytest

from refeed.reading.saved_page.furniture import drop_furniture
from refeed.reading.saved_page.runs import split_runs
from refeed.reading.saved_page.tree import parse_page

SENTENCE = "The water rose overnight, and by noon the bridge was closed to all but the mail."
TEXT = f"<p>{SENTENCE}</p>" * 8


def list_kept(html: str) -> list[str]:
    runs = split_runs(parse_page(f"<html><body>{html}</body></html>").body)
    for run in runs:
        run.is_kept = True
    drop_furniture(runs, "https://example.org/river/live")
    return [run.text for run in runs if run.is_kept]


@pytest.mark.parametrize(
    "furniture",
    [
        "<h2>Also in our paper</h2>",
        '<h2>Also in our paper</h2><ul><li><a href="/a">The long frost</a></li></ul>',
        '<p>» <a href="/a">The lamps</a></p>',
        '<div class="post-comments"><p>I saw it too.</p></div>',
        '<div class="articleAuthor_Info"><p>She writes about rivers.</p></div>',
        '<div class="storyComments"><p>I saw it too.</p></div>',
        '<div id="pum-7" class="pum"><p>Our letter comes on Fridays.</p></div>',
        '<div class="notas-relacionadas"><p>The frost was long, too.</p></div>',
        '<p class="copyright">© 2024 Example Press</p>',
        '<div><span class="reading-time">A minute to read</span></div>',
        '<div role="dialog"><p>Our letter comes on Fridays.</p></div>',
        f'<div class="cookies"><p>{"We keep what you read. " * 60}</p></div>',
        '<article><h3><a href="/frost">The year of the long frost</a></h3></article>',
    ],
)
def test_what_is_behind_the_text_is_left_out(furniture: str) -> None:
    assert list_kept(TEXT + furniture) == [SENTENCE] * 8


@pytest.mark.parametrize(
    "own",
    [
        '<ul><li><a href="/a">The long frost</a></li></ul>',
        '<p>The council: <a href="/plan">the plan</a></p>',
        "<h2>By evening</h2>",
        '<h2 id="related-work">Related work</h2>',
        '<section id="related-work"><h2>Related work</h2></section>',
        '<p class="paywall">The ferry ran until the last train was in.</p>',
        '<h2 id="toc-3">The ferry ran until the last train</h2>',
        f'<div class="sidebar"><p>{"The ferry ran until the last train. " * 40}</p></div>',
        f'<div class="modal"><h1>{"The ferry ran until the last train. " * 40}</h1></div>',
        '<article><h3><a href="/river/live/7">The ferry runs until noon</a></h3></article>',
        '<article><h3><a href="https://films.example/7">The ferry, a film</a></h3></article>',
    ],
)
def test_what_is_between_the_text_stays(own: str) -> None:
    assert len(list_kept(TEXT + own + TEXT)) == 17


@pytest.mark.parametrize(
    "page",
    [
        f'<div class="with-sidebar">{TEXT}</div>',
        f'<article class="related">{TEXT}</article>',
        '<ul><li><a href="/a">The long frost</a></li><li><a href="/b">The lamps</a></li></ul>',
    ],
)
def test_a_page_that_is_all_furniture_stays_whole(page: str) -> None:
    assert list_kept(page) == [
        run.text for run in split_runs(parse_page(f"<html><body>{page}</body></html>").body)
    ]
