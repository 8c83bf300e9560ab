"""The lines of an article in reading order, and which of them rules have taken out so far.

Rules on lines find more when others have found something: what stood before a removed list of
links is the end of the article now. So they look at the lines that are left, until none finds more,
and the tree is changed once.
"""

from __future__ import annotations

from collections import deque
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from refeed.cleaning.changes import Remove, RemoveLine
from refeed.cleaning.element_kinds import (
    HEADINGS,
    MEDIA,
    collapse,
    find_around,
    is_dense,
    is_within,
)
from refeed.cleaning.lazy_attribute import LazyAttribute
from refeed.cleaning.text_lines import list_lines_from_the_end

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from typing import TypeAlias

    from refeed.cleaning.changes import Change
    from refeed.cleaning.dom import Document
    from refeed.cleaning.element_kinds import Element
    from refeed.cleaning.text_lines import Line

    _Place: TypeAlias = tuple[int, int]

_LISTS = frozenset({"ul", "ol", "dl", "menu", "dir"})
_BOLD = frozenset({"b", "strong"})
_SHOWN = MEDIA - {"hr"}
_SAMPLE = 1000
_FEWEST = 300
_NOT_FURNITURE = frozenset("blockquote q pre code figcaption caption th td".split())


class _Kinds(NamedTuple):
    """What an article has at all, so that most lines need not look around.

    Attributes:
        linked: what holds a link, is one, or stands in one.
        lists: an element in a list, or a list -> the outermost list there.
        has_headings: whether there is a heading.
        has_quotations: whether there is a quotation, a table, a caption or code.
    """

    linked: AbstractSet[Element]
    lists: Mapping[Element, Element]
    has_headings: bool
    has_quotations: bool


class ArticleLine:
    """A line, with what rules ask of it.

    Attributes:
        line: where it is in the tree.
        text: its text, white space collapsed.
        at: its place in reading order.
        links: the links in it, or the one around it.
    """

    def __init__(self, line: Line, at: _Place, document: Document, kinds: _Kinds) -> None:
        self.line = line
        self.text = line.text
        self.at = at
        self.links = _find_links(line) if line.holder in kinds.linked else ()
        self._document = document
        self._kinds = kinds

    @LazyAttribute
    def around(self) -> tuple[Element, ...]:
        """The elements that it stands in, the innermost first."""
        return (self.line.holder, *self.line.holder.iterancestors())

    @LazyAttribute
    def targets(self) -> tuple[str, ...]:
        """Where its links lead, each target once."""
        return tuple(dict.fromkeys(self.hrefs))

    @LazyAttribute
    def hrefs(self) -> tuple[str, ...]:
        """Where its links lead, in their order."""
        return tuple(link.get("href") or "" for link in self.links)

    @LazyAttribute
    def link_texts(self) -> tuple[str, ...]:
        """What its links say, in their order."""
        return tuple(map(self._document.shown_text, self.links))

    @LazyAttribute
    def outside(self) -> str:
        """Its text without that of its links."""
        text = self.text
        for link in self.link_texts:
            text = text.replace(link, " ", 1)
        return collapse(text)

    @LazyAttribute
    def is_heading(self) -> bool:
        """Whether it stands in a heading."""
        if not self._kinds.has_headings:
            return False
        holder = self.line.holder
        return holder.tag in HEADINGS or find_around(holder, HEADINGS) is not None

    @LazyAttribute
    def is_bold(self) -> bool:
        """Whether it stands in bold letters, and nothing else in its block."""
        if not self.line.is_whole_block:
            return False
        holder = self.line.holder
        held = list(holder)
        return (
            len(held) == 1
            and held[0].tag in _BOLD
            and not (holder.text or "").strip()
            and not (held[0].tail or "").strip()
        )

    @LazyAttribute
    def may_be_furniture(self) -> bool:
        """Whether it stands in no quotation, table or code, nor in a caption but a link's own."""
        if not self._kinds.has_quotations:
            return True
        holder = self.line.holder
        is_in_a_link = find_around(holder, {"a"}) is not None
        spared = _NOT_FURNITURE - {"figcaption"} if is_in_a_link else _NOT_FURNITURE
        if holder.tag in spared:
            return False
        if find_around(holder, spared) is not None:
            return False
        return not any(next(e.iter(*spared), None) is not None for e in self.line.inline)

    @LazyAttribute
    def is_quotation(self) -> bool:
        """Whether it is all that a quotation holds."""
        holder = self.line.holder
        quotation = next((e for e in self.around if e.tag == "blockquote"), None)
        return (
            quotation is not None
            and self.line.is_whole_block
            and self._document.shown_text(quotation) == self._document.shown_text(holder)
        )

    @property
    def outermost_list(self) -> Element | None:
        """The list that it is in, or None; of lists in lists the outermost."""
        return self._kinds.lists.get(self.line.holder)


class ArticleLines:
    """The lines that are left of an article."""

    def __init__(self, document: Document) -> None:
        self.document = document
        order = {element: at for at, element in enumerate(document.elements)}
        kinds = _find_kinds(document)
        self._from_the_end = [
            ArticleLine(line, _find_place(line, order), document, kinds)
            for line in list_lines_from_the_end(document)
        ]
        self._left = sorted(self._from_the_end, key=lambda each: each.at)
        self._order = order
        self._gone: dict[ArticleLine, str] = {}
        self._elements: dict[Element, str] = {}
        self._behind: dict[ArticleLine, int] | None = None
        self.whole = self.length = sum(len(line.text) for line in self._left)

    @property
    def left(self) -> Sequence[ArticleLine]:
        """The lines that are left, in reading order."""
        return self._left

    def is_enough(self, length: int) -> bool:
        """Tell whether so many characters are an article's, not a label's."""
        return length >= _FEWEST or length >= self._fewest

    @LazyAttribute
    def _fewest(self) -> int:
        text = self.document.text(self.document.body)[:_SAMPLE]
        return _FEWEST // (3 if is_dense("".join(text.split())) else 1)

    def remove(self, lines: Iterable[ArticleLine], rule: str) -> None:
        """Take lines out."""
        going = [line for line in lines if line not in self._gone and not self._is_protected(line)]
        self._gone.update(dict.fromkeys(going, rule))
        if going:
            self._left = [line for line in self._left if line not in self._gone]
            self.length -= sum(len(line.text) for line in going)
            self._behind = None

    def remove_elements(self, elements: Iterable[Element], rule: str) -> None:
        """Take elements out with the lines and pictures in them."""
        going = {e: rule for e in elements if not self.document.is_protected(e)}
        self._elements.update(going)
        if going:
            self.remove(
                [line for line in self._left if not going.keys().isdisjoint(line.around)], rule
            )

    def count_behind(self, line: ArticleLine) -> int:
        """Return the characters left behind a line that is left."""
        if self._behind is None:
            lengths = accumulate(len(each.text) for each in self._left)
            self._behind = {
                each: self.length - so_far for each, so_far in zip(self._left, lengths, strict=True)
            }
        return self._behind[line]

    def is_last(self, line: ArticleLine) -> bool:
        """Tell whether nothing is left behind a line, neither words nor pictures."""
        if not self._left or self._left[-1] is not line:
            return False
        behind = [media for at, media in self._media if at > line.at]
        if not behind:
            return True
        elements, links = self._find_elements(), set(self._find_linked_pictures())
        return all(is_within(media, elements.keys() | links) for media in behind)

    def changes(self) -> Iterator[Change]:
        """Yield the changes that take out what is gone.

        Lines come first, from the end: a line's text may stand behind an element that goes.
        """
        if not self._gone and not self._elements:
            return
        elements = self._find_elements()
        for line in self._from_the_end:
            if line in self._gone and elements.keys().isdisjoint(line.around):
                yield RemoveLine(line.line, self._gone[line])
        for element, rule in elements.items():
            yield Remove(element, rule)
        for link, rule in self._find_linked_pictures().items():
            if not is_within(link, elements.keys()):
                yield Remove(link, rule)

    def _find_elements(self) -> dict[Element, str]:
        """Return what goes as a whole: elements, and lists of which no line is left."""
        lists = {line.outermost_list: rule for line, rule in self._gone.items()}
        lists.pop(None, None)
        if lists:
            for line in self._left:
                lists.pop(line.outermost_list, None)
        return lists | self._elements

    def _find_linked_pictures(self) -> dict[Element, str]:
        """Return the pictures that lead where only titles lead that are gone."""
        if not self._gone or not self._links_of_pictures:
            return {}
        shown = self.document.shown_text
        around = {a for line in self._gone for a in line.links if shown(a) == line.text}
        likely = [a for a in self._links_of_pictures if a in around or not shown(a)]
        if not likely:
            return {}
        targets = {t: rule for line, rule in self._gone.items() for t in line.targets}
        for line in self._left:
            for target in line.targets:
                targets.pop(target, None)
        return {a: targets[a.get("href")] for a in likely if a.get("href") in targets}

    @LazyAttribute
    def _media(self) -> list[tuple[_Place, Element]]:
        return [((self._order[m], 0), m) for m in self.document.among(_SHOWN)]

    @LazyAttribute
    def _links_of_pictures(self) -> list[Element]:
        around = (find_around(image, {"a"}) for image in self.document.all("img"))
        return [link for link in dict.fromkeys(around) if link is not None]

    def _is_protected(self, line: ArticleLine) -> bool:
        return self.document.has_keep_marks and (
            self.document.is_protected(line.line.holder)
            or any(map(self.document.is_protected, line.line.inline))
        )


def _find_links(line: Line) -> tuple[Element, ...]:
    holder = line.holder
    if line.is_whole_block:
        inside = list(holder.iter("a"))
    else:
        inside = [link for element in line.inline for link in element.iter("a")]
    if holder.tag != "a":
        inside += holder.iterancestors("a")
    elif holder not in inside:
        inside.append(holder)
    return tuple(inside)


def _find_kinds(document: Document) -> _Kinds:
    linked: set[Element] = set()
    for link in document.all("a"):
        linked.update(link.iter())
        for around in link.iterancestors():
            if around in linked:
                break
            linked.add(around)
    lists: dict[Element, Element] = {}
    for outermost in document.among(_LISTS):
        if outermost not in lists:
            lists.update(dict.fromkeys(outermost.iter(), outermost))
    tags = document.tags()
    return _Kinds(linked, lists, not HEADINGS.isdisjoint(tags), not _NOT_FURNITURE.isdisjoint(tags))


def _find_place(line: Line, order: dict[Element, int]) -> _Place:
    if line.after is None:
        return order[line.holder], 0
    last = deque(line.after.iter(), maxlen=1).pop() if len(line.after) else line.after
    return order[last], 1
