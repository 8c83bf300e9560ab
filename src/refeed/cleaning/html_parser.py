"""HTML to a tree and back, by libxml2.

The first line end in a `pre` is no text (HTML standard, 13.2.6.4.7). libxml2 keeps it, so it is
taken off the tree; and where text begins with a line end, another is written before it.
"""

from __future__ import annotations

import html as entities
import re
import threading
from typing import TYPE_CHECKING, NamedTuple

from lxml import etree

from refeed.text.blocks import BLOCKS
from refeed.text.visible_text import visible_lines

if TYPE_CHECKING:
    from collections.abc import Iterable

    from refeed.cleaning.element_kinds import Element

MOST_TAGS = 400_000
"""Of `<` in an article. An element takes up to a kilobyte while it is cleaned."""

MOST_ATTRIBUTES = 400_000
"""Of attributes, about, in an article; one takes some 250 bytes."""

_MOST_PARAGRAPHS = 10_000
_LONG = 8_000_000
"""Characters from which a text or an attribute may be longer than libxml2 takes by default."""

_TAG = re.compile(r"<[a-zA-Z][^<>]*")
_QUOTED = re.compile(r"=\s*(?:\"[^\"]*\"|'[^']*')")
_BETWEEN_NAMES = re.compile(r"[\s/=\"']+")
_BLOCK_NAMES = "|".join(sorted(BLOCKS))
_BLOCK_END = re.compile(
    rf"<(?:pre\b(?:[^<]|<(?!/pre\b))*+|(/)(?:{_BLOCK_NAMES})\b[^<>]*>(?!\s|</?(?:{_BLOCK_NAMES})\b|$))",
    re.IGNORECASE,
)
_LINE_END_IN_PRE = re.compile(r"(<pre(?: (?:[^<>\"']|\"[^\"]*\"|'[^']*')*)?>)\n")


class Markup(NamedTuple):
    """A parsed article.

    Attributes:
        body: its children are the article.
        flattened: why this is only the article's text, or "".
        is_deep: whether elements nest deeper than libxml2 goes by default.
    """

    body: Element
    flattened: str = ""
    is_deep: bool = False


class _Parser(threading.local):
    """A parser for each thread: making one takes a quarter of the time that an article takes it."""

    def __init__(self, *, huge: bool) -> None:
        self._parser = etree.HTMLParser(
            encoding="utf-8",
            collect_ids=False,
            remove_comments=True,
            remove_pis=True,
            huge_tree=huge,
        )

    def parse(self, html: str) -> tuple[Element, set[int]]:
        """Return the root of a document whose body holds the HTML, and the kinds of its errors."""
        root = etree.HTML(f"<html><body>{html}".encode(), self._parser)
        return root, {error.type for error in self._parser.error_log}


_GAVE_UP = etree.ErrorTypes.ERR_RESOURCE_LIMIT
"""The parser ended at what goes beyond what it takes."""

_IGNORED_END = etree.ErrorTypes.ERR_TAG_NAME_MISMATCH
"""The parser ignored an end tag."""

_PARSER = _Parser(huge=False)
_HUGE_PARSER = _Parser(huge=True)


def find_excess(html: str) -> str:
    """Return what an article has more of than cleaning takes, or ""."""
    if len(html) > MOST_TAGS and html.count("<") > MOST_TAGS:
        return f"more than {MOST_TAGS} tags"
    # An attribute takes two characters at least.
    if len(html) > 2 * MOST_ATTRIBUTES and _count_attributes(html) > MOST_ATTRIBUTES:
        return f"more than {MOST_ATTRIBUTES} attributes"
    return ""


def parse(html: str, excess: str = "") -> Markup:
    """Parse an article; of one that has too much of something only the text.

    Args:
        html: the article.
        excess: what it has too much of, or "".
    """
    if not excess:
        parser = _HUGE_PARSER if len(html) > _LONG else _PARSER
        root, errors = parser.parse(html)
        if _GAVE_UP in errors and parser is _PARSER:
            parser = _HUGE_PARSER
            root, errors = parser.parse(html)
        if _IGNORED_END in errors and (apart := _set_apart(html)) != html:
            root, errors = parser.parse(apart)
        if _GAVE_UP not in errors:
            return Markup(_find_body(root), is_deep=parser is _HUGE_PARSER)
        excess = "nested too deeply"
    root, _ = _HUGE_PARSER.parse(_flatten(html))
    return Markup(_find_body(root), excess)


def drop_first_line_ends(pres: Iterable[Element]) -> None:
    """Take off the line end with which a `pre` begins, which libxml2 has left in its text."""
    for pre in pres:
        if pre.text and pre.text[0] == "\n":
            pre.text = pre.text[1:]


def serialize(body: Element) -> str:
    """Return the HTML of what a body holds."""
    body.tail = None
    html: str = etree.tostring(body, encoding="unicode", method="html")
    return double_line_ends(html[html.index(">") + 1 : html.rindex("</body>")])


def write(element: Element) -> str:
    """Return the HTML of an element."""
    html: str = etree.tostring(element, encoding="unicode", method="html", with_tail=False)
    return html


def double_line_ends(html: str) -> str:
    """Write another line end where a `pre` begins with one, which parsers drop."""
    return _LINE_END_IN_PRE.sub(r"\1\n\n", html) if "<pre" in html else html


def _find_body(root: Element) -> Element:
    body = next(root.iterchildren("body"), None)
    return etree.SubElement(root, "body") if body is None else body


def _set_apart(html: str) -> str:
    """Put a line end behind each end tag of a block that something in a line follows.

    By the rules of HTML 4 libxml2 ends a block early where some others begin in it. Then it ignores
    the end tag, and with that the only thing that keeps the words around it apart.
    """
    return _BLOCK_END.sub(lambda match: f"{match[0]}\n" if match[1] else match[0], html)


def _count_attributes(html: str) -> int:
    bare = _QUOTED.sub("=", html)
    return sum(len(_BETWEEN_NAMES.findall(tag[0])) for tag in _TAG.finditer(bare))


def _flatten(html: str) -> str:
    lines = visible_lines(html)
    if len(lines) > _MOST_PARAGRAPHS:
        lines = [" ".join(lines)]
    return "".join(f"<p>{entities.escape(line)}</p>" for line in lines)
