"""Settles where an article's text begins: behind the heading that is its title.

Extractors often miss the paragraph between the two, and take a word above it for text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refeed.reading.saved_page.furniture import SENTENCE_END, find_own_text, is_box, is_note
from refeed.reading.saved_page.parts import find_heading
from refeed.reading.saved_page.runs import squeeze

if TYPE_CHECKING:
    from refeed.reading.saved_page.runs import Run

_NEVER = frozenset("nav footer aside button select option figure figcaption form table".split())
_NAME = re.compile(
    r"(?:^|[\s_-])(?:sub-?(?:title|heading|headline|line)|standfirst|stand-first|excerpt|abstract|dek"
    r"|deck|lead|lede|intro|teaser|summary|chapo|entradilla|bajada|vorspann)(?:$|[\s_-])",
    re.IGNORECASE,
)
_MOST_BEHIND = 0.8
"""The share of the chosen letters that are behind the title."""

_NEAR = 15
_NEAR_TEXT = 3
_SHORTEST = 50
_LONGEST = 1500
_TEASER = "teaser"
"""Names a box of another article, but also the paragraph that leads into this one."""


def choose_standfirst(runs: list[Run], title: str) -> None:
    """Choose the sentences between the heading that is the title and the text.

    Those count that stand in no box of other things. Of what was chosen above the heading, what is
    too short for a sentence is left out.
    """
    start = _find_title(runs, squeeze(title))
    if start is None:
        return
    for run in runs[:start]:
        run.is_kept = run.is_kept and len(run.letters) >= _SHORTEST
    text = "".join(run.letters for run in runs if run.is_kept)
    behind = range(start + 1, len(runs))
    first = next((at for at in behind if runs[at].is_kept and _is_text(runs[at])), start)
    for at in range(start + 1, first):
        run = runs[at]
        is_near = at < start + _NEAR or at >= first - _NEAR_TEXT
        if is_near and run.letters not in text and _is_standfirst(run):
            run.is_kept = True


def _find_title(runs: list[Run], letters: str) -> int | None:
    """Return the place of the last heading before the text that is the title."""
    left = sum(len(run.letters) for run in runs if run.is_kept)
    least = left * _MOST_BEHIND
    found = None
    for at, run in enumerate(runs):
        if left >= least and run.letters == letters and find_heading(run) is not None:
            found = at
        elif run.is_kept and _is_text(run) and found is not None:
            break
        left -= run.is_kept * len(run.letters)
    return found


def _is_text(run: Run) -> bool:
    return len(run.letters) >= _SHORTEST and find_heading(run) is None


def _is_standfirst(run: Run) -> bool:
    text = " ".join(run.text.split())
    around = [run.block, *run.block.iterancestors()]
    if not _SHORTEST <= len(text) <= _LONGEST or len(find_own_text(run)) < len(text) / 2:
        return False
    names = " ".join(each.get("class") or "" for each in around[:2])
    if is_note(run.block) or not (SENTENCE_END.search(text) or _NAME.search(names)):
        return False
    if any(each.tag in _NEVER for each in around):
        return False
    return not any(is_box(each) and _TEASER not in (each.get("class") or "") for each in around)
