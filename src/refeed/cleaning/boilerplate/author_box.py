"""What is said of an author below the text: under a heading, or behind a link to their page."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from refeed.cleaning.boilerplate.own_links import find_site, leads_to_an_author
from refeed.cleaning.element_kinds import HEADINGS

if TYPE_CHECKING:
    from refeed.cleaning.boilerplate.article_lines import ArticleLine, ArticleLines
    from refeed.cleaning.boilerplate.line_rules import LineRules
    from refeed.cleaning.dom import Document

RULE = "author box"
_LAST = 8
"""Links and labels of the last lines."""

_END = 400
_LONGEST = 800
_LONGEST_LABEL = 40
_SHORTEST_OUTSIDE = 20
_LARGEST_SHARE = 0.3
_LABELS = HEADINGS | {"b", "strong"}


def may_be_there(document: Document, rules: LineRules) -> bool:
    """Tell whether one of the last links leads to an author, or one of the last labels says so."""
    if any(leads_to_an_author(a.get("href") or "") for a in document.all("a")[-_LAST:]):
        return True
    texts = map(document.text, document.among(_LABELS)[-_LAST:])
    return any(len(text) <= _LONGEST_LABEL and rules.authors.make_up(text) for text in texts)


def remove(article: ArticleLines, rules: LineRules) -> None:
    """Take out what stands under the last such heading, and lines that begin with such a link."""
    for at in range(len(article.left) - 1, 0, -1):
        label = article.left[at]
        if article.count_behind(label) > _LONGEST + _END:
            break
        if _is_label(label, rules):
            said = list(takewhile(_may_be_said, article.left[at + 1 :]))
            _remove(article, [label, *said])
            break
    _remove(article, [line for line in article.left if _begins_with_an_author(line, article)])


def _remove(article: ArticleLines, lines: list[ArticleLine]) -> None:
    length = sum(len(line.text) for line in lines)
    if (
        lines
        and length <= min(_LONGEST, article.whole * _LARGEST_SHARE)
        and article.count_behind(lines[-1]) <= _END
        and article.is_enough(article.length - length)
    ):
        article.remove(lines, RULE)


def _is_label(line: ArticleLine, rules: LineRules) -> bool:
    return (
        len(line.text) <= _LONGEST_LABEL
        and line.may_be_furniture
        and (line.is_heading or line.is_bold)
        and rules.authors.make_up(line.text)
    )


def _may_be_said(line: ArticleLine) -> bool:
    return line.may_be_furniture and not line.is_heading


def _begins_with_an_author(line: ArticleLine, article: ArticleLines) -> bool:
    """Tell whether a line begins with a link to an author's page of the site, and says more."""
    if not line.links or not line.may_be_furniture or line.outermost_list is not None:
        return False
    site = find_site(article.document.url)
    return (
        article.count_behind(line) <= _END
        and leads_to_an_author(line.hrefs[0])
        and find_site(line.hrefs[0]) == site
        and line.text.startswith(line.link_texts[0])
        and len(line.outside) >= _SHORTEST_OUTSIDE
    )
