"""Runs of text of a page: the text between the borders of blocks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

from refeed.text.blocks import BLOCKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refeed.reading.saved_page.tree import Element

_EDGES = BLOCKS | {"html", "title"}
"""Elements that begin and end a run. So do those that pages make up, which have a hyphen."""

NO_TEXT = frozenset(
    """
    audio canvas embed frame frameset head iframe math noscript object rp rt script select style svg
    template textarea video
    """.split()
)
"""Elements whose text is no part of a run; those of readings of characters among them."""

_NO_WORD = re.compile(r"[\W_]+")


class Run:
    """A run of text.

    Attributes:
        block: the nearest block element around it.
        places: what holds its parts, an element and whether the part is the text behind it.
        inline: the elements in it that are no blocks.
        letters: its letters and digits, in lower case.
        is_kept: whether it is the article's.
    """

    __slots__ = ("block", "inline", "is_kept", "letters", "places")

    def __init__(self, block: Element) -> None:
        self.block = block
        self.places: list[tuple[Element, bool]] = []
        self.inline: list[Element] = []
        self.letters = ""
        self.is_kept = False

    @property
    def text(self) -> str:
        """Return its text, as it stands there."""
        return "".join((e.tail if is_tail else e.text) or "" for e, is_tail in self.places)


def squeeze(text: str) -> str:
    """Return the letters and digits of a text, in lower case."""
    return _NO_WORD.sub("", text).lower()


def is_block(tag: object) -> bool:
    """Tell whether elements of a name are blocks."""
    return tag in _EDGES or "-" in str(tag)


def split_runs(body: Element) -> list[Run]:
    """Return the runs of a page that have letters, in its order."""
    runs = [run for run in _walk(body) if run.places]
    for run in runs:
        run.letters = squeeze(run.text)
    return [run for run in runs if run.letters]


def _walk(body: Element) -> Iterator[Run]:
    """Yield the runs, without their letters. No recursion: pages nest deeply."""
    run = Run(body)
    blocks = [body]
    walk = etree.iterwalk(body, events=("start", "end"))
    for event, element in walk:
        tag = element.tag
        block = element is body or is_block(tag)
        if event == "end":
            if block:
                yield run
                blocks.pop()
                run = Run(blocks[-1] if blocks else body)
            if element is not body and (tail := element.tail) and not tail.isspace():
                run.places.append((element, True))
            continue
        if element is not body and tag in NO_TEXT:
            run.inline.append(element)
            walk.skip_subtree()
            continue
        if block:
            yield run
            if element is not body:
                blocks.append(element)
            run = Run(element)
        else:
            run.inline.append(element)
        if (text := element.text) and not text.isspace():
            run.places.append((element, False))
