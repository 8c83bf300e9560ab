"""The lines of cleaned HTML in their order, each with what it stands in.

What the sanitiser has written is searched by a pattern, in a fifth of the time that a tree takes:
its tags are closed, and no value of an attribute has a `<` or a `>` in it.
"""

from __future__ import annotations

import html as entities
import re
from itertools import groupby
from typing import TYPE_CHECKING, Final

from refeed.cleaning.element_kinds import HEADINGS, collapse
from refeed.text.blocks import BLOCKS

if TYPE_CHECKING:
    from collections.abc import Sequence

ATTRIBUTES: Final = "[^>]*"
TAG: Final = re.compile(rf"<(/?)([a-z][a-z0-9]*){ATTRIBUTES}>")
"""A tag: whether it ends an element, and its name."""
_LINK: Final = re.compile(rf"<a\b({ATTRIBUTES})>(.*?)</a>", re.DOTALL)
_HREF: Final = re.compile(r"\bhref=\"([^\"]*)\"")
_SPARED: Final = frozenset(
    "blockquote caption code dd dt figcaption figure pre q table details".split()
)
_LISTS: Final = frozenset({"ul", "ol"})
_EDGES: Final = BLOCKS | {"br"}
_CONTEXT: Final = _SPARED | HEADINGS | _LISTS | {"li"}
_BY_FIRST: Final = groupby(sorted(_EDGES | _SPARED), key=lambda name: name[0])
_NAMES: Final = (f"{first}(?:{'|'.join(n[1:] for n in names)})" for first, names in _BY_FIRST)
_STRUCTURE: Final = re.compile(rf"<(/?)({'|'.join(_NAMES)})\b{ATTRIBUTES}>")
"""A tag where lines end, or that matters to the lines in it; by first letters for speed."""


class ShownLine:
    """A line.

    Attributes:
        start: where its HTML begins.
        end: where its HTML ends.
        raw: its HTML.
        length: of its text, about.
        is_spared: whether it stands in a quotation, a table, code or a caption, from which nothing
            that was learned is taken.
        is_heading: whether it stands in a heading.
        is_below_image: whether nothing stands between it and a picture above.
        list: a number of the outermost list that it is in, or 0.
    """

    __slots__ = (
        "_shown",
        "_text",
        "end",
        "is_below_image",
        "is_heading",
        "is_spared",
        "length",
        "list",
        "raw",
        "start",
    )

    def __init__(
        self,
        start: int,
        raw: str,
        shown: str,
        around: Around,
        is_below_image: bool,  # noqa: FBT001 - as it is kept
    ) -> None:
        self.start = start
        self.end = start + len(raw)
        self.raw = raw
        self.length = len(shown)
        self.is_spared = around.spared > 0
        self.is_heading = around.headings > 0
        self.is_below_image = is_below_image
        self.list = around.list if around.lists > 0 else 0
        self._shown = shown
        self._text: str | None = None

    @property
    def text(self) -> str:
        """Its text, white space collapsed."""
        if self._text is None:
            self._text = _read(self._shown)
        return self._text

    @property
    def has_link(self) -> bool:
        """Whether a link is in it."""
        return "<a " in self.raw

    def list_links(self) -> list[tuple[str, str]]:
        """Return the address and the text of each link in it."""
        return [
            (entities.unescape(href[1]), _read(TAG.sub("", inside)))
            for attributes, inside in _LINK.findall(self.raw)
            if (href := _HREF.search(attributes))
        ]


def list_shown_lines(html: str) -> Sequence[ShownLine]:
    """Return the lines of cleaned HTML; one without text is none."""
    lines: list[ShownLine] = []
    around = Around()
    start, is_below_image = 0, False
    for tag in _STRUCTURE.finditer(html):
        closes, name = tag.groups()
        if name in _EDGES:
            end, stop = tag.span()
            if end > start and (raw := html[start:end].strip()):
                if line := _build_line(html.index(raw[0], start), raw, around, is_below_image):
                    lines.append(line)
                    is_below_image = False
                else:
                    is_below_image = "<img " in raw
            start = stop
        if name in _CONTEXT:
            around.enter(name, -1 if closes else 1)
    raw = html[start:].strip()
    if raw and (line := _build_line(html.index(raw[0], start), raw, around, is_below_image)):
        lines.append(line)
    return lines


class Around:
    """What the lines at some place stand in."""

    def __init__(self) -> None:
        self.spared = self.headings = self.lists = self.list = 0
        self.is_list_open = False

    def enter(self, name: str, by: int) -> None:
        """Enter an element, or leave it."""
        if name in _SPARED:
            self.spared += by
        elif name in HEADINGS:
            self.headings += by
        else:
            if by > 0 and not self.lists and not self.is_list_open:
                # Items without a list around them are one list as long as nothing is between.
                self.list += 1
            self.lists += by
            self.is_list_open = self.lists > 0 or name == "li"


def _build_line(start: int, raw: str, around: Around, is_below_image: bool) -> ShownLine | None:  # noqa: FBT001 - as it is passed on
    """Return what stands between two edges as a line, if it has text."""
    shown = raw
    if "<" in raw:
        shown = TAG.sub("", raw).strip()
        if not shown:
            return None
        is_below_image = is_below_image or "<img " in raw
    around.is_list_open = around.lists > 0
    return ShownLine(start, raw, shown, around, is_below_image)


def _read(text: str) -> str:
    return collapse(entities.unescape(text) if "&" in text else text)
