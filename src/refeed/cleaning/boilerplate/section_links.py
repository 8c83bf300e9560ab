"""Links to sections of the site that stand above an article, or in rows below it."""

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
_FEWEST_IN_A_ROW = 3
_LONGEST = 40
_LONGEST_DENSE = 8
_MOST_WORDS = 4
_MOST_SLASHES = 4
"""In the address of a front page, or of a section with one step."""
_QUOTES = frozenset('"“”„‟«»「」『』‘')
_TAG = re.compile(
    r"/(?:tags?|categor(?:y|ies|ia|ie)|topics?|labels?|etiquetas?|schlagwort)/[^/]+/?$"
)
_SENTENCE_END = re.compile(r"[.!?…。！？][\W_]*$")


def may_be_there(document: Document, rules: LineRules) -> bool:
    """Tell whether one of the first links, or the last three, lead to sections."""
    links, url = document.all("a"), document.url
    if any(
        _may_begin_a_line(link) and _leads_to_a_section(link.get("href") or "", url, rules)
        for link in links[:_FIRST]
    ):
        return True
    last = links[-_FEWEST_IN_A_ROW:]
    return len(last) == _FEWEST_IN_A_ROW and all(
        _leads_to_a_list(link.get("href") or "", url) for link in reversed(last)
    )


def _may_begin_a_line(link: Element) -> bool:
    """Tell whether no word stands right before a link, as before most in a sentence."""
    before = link.getprevious()
    text = link.getparent().text if before is None else before.tail
    return not any(map(str.isalnum, text or ""))


def remove(article: ArticleLines, rules: LineRules) -> None:
    """Take out first lines as long as they are such links and nothing else, and last ones."""
    url = article.document.url
    found = list(takewhile(lambda line: _is_section_link(line, url, rules), article.left))
    last = list(takewhile(lambda line: _is_in_a_row(line, url), reversed(article.left)))
    if sum(len(line.links) for line in last) >= _FEWEST_IN_A_ROW:
        found += last
    if found and article.is_enough(article.length - sum(len(line.text) for line in found)):
        article.remove(found, RULE)


def _is_section_link(line: ArticleLine, url: str, rules: LineRules) -> bool:
    return _holds_names_only(line) and all(_leads_to_a_section(a, url, rules) for a in line.hrefs)


def _is_in_a_row(line: ArticleLine, url: str) -> bool:
    """Tell whether a line holds only links to the front page of the site, to sections, to tags."""
    return _holds_names_only(line) and all(_leads_to_a_list(href, url) for href in line.hrefs)


def _holds_names_only(line: ArticleLine) -> bool:
    return (
        bool(line.links)
        and all(map(_is_short, line.link_texts))
        and not _is_own_words(line.text)
        and line.may_be_furniture
        and not line.is_heading
        and not _is_byline(line)
        and not any(map(str.isalnum, line.outside))
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


def _leads_to_a_list(href: str, url: str) -> bool:
    """Tell whether a link leads to the front page of the article's site, to a section or a tag."""
    if href.count("/") > _MOST_SLASHES and _TAG.search(href) is None:
        return False
    return find_site(href) == find_site(url) and (
        is_front_page(href, url) or _TAG.search(href) is not None
    )
