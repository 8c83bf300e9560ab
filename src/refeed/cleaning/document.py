"""The parsed article that the steps of cleaning look at, and the changes that they may ask for.

A step reads the document and returns changes; `apply` makes them. So a step decides and changes
nothing, the order of things stays in one place, and every change can be told to a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Element: TypeAlias = Any
"""An lxml element; lxml publishes no types."""

BLOCKS = frozenset(
    "address article aside blockquote body center dd details div dl dt fieldset "
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre "
    "section summary table tbody td tfoot th thead tr ul".split()
)
"""Elements that start on a line of their own."""

MEDIA = frozenset("img video audio hr iframe object embed".split())
"""Elements that show something without holding text."""

MADE = frozenset({"a", "div", "p"})
"""Elements that steps put in, or make of others."""

KEEP_MARK = "data-refeed-keep"
DROP_MARK = "data-refeed-drop"
"""Attributes in which the operator's selectors are noted on the elements that they match."""


@dataclass(frozen=True, slots=True)
class Document:
    """An article's HTML as a tree.

    Attributes:
        body: the root; its children are the article.
        url: the article's address, the base of relative ones.
        tags: the names that elements may have: those that it began with, and those of elements
            that steps put in.
        has_keep_marks: whether an operator's `keep` matched anything.
        flattened: whether this is only the text of an article nested deeper than the parser goes.
    """

    body: Element
    url: str
    tags: frozenset[str]
    has_keep_marks: bool = False
    flattened: bool = False

    def all(self, *tags: str) -> list[Element]:
        """Return the elements of these names in document order."""
        if tags and self.tags.isdisjoint(tags):
            return []
        return list(self.body.iter(*tags))

    def protected(self, element: Element) -> bool:
        """Tell whether an operator's `keep` holds for the element or what is in or around it."""
        if not self.has_keep_marks:
            return False
        around = (*element.iter(), *element.iterancestors())
        return any(e.get(KEEP_MARK) is not None for e in around)


@dataclass(frozen=True, slots=True)
class Remove:
    """Take the element out with all that it holds."""

    element: Element
    rule: str


@dataclass(frozen=True, slots=True)
class Unwrap:
    """Take the element out and leave what it holds in its place."""

    element: Element
    rule: str


@dataclass(frozen=True, slots=True)
class SetAttribute:
    """Give an attribute another value; None takes it off."""

    element: Element
    name: str
    value: str | None
    rule: str


@dataclass(frozen=True, slots=True)
class Replace:
    """Put another element where this one is."""

    element: Element
    replacement: Element
    rule: str


@dataclass(frozen=True, slots=True)
class Rename:
    """Give the element another name."""

    element: Element
    tag: str
    rule: str


@dataclass(frozen=True, slots=True)
class RemoveLine:
    """Take one line of a block out, with one of the line breaks that it stands between."""

    line: Line
    rule: str


@dataclass(frozen=True, slots=True)
class Split:
    """End the element before each block that it holds directly, and begin it again after."""

    element: Element
    rule: str


Change: TypeAlias = Remove | Unwrap | SetAttribute | Replace | Rename | RemoveLine | Split


class TextSlot(NamedTuple):
    """A place where lxml keeps text: before an element's first child, or after the element."""

    element: Element
    is_tail: bool

    @property
    def text(self) -> str:
        """The text that stands there now."""
        return (self.element.tail if self.is_tail else self.element.text) or ""


class Line(NamedTuple):
    """What stands between two line breaks of a block.

    Attributes:
        parts: text slots and inline elements, in order.
        text: all their text, white space collapsed.
        line_break: the `br` that ends it, or else the one before it, or None.
    """

    parts: tuple[TextSlot | Element, ...]
    text: str
    line_break: Element | None


def text_of(element: Element) -> str:
    """Return an element's text, white space collapsed."""
    return collapsed("".join(element.itertext()))


def collapsed(text: str) -> str:
    """Return a text with its white space collapsed."""
    return " ".join(text.split())


def texts_of(document: Document) -> dict[Element, str]:
    """Return the text of every element, as it stands: cheaper in one go than one by one."""
    texts: dict[Element, str] = {}
    for element in reversed(document.all()):
        parts = [element.text or ""]
        for child in element:
            parts += (texts[child], child.tail or "")
        texts[element] = "".join(parts)
    return texts


def lines_of(document: Document, texts: Mapping[Element, str]) -> Iterator[Line]:
    """Yield the lines of all blocks: what stands between `<br>`s and the edges of blocks.

    To remove some, begin with the last: a line's text may hang on the break before it.

    Args:
        document: the article.
        texts: of `texts_of`.
    """
    elements = document.all()
    breaking = _breaking(elements)
    for parent in elements:
        if parent.tag in BLOCKS or any(child in breaking for child in parent):
            yield from _lines_in(parent, breaking, texts)


def _breaking(elements: list[Element]) -> set[Element]:
    """Return the elements that are a line break or a block, or hold one."""
    found: set[Element] = set()
    for element in reversed(elements):
        if element.tag == "br" or element.tag in BLOCKS or element in found:
            found.add(element)
            found.add(element.getparent())
    return found


def _lines_in(
    parent: Element, breaking: set[Element], texts: Mapping[Element, str]
) -> Iterator[Line]:
    parts: list[TextSlot | Element] = [TextSlot(parent, is_tail=False)]
    before: Element | None = None
    for child in parent:
        if child in breaking:
            line_break = child if child.tag == "br" else None
            yield from _line(parts, before if line_break is None else line_break, texts)
            parts, before = [TextSlot(child, is_tail=True)], line_break
        else:
            parts += [child, TextSlot(child, is_tail=True)]
    yield from _line(parts, before, texts)


def _line(
    parts: list[TextSlot | Element], line_break: Element | None, texts: Mapping[Element, str]
) -> Iterator[Line]:
    text = collapsed("".join([p.text if isinstance(p, TextSlot) else texts[p] for p in parts]))
    if text:
        yield Line(tuple(parts), text, line_break)


def shows_nothing(element: Element) -> bool:
    """Tell whether an element holds neither text nor media."""
    return not any(e.tag in MEDIA for e in element.iter()) and not text_of(element)


def apply(changes: Iterable[Change]) -> None:
    """Make the changes, in their order. One whose element an earlier one took away does nothing."""
    for change in changes:
        match change:
            case SetAttribute(element, name, None):
                element.attrib.pop(name, None)
            case SetAttribute(element, name, value):
                element.set(name, value)
            case RemoveLine(line):
                _remove_line(line)
            case Remove(element):
                _take_out(element)
            case Unwrap(element):
                _unwrap(element)
            case Replace(element, replacement):
                _replace(element, replacement)
            case Rename(element, tag):
                element.tag = tag
            case Split(element):
                _split(element)


def _remove_line(line: Line) -> None:
    for part in line.parts:
        if isinstance(part, TextSlot):
            if part.is_tail:
                part.element.tail = None
            else:
                part.element.text = None
    for part in line.parts:
        if not isinstance(part, TextSlot):
            _take_out(part)
    if line.line_break is not None:
        _take_out(line.line_break)


def _append_text(parent: Element, index: int, text: str) -> None:
    """Add text before the parent's child number `index`."""
    if index == 0:
        parent.text = (parent.text or "") + text
    else:
        before = parent[index - 1]
        before.tail = (before.tail or "") + text


def _take_out(element: Element) -> None:
    parent = element.getparent()
    if parent is None:
        return
    index = parent.index(element)
    tail = element.tail
    parent.remove(element)
    if tail:
        _append_text(parent, index, tail)


def _unwrap(element: Element) -> None:
    parent = element.getparent()
    if parent is None:
        return
    index = parent.index(element)
    _append_text(parent, index, element.text or "")
    children = list(element)
    for offset, child in enumerate(children):
        parent.insert(index + offset, child)
    after = index + len(children)
    tail = element.tail
    parent.remove(element)
    if tail:
        _append_text(parent, after, tail)


def _replace(element: Element, replacement: Element) -> None:
    parent = element.getparent()
    if parent is None:
        return
    replacement.tail = element.tail
    parent.replace(element, replacement)


def _split(element: Element) -> None:
    parent = element.getparent()
    if parent is None:
        return
    piece = etree.Element(element.tag, element.attrib)
    piece.text = element.text
    pieces = [piece]
    for child in list(element):
        if child.tag in BLOCKS:
            piece = etree.Element(element.tag, element.attrib)
            piece.text, child.tail = child.tail, None
            pieces += [child, piece]
        else:
            piece.append(child)
    pieces = [
        p for p in pieces if p.tag in BLOCKS - {element.tag} or len(p) or (p.text or "").strip()
    ]
    index = parent.index(element)
    tail = element.tail
    parent.remove(element)
    for offset, made in enumerate(pieces):
        parent.insert(index + offset, made)
    if tail:
        _append_text(parent, index + len(pieces), tail)


def element(tag: str, text: str = "", **attributes: str) -> Element:
    """Return a new element, for `Replace`."""
    made = etree.Element(tag, attributes)
    made.text = text
    return made
