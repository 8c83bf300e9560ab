"""An article with what cleaning removed struck out, for people who look at what a rule does."""

from __future__ import annotations

import html as entities
import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from refeed.cleaning.sanitiser import sanitise
from refeed.cleaning.shown_lines import list_shown_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from refeed.cleaning.explaining import Edit

_TAG: Final = re.compile(r"<[^>]*>")
_LEAST: Final = 12
"""Characters of a text that is found again in what an edit says was removed."""


def strike_out(before: str, after: str, edits: Sequence[Edit]) -> str:
    """Return an article with the lines struck out that cleaning removed, each with the reason.

    Args:
        before: the article, safe, with all that it says.
        after: the article as it is published.
        edits: what cleaning did.

    Returns:
        Sanitised HTML.
    """
    left = Counter(_squeeze(line.text) for line in list_shown_lines(after))
    reasons = [(_squeeze(_TAG.sub("", edit.what)), edit) for edit in edits if _removes(edit)]
    pieces, start = [], 0
    for line in list_shown_lines(before):
        text = _squeeze(line.text)
        if left[text] > 0:
            left[text] -= 1
            continue
        reason = entities.escape(_find_reason(text, reasons))
        pieces += [before[start : line.start], f'<del title="{reason}">{line.raw}</del>']
        pieces.append(f" <small>[{reason}]</small>")
        start = line.end
    return sanitise("".join([*pieces, before[start:]]))


def _removes(edit: Edit) -> bool:
    return edit.action in {"removed", "replaced"} and edit.step != "sanitiser"


def _find_reason(text: str, reasons: Iterable[tuple[str, Edit]]) -> str:
    """Return the step and rule that removed a line: the edit that tells of its text."""
    for removed, edit in reasons:
        told = removed.rstrip("…")
        if told and (
            text == told
            or (len(told) >= _LEAST and text.startswith(told))
            or (len(text) >= _LEAST and text in told)
        ):
            return f"{edit.step}: {edit.rule}"
    return "with what it stood in, or changed"


def _squeeze(text: str) -> str:
    return "".join(text.split())
