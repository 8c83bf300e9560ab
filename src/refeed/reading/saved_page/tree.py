"""Whole pages to trees and back, by libxml2, as extraction needs them."""

from __future__ import annotations

import re
import threading
from copy import deepcopy
from html import escape
from typing import Any, TypeAlias

from lxml import etree
from lxml import html as lxml_html

from refeed.reading.saved_page.open_paragraphs import close_paragraphs
from refeed.text.html_characters import clean_characters

Element: TypeAlias = Any
"""An element of lxml.html, which has no types."""

_MOST_TAGS = 400_000
_LONG_ATTRIBUTE = 2000
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_GAVE_UP = etree.ErrorTypes.ERR_RESOURCE_LIMIT
_HEAD_END = re.compile(r"<body\b[^>]*>", re.IGNORECASE)
_HEAD_LENGTH = 1_000_000
_IN_HEAD = frozenset("base basefont bgsound link meta noscript script style template title".split())


class PageTree:
    """A parsed page.

    Attributes:
        root: its `html` element.
        is_whole: whether all of it was parsed: libxml2 stops at elements that nest too deeply.
        elements: all elements, in the page's order. While they are held, lxml makes no new objects
            for them each time that it passes them, which takes most of the time.
        long_attributes: those that were taken out, by what stands for them.
    """

    def __init__(self, root: Element, *, is_whole: bool = True) -> None:
        self.root = root
        self.is_whole = is_whole
        self.elements: list[Element] = list(root.iter(etree.Element))
        self.long_attributes: dict[str, str] = {}

    def copy(self) -> PageTree:
        """Return the same page, to be changed."""
        page = PageTree(deepcopy(self.root), is_whole=self.is_whole)
        page.long_attributes = self.long_attributes
        return page

    def take_out_long_attributes(self) -> None:
        """Replace long attributes by short ones, as pictures in `data:` addresses are, in place.

        Extraction copies the tree a few times, and searches its text.
        """
        for element in self.elements:
            for name, value in element.items():
                if len(value) > _LONG_ATTRIBUTE:
                    token = f"{value[:12]}refeed:{len(self.long_attributes)};"
                    self.long_attributes[token] = value
                    element.set(name, token)

    def measure_depth(self) -> int:
        """Return how many elements are in each other at most."""
        depths: dict[Element, int] = {}
        for element in self.elements:
            depths[element] = depths.get(element.getparent(), 0) + 1
        return max(depths.values(), default=0)

    @property
    def body(self) -> Element:
        """Return the `body` element, or the root where there is none."""
        body = self.root.find("body")
        return self.root if body is None else body


class _Parser(threading.local):
    """A parser for each thread, as libxml2's have a state."""

    def __init__(self) -> None:
        self._parsers = [
            lxml_html.HTMLParser(
                encoding="utf-8",
                collect_ids=False,
                remove_comments=True,
                remove_pis=True,
                huge_tree=huge,
            )
            for huge in (False, True)
        ]
        # lxml.html chooses a class for each element in Python, some hundred thousand times a page.
        for parser in self._parsers:
            parser.set_element_class_lookup(
                etree.ElementDefaultClassLookup(element=lxml_html.HtmlElement)
            )

    def parse(self, html: str, *, huge: bool) -> tuple[Element, bool]:
        """Return the root, or None where there is no element, and whether the parser gave up."""
        parser = self._parsers[huge]
        try:
            root = etree.fromstring(html.encode("utf-8", "replace"), parser)
        except etree.ParserError:
            root = None
        return root, any(error.type == _GAVE_UP for error in parser.error_log)


_PARSER = _Parser()


def parse_page(html: str) -> PageTree:
    """Parse a page.

    Of one that has more tags than cleaning takes only the head is parsed. Characters that XML
    forbids, which a tree can't hold, are left out.
    """
    html = close_paragraphs(clean_characters(html))
    if len(html) > _MOST_TAGS and html.count("<") > _MOST_TAGS:
        body = _HEAD_END.search(html, 0, _HEAD_LENGTH)
        root, _ = _PARSER.parse(html[: body.end() if body else _HEAD_LENGTH], huge=False)
        return PageTree(_as_html(root), is_whole=False)
    root, gave_up = _PARSER.parse(html, huge=False)
    if gave_up:
        root, gave_up = _PARSER.parse(html, huge=True)
    root = _as_html(root)
    _move_out_of_head(root)
    return PageTree(root, is_whole=not gave_up)


def _move_out_of_head(root: Element) -> None:
    """Move what a head can't hold into the body, before all else there, in place.

    Tags of a body may be left out (HTML Standard, 13.1.2.4), as SingleFile does. Only an element
    that libxml2 knows ends the head then: `article`, `main` and `header` aren't among those.
    """
    head = root.find("head")
    moved = [] if head is None else [each for each in head if each.tag not in _IN_HEAD]
    if not moved:
        return
    body = root.find("body")
    if body is None:
        body = etree.SubElement(root, "body")
    if body.text:
        moved[-1].tail, body.text = (moved[-1].tail or "") + body.text, None
    body[:0] = moved


def read_text(element: Element) -> str:
    """Return the text of an element in one line, without readings of Chinese characters."""
    if next(element.iter("rt"), None) is None:
        return " ".join("".join(element.itertext()).replace("\u00ad", "").split())
    parts = [element.text or ""]
    for each in element.iterdescendants():
        if each.tag not in ("rt", "rp") and isinstance(each.tag, str):
            parts.append(each.text or "")
        parts.append(each.tail or "")
    return " ".join("".join(parts).replace("\u00ad", "").split())


def split_camel_case(names: str) -> str:
    """Return the names of classes with their words set apart: `storyAuthor` as `story-Author`."""
    return _CAMEL.sub("-", names)


def is_aside(element: Element) -> bool:
    """Tell whether an element is in a part of its page that is about other things."""
    in_footer = False
    for each in element.iterancestors():
        if each.tag in ("aside", "nav"):
            return True
        in_footer = in_footer or each.tag == "footer"
        if each.tag == "article":  # whose footer names author and date
            return False
    return in_footer


def is_behind_paywall(element: Element) -> bool:
    """Tell whether an element names itself one that only subscribers get, and no box around it."""
    return element.tag not in ("div", "section") and "paywall" in (element.get("class") or "")


def is_within(element: Element, names: frozenset[str]) -> bool:
    """Tell whether an ancestor of an element has one of some names."""
    return any(each.tag in names for each in element.iterancestors())


def put_back_long_attributes(html: str, taken: dict[str, str]) -> str:
    """Return the HTML of a page's elements with the attributes that were taken out."""
    if not taken:
        return html
    pattern = re.compile(r"[^\"'<>]{1,12}refeed:\d+;")
    return pattern.sub(
        lambda match: escape(taken[match[0]]) if match[0] in taken else match[0], html
    )


def serialize_inner(element: Element) -> str:
    """Return the HTML of what an element holds."""
    tail, element.tail = element.tail, None
    html: str = etree.tostring(element, encoding="unicode", method="html")
    element.tail = tail
    start, end = html.find(">") + 1, html.rfind("</")
    return html[start:end].strip() if end >= start else ""


def make_element(tag: str, **attributes: str) -> Element:
    """Return a new element."""
    return lxml_html.Element(tag, attributes)


def _as_html(root: Element) -> Element:
    return make_element("html") if root is None else root
