"""What is said of an author below the text, under a label that says so."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING

from refeed.cleaning.element_kinds import HEADINGS, MEDIA

if TYPE_CHECKING:
    from collections.abc import Sequence

    from refeed.cleaning.boilerplate.article_lines import ArticleLine, ArticleLines
    from refeed.cleaning.boilerplate.line_rules import LineRules
    from refeed.cleaning.dom import Document

RULE = "author box"
_LAST = 8
"""Labels of the last lines."""

_END = 400
_LONGEST = 800
_LONGEST_LABEL = 40
_LARGEST_SHARE = 0.3
_MOST_LINES = 3
_SAYS_ANOTHER_THING = re.compile(r"\W*\d|[^.!?]{0,40}[:：]")
"""A number of a source, or a label: of a correction, of where a book is to be had."""

_LABELS = HEADINGS | {"b", "strong"}


def may_be_there(document: Document, rules: LineRules) -> bool:
    """Tell whether one of the last labels is such a one."""
    texts = map(document.text, document.among(_LABELS)[-_LAST:])
    return any(len(text) <= _LONGEST_LABEL and rules.authors.make_up(text) for text in texts)


def remove(article: ArticleLines, rules: LineRules) -> None:
    """Take out the last such label, with a few paragraphs right below it.

    What else follows may be the article's: a correction, sources, where a book is to be had.
    """
    for at in range(len(article.left) - 1, 0, -1):
        label = article.left[at]
        if article.count_behind(label) > _LONGEST + _END:
            break
        if _is_label(label, rules):
            below = article.left[at + 1 : at + 1 + _MOST_LINES]
            _remove(article, [label, *takewhile(_may_be_said, below)])
            break


def _remove(article: ArticleLines, lines: Sequence[ArticleLine]) -> None:
    length = sum(len(line.text) for line in lines)
    if (
        length <= min(_LONGEST, article.whole * _LARGEST_SHARE)
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
    return (
        line.may_be_furniture
        and not line.is_heading
        and line.outermost_list is None
        and line.line.is_whole_block
        and not line.is_bold
        and not _SAYS_ANOTHER_THING.match(line.text)
        and not any(each.tag in MEDIA for each in line.line.holder.iter())
    )
