"""Links to sections of the site that stand above an article, as pages have them."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING

from refeed.cleaning.boilerplate.own_links import find_site, is_front_page, leads_to_an_author
from refeed.cleaning.element_kinds import is_dense
from refeed.urls import split

if TYPE_CHECKING:
    from refeed.cleaning.boilerplate.article_lines import ArticleLine, ArticleLines
    from refeed.cleaning.boilerplate.line_rules import LineRules
    from refeed.cleaning.dom import Document
    from refeed.cleaning.element_kinds import Element

RULE = "link to a section"
_FIRST = 2
_LONGEST = 40
_LONGEST_DENSE = 8
_MOST_WORDS = 4
_QUOTES = frozenset('"“”„‟«»「」『』‘')
_SENTENCE_END = re.compile(r"[.!?…。！？][\W_]*$")


def may_be_there(document: Document, rules: LineRules) -> bool:
    """Tell whether one of the first links leads to a section of the site."""
    return any(
        _may_begin_a_line(link) and _leads_to_a_section(link.get("href") or "", document.url, rules)
        for link in document.all("a")[:_FIRST]
    )


def _may_begin_a_line(link: Element) -> bool:
    """Tell whether no word stands right before a link, as before most in a sentence."""
    before = link.getprevious()
    text = link.getparent().text if before is None else before.tail
    return not any(map(str.isalnum, text or ""))


def remove(article: ArticleLines, rules: LineRules) -> None:
    """Take out the first lines as long as they are such links and nothing else."""
    url = article.document.url
    found = list(takewhile(lambda line: _is_section_link(line, url, rules), article.left))
    if found and article.is_enough(article.length - sum(len(line.text) for line in found)):
        article.remove(found, RULE)


def _is_section_link(line: ArticleLine, url: str, rules: LineRules) -> bool:
    return (
        bool(line.links)
        and _is_short(line.text)
        and not _is_own_words(line.text)
        and line.may_be_furniture
        and not line.is_heading
        and not _is_byline(line)
        and not any(map(str.isalnum, line.outside))
        and all(_leads_to_a_section(href, url, rules) for href in line.hrefs)
        and all(next(link.iter("img"), None) is None for link in line.links)
    )


def _is_short(text: str) -> bool:
    """Tell whether a text may be a name of a section, not a title."""
    if is_dense(text):
        return 0 < len(text) <= _LONGEST_DENSE
    return (
        len(text) <= _LONGEST and len(text.split()) <= _MOST_WORDS and any(map(str.isalnum, text))
    )


def _is_own_words(text: str) -> bool:
    """Tell whether a text quotes or ends as a sentence does, as no name of a section."""
    return not _QUOTES.isdisjoint(text) or _SENTENCE_END.search(text) is not None


def _is_byline(line: ArticleLine) -> bool:
    """Tell whether a line links to an author; a class would not outlast the first cleaning."""
    return any(map(leads_to_an_author, line.hrefs))


def _leads_to_a_section(href: str, url: str, rules: LineRules) -> bool:
    """Tell whether a link leads to a front page, a list of articles or a folder above it."""
    if is_front_page(href, url):
        return True
    link, own = split(href), split(url)
    if link is None or own is None or link.query or find_site(href) != find_site(url):
        return False
    steps = link.path.strip("/").split("/")
    folders = own.path.strip("/").split("/")[:-1]
    return steps == folders[: len(steps)] or steps[0].lower() in rules.sections
