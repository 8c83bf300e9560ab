"""What an extractor passed over amid the text that it chose."""

from __future__ import annotations

import pytest

from refeed.reading.saved_page.gaps import fill_gaps
from refeed.reading.saved_page.runs import split_runs
from refeed.reading.saved_page.tree import parse_page

CHOSEN = "The water rose overnight, and by noon the bridge was closed to all but the mail."
MISSED = "The miller had seen it higher once, in the year of the long frost."
TEXT = f"<p>{CHOSEN}</p>" * 3
CLASSED = f'<div><p class="text">{CHOSEN}</p></div>' * 3


def list_added(html: str) -> list[str]:
    runs = split_runs(parse_page(f"<html><body>{html}</body></html>").body)
    for run in runs:
        run.is_kept = run.text == CHOSEN
    fill_gaps(runs)
    return [run.text for run in runs if run.is_kept and run.text != CHOSEN]


@pytest.mark.parametrize(
    "html",
    [
        f"{TEXT}<p>{MISSED}</p>{TEXT}",
        f"{TEXT}<ul><li>{MISSED}</li></ul>{TEXT}",
        f'{CLASSED}<div><p class="text">{MISSED}</p></div>',
        f'{CLASSED}<div class="paywall-access"><p class="text">{MISSED}</p></div>',
    ],
)
def test_a_text_amid_the_chosen_is_chosen(html: str) -> None:
    assert list_added(html) == [MISSED]


@pytest.mark.parametrize(
    "html",
    [
        f"{TEXT}<p>{MISSED}</p>",
        f'{TEXT}<p><a href="/frost">{MISSED}</a></p>{TEXT}',
        f'{TEXT}<p class="photo-caption">{MISSED}</p>{TEXT}',
        f"{TEXT}<aside><p>{MISSED}</p></aside>{TEXT}",
        f"<p>{CHOSEN}</p>" + f"<p>{MISSED}</p>" * 3 + f"<p>{CHOSEN}</p>",
        f'<div><p class="text">{MISSED}</p></div>{CLASSED}',
        f'{CLASSED}<div class="newsletter"><p class="text">{MISSED}</p></div>',
        f'{CLASSED}<div><p class="text">The long frost</p></div>',
    ],
)
def test_what_else_is_there_is_not(html: str) -> None:
    assert list_added(html) == []


def test_a_letter_that_begins_a_word_is_chosen() -> None:
    runs = split_runs(
        parse_page("<html><body><div>T</div><p>he river rose.</p></body></html>").body
    )
    runs[1].is_kept = True
    fill_gaps(runs)
    assert [run.is_kept for run in runs] == [True, True]
