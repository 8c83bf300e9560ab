"""Chooses text that extractors pass over amid the text that they choose."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from refeed.reading.saved_page.furniture import (
    SENTENCE_END,
    find_own_text,
    is_box,
    is_note,
)
from refeed.reading.saved_page.runs import squeeze
from refeed.reading.saved_page.tree import is_within

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from refeed.reading.saved_page.runs import Run
    from refeed.reading.saved_page.tree import Element

_TEXT = frozenset("p li dd dt".split())
_AROUND = frozenset("ul ol li dl blockquote".split())
_NEVER = frozenset(
    "nav footer aside button select option figure figcaption form table header".split()
)
_FEWEST = 3
"""Chosen runs of a container, from which what is between them is its text, too."""

_MOST = 0.6
"""The share of a container's letters, or of the text, that is chosen then."""

_LEAST = 0.2
"""The share of the text that a container holds then."""

_SHORTEST = 50


def fill_gaps(runs: list[Run]) -> None:
    """Choose paragraphs and items of lists that belong to the chosen ones.

    Those do that stand between chosen ones in an element whose text was mostly chosen, and
    sentences in paragraphs of the class that most of the chosen text has. Neither do links, boxes
    of other things, nor what stands elsewhere in the text, too. So does a letter that begins a
    word.
    """
    chosen = [run for run in runs if run.is_kept]
    total = _count(chosen)
    letters = "".join(run.letters for run in chosen)
    holding = {each for run in chosen for each in run.block.iterancestors()}
    for run in (*_find_between(runs, total), *_find_alike(runs, chosen, total)):
        if _is_text(run, holding) and run.letters not in letters:
            run.is_kept = True
    for run, after in pairwise(runs):
        if len(run.letters) == 1 and after.is_kept and after.text.strip()[:1].islower():
            run.is_kept = True


def _count(runs: Iterable[Run]) -> int:
    return sum(len(run.letters) for run in runs)


def _find_between(runs: list[Run], total: int) -> Iterator[Run]:
    """Yield what is between chosen runs of one element."""
    inside: dict[Element, list[Run]] = {}
    for run in runs:
        inside.setdefault(_find_container(run.block), []).append(run)
    for held in inside.values():
        places = [at for at, run in enumerate(held) if run.is_kept]
        found = _count(held[at] for at in places)
        if len(places) >= _FEWEST and found >= max(_count(held) * _MOST, total * _LEAST):
            between = held[places[0] : places[-1]]
            yield from (run for run in between if run.block.tag in _TEXT)


def _find_container(block: Element) -> Element:
    parent = block.getparent()
    while parent is not None and parent.tag in _AROUND:
        parent = parent.getparent()
    return parent


def _find_alike(runs: list[Run], chosen: list[Run], total: int) -> Iterator[Run]:
    """Yield sentences in paragraphs of the class that most chosen text has."""
    weights: dict[str, int] = {}
    for run in chosen:
        if run.block.tag == "p" and (name := run.block.get("class")):
            weights[name] = weights.get(name, 0) + len(run.letters)
    own = max(weights, key=weights.__getitem__, default="")
    if weights.get(own, 0) < total * _MOST or not chosen:
        return
    for run in runs[runs.index(chosen[0]) :]:
        is_alike = run.block.tag == "p" and run.block.get("class") == own
        if is_alike and len(run.letters) >= _SHORTEST and SENTENCE_END.search(run.text.strip()):
            yield run


def _is_text(run: Run, holding: set[Element]) -> bool:
    if is_within(run.block, _NEVER) or is_note(run.block):
        return False
    if len(squeeze(find_own_text(run))) < len(run.letters) / 2:
        return False
    around = [run.block]
    for each in run.block.iterancestors():
        if each in holding:
            break
        around.append(each)
    return not any(is_box(each) and not _names_paywall(each) for each in around)


def _names_paywall(element: Element) -> bool:
    """Tell whether a box is what is behind a paywall: it may be the rest of the text."""
    return "paywall" in (element.get("class") or "").lower()
