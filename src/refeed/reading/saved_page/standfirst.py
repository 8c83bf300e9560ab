"""Chooses the paragraph between an article's heading and its text, which extractors often miss."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refeed.reading.saved_page.furniture import find_own_text, is_box
from refeed.reading.saved_page.parts import find_heading
from refeed.reading.saved_page.runs import squeeze

if TYPE_CHECKING:
    from refeed.reading.saved_page.runs import Run

_NEVER = frozenset("nav footer aside button select option figure figcaption form table".split())
_SENTENCE_END = re.compile(r"[.?!…。？！][\"'”“’»)]*$")
_NEAR = 15
_SHORTEST = 50
_LONGEST = 800
_TEASER = "teaser"
"""Names a box of another article, but also the paragraph that leads into this one."""


def choose_standfirst(runs: list[Run], title: str) -> None:
    """Choose the sentences between the heading that is the title and the first chosen run.

    Those count that stand in no box of other things.
    """
    letters = squeeze(title)
    first = next((at for at, run in enumerate(runs) if run.is_kept), 0)
    headings = (at for at in range(first, -1, -1) if letters and _is_title(runs[at], letters))
    start = next(headings, first)
    text = "".join(run.letters for run in runs[first:] if run.is_kept)
    for run in runs[start + 1 : min(first, start + _NEAR)]:
        if run.letters not in text and _is_standfirst(run):
            run.is_kept = True


def _is_title(run: Run, letters: str) -> bool:
    return run.letters == letters and find_heading(run) is not None


def _is_standfirst(run: Run) -> bool:
    text = " ".join(run.text.split())
    if not _SHORTEST <= len(text) <= _LONGEST or not _SENTENCE_END.search(text):
        return False
    around = [run.block, *run.block.iterancestors()]
    if any(each.tag in _NEVER for each in around) or len(find_own_text(run)) < len(text) / 2:
        return False
    return not any(is_box(each) and _TEASER not in (each.get("class") or "") for each in around)
