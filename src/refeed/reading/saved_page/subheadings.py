"""Makes headings of what a page only shows as such."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from refeed.reading.saved_page.parts import find_heading

if TYPE_CHECKING:
    from refeed.reading.saved_page.runs import Run
    from refeed.reading.saved_page.tree import Element

_NAME = re.compile(
    r"(?:^|[\s_-])(?:sub-?head(?:ing|er|line)?|cross-?head\w*|\w*interline|inter-?tit(?:le|re)s?"
    r"|zwischen-?(?:titel|ueberschrift|zeile)|ladillos?|mell[ao]m-?(?:tittel|rubrik)|mellan-?rubrik"
    r"|tussen-?kop(?:je)?)(?:$|[\s_-])",
    re.IGNORECASE,
)
_BLOCKS = frozenset(("p", "div"))
_BOLD = frozenset(("b", "strong"))
_LEVEL = re.compile(r"[2-6]")
_DEFAULT = "2"
_SENTENCE = re.compile(r"[.:;,!?…。：；，！？][\"'”“’»)]*$")
_SHORTEST = 3
_LONGEST = 100
_SHORTEST_TEXT = 50
_FEWEST = 2
"""Bold paragraphs that are headings, where a text has no others."""


def mark_subheadings(runs: list[Run]) -> None:
    """Make headings of chosen paragraphs that are some, in place.

    These are those whose role says so (WAI-ARIA, `heading`) or whose class, in the words of
    several languages; and where a text has no headings, two or more that are all bold, each no
    sentence and before a text.
    """
    chosen = [run for run in runs if run.is_kept]
    bold = []
    for run, after in pairwise(chosen):
        block = run.block
        if find_heading(run) is not None or not _is_alone(run):
            continue
        if block.get("role") == "heading":
            level = _LEVEL.fullmatch(block.get("aria-level") or "")
            block.tag = f"h{level[0] if level else _DEFAULT}"
        elif not _is_label(run):
            continue
        elif _NAME.search(block.get("class") or ""):
            block.tag = f"h{_DEFAULT}"
        elif len(after.letters) >= _SHORTEST_TEXT and run is not chosen[0] and _is_bold(run):
            bold.append(block)
    if len(bold) >= _FEWEST and not any(find_heading(run) is not None for run in chosen):
        for block in bold:
            block.tag = f"h{_DEFAULT}"


def _is_alone(run: Run) -> bool:
    """Tell whether a run is all that its paragraph holds."""
    return run.block.tag in _BLOCKS and len(run.inline) == len(list(run.block.iterdescendants()))


def _is_label(run: Run) -> bool:
    text = run.text.strip()
    if len(run.letters) < _SHORTEST or len(text) > _LONGEST or _SENTENCE.search(text):
        return False
    return run.block.find(".//a") is None and run.block.find(".//img") is None


def _is_bold(run: Run) -> bool:
    return all(
        _is_within_bold(e.getparent() if is_tail else e, run.block) for e, is_tail in run.places
    )


def _is_within_bold(element: Element, block: Element) -> bool:
    while element is not block:
        if element.tag in _BOLD:
            return True
        element = element.getparent()
    return False
