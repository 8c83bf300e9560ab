"""Links from an article to other articles of its site, known by how their addresses are built."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote

from refeed.cleaning.boilerplate.own_links import find_site, is_itself, is_section
from refeed.cleaning.lazy_attribute import LazyAttribute
from refeed.text.blocks import BLOCKS
from refeed.urls import split

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from refeed.cleaning.boilerplate.line_rules import LineRules
    from refeed.cleaning.dom import Document
    from refeed.cleaning.element_kinds import Element

_DEPTHS_APART = 2
_LONGEST_LINE = 1000
_LONGEST_LABEL = 60
_SLUG = re.compile(r"[^\W_]+(?:[-_+.][^\W_]+)+|.*\d{3,}.*|.{16,}")
_WORD = re.compile(r"[^\W\d_]{3,}")
_INDEX = re.compile(r"index\.\w{2,5}")
_EXTENSION = re.compile(r"\.(\w{2,5})$")
_SHARED = 2 / 3
_FEWEST_WORDS = 3


class ArticleLinks:
    """Tells which links of an article lead to others like it."""

    def __init__(self, document: Document, rules: LineRules) -> None:
        self._document = document
        self._url = document.url
        self._rules = rules
        self._judged: dict[str, bool] = {}

    def may_be_lines(self) -> bool:
        """Tell whether one may stand on a line of its own."""
        blocks: dict[Element, bool] = {}  # whether they are short
        for link in self._document.all("a"):
            href = link.get("href") or ""
            if self._site_name not in href or _is_in_a_text(link):
                continue
            block = link.getparent()
            while block.tag not in BLOCKS:
                block = block.getparent()
            if block not in blocks:
                blocks[block] = len(self._document.text(block)) <= _LONGEST_LINE
            if blocks[block] and self.leads_to_another(href):
                return True
        return False

    def leads_to_another(self, href: str) -> bool:
        """Tell whether a link leads to another article of the site."""
        if href not in self._judged:
            self._judged[href] = self._site_name in href and self._is_like_own(href)
        return self._judged[href]

    def is_of_the_same_series(self, href: str) -> bool:
        """Tell whether two thirds of the words in the article's address are in another one, too."""
        shared = self._own_words & _find_words(href)
        return len(self._own_words) >= _FEWEST_WORDS and len(shared) >= _SHARED * len(
            self._own_words
        )

    @LazyAttribute
    def _site_name(self) -> str:
        return self._site.partition(".")[0] or "//"

    @LazyAttribute
    def _site(self) -> str:
        return find_site(self._url)

    @LazyAttribute
    def _own_words(self) -> AbstractSet[str]:
        return _find_words(self._url)

    @LazyAttribute
    def _own_depth(self) -> int:
        own = split(self._url)
        return len(list(filter(None, own.path.split("/")))) if own else 0

    def _is_like_own(self, href: str) -> bool:
        link, own = split(href), split(self._url)
        if link is None or own is None or is_section(link):
            return False
        if link.host != own.host and find_site(href) != self._site:
            return False
        if is_itself(href, self._url):
            return False
        if link.path.rstrip("/") == own.path.rstrip("/"):
            return _have_the_same_names(link.query, own.query)
        steps = [step for step in link.path.split("/") if step]
        if not steps or abs(len(steps) - self._own_depth) > _DEPTHS_APART:
            return False
        return self._is_a_page(_split_path(link.path))

    def _is_a_page(self, steps: list[str]) -> bool:
        """Tell whether a path ends like an article's, not like that of a section or a file."""
        *folders, last = steps
        extension = _EXTENSION.search(last)
        return (
            self._rules.sections.isdisjoint(folder.lower() for folder in folders)
            and last.lower() not in self._rules.sections
            and (extension is None or extension[1].lower() not in self._rules.files)
            and _SLUG.fullmatch(_EXTENSION.sub("", last)) is not None
        )


def _is_in_a_text(link: Element) -> bool:
    """Tell whether letters stand right behind a link, or more than a label before it."""
    before = link.getprevious()
    text = (link.getparent().text if before is None else before.tail) or ""
    return len(text.strip()) > _LONGEST_LABEL or any(map(str.isalpha, link.tail or ""))


def _split_path(path: str) -> list[str]:
    steps = [unquote(step) for step in path.split("/") if step]
    return steps[:-1] if len(steps) > 1 and _INDEX.fullmatch(steps[-1]) else steps


def _find_words(address: str) -> AbstractSet[str]:
    """Return the words of the last part of an address that has some."""
    parts = split(address)
    for step in reversed(_split_path(parts.path) if parts else []):
        if words := set(_WORD.findall(_EXTENSION.sub("", step.lower()))):
            return words
    return frozenset()


def _have_the_same_names(query: str | None, other: str | None) -> bool:
    """Tell whether two queries, as `p=12` and `p=13`, have a name with a number in common."""
    names = {name for name, value in parse_qsl(query or "") if value.isdigit()}
    return not names.isdisjoint(name for name, _ in parse_qsl(other or ""))
