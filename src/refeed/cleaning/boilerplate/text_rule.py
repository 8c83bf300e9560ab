"""A rule that removes a block or a line by its text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from refeed.urls import Pattern


@dataclass(frozen=True, slots=True)
class TextRule:
    """Takes out a block or a line by what it says.

    Attributes:
        name: human-readable.
        hints: the rule is tried only where one of these stands in the article's text.
        text: must match the whole text, white space collapsed.
        above: elements that go too when they stand right above.
        at_end: holds only for what has little of the article behind it.
        links: holds also for a link to the article itself at the end of a line.
        needs: the link that must be there: a kind of `boilerplate_anchors`, or "" for none.
        headings: holds for headings too.
        credits: holds for what stands right below a picture too.
        alone: holds only for a whole block, not for a line of one.
    """

    name: str
    hints: tuple[str, ...]
    text: Pattern
    above: frozenset[str]
    at_end: bool
    links: bool
    needs: str
    headings: bool
    credits: bool
    alone: bool
