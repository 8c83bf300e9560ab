"""Labels that an article ends in, with nothing behind that they name.

A page had links there, or buttons, which a script would put in, or which a feed leaves out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from refeed.cleaning.boilerplate.line_rules import trim
from refeed.cleaning.element_kinds import is_dense
from refeed.cleaning.text_lines import list_lines_from_the_end

if TYPE_CHECKING:
    from refeed.cleaning.boilerplate.article_lines import ArticleLine, ArticleLines
    from refeed.cleaning.boilerplate.line_rules import LineRules
    from refeed.cleaning.dom import Document

RULE = "label of nothing"
_LONGEST = 60
_SHORTEST_DENSE = 4
_SHORTEST_PHRASE = 7
_ENDS_OF_SENTENCES = (".", "!", "?", "。", "！", "？", ")", "”", '"')
_COLONS = (":", "：")


def may_be_there(document: Document, rules: LineRules) -> bool:
    """Tell whether the last line of an article is such a label."""
    if document.text(document.body).rstrip().endswith(_ENDS_OF_SENTENCES):
        return False
    last = next(list_lines_from_the_end(document), None)
    if last is None or len(last.text) > _LONGEST or last.text.endswith(_ENDS_OF_SENTENCES):
        return False
    return _is_label(last.text, rules)


def remove(article: ArticleLines, rules: LineRules) -> None:
    """Take out the last line if it is a label, and those before that are then the last."""
    while len(article.left) > 1 and _may_go(article.left[-1], article, rules):
        article.remove([article.left[-1]], RULE)


def _may_go(line: ArticleLine, article: ArticleLines, rules: LineRules) -> bool:
    return (
        len(line.text) <= _LONGEST
        and not line.links
        and line.outermost_list is None
        and line.may_be_furniture
        and _is_label(line.text, rules)
        and (line.is_heading or line.is_bold or _is_phrase(line.text, rules))
        and article.is_last(line)
    )


def _is_label(text: str, rules: LineRules) -> bool:
    return (
        rules.related.make_up(text)
        or rules.related.name(text)
        or rules.tags.make_up(text)
        or rules.sponsors.make_up(text)
        or _says_to_follow(text, rules)
    )


def _says_to_follow(text: str, rules: LineRules) -> bool:
    phrase = trim(text)
    return len(phrase) >= _SHORTEST_PHRASE and phrase in rules.networks.words


def _is_phrase(text: str, rules: LineRules) -> bool:
    """Tell whether a text is more than a word, or ends in a colon: a word may be an article's.

    One that only begins like a label may be a sentence.
    """
    if text.endswith(_COLONS):
        return True
    if rules.related.name(text) and not rules.related.make_up(text):
        return False
    return len(text) >= _SHORTEST_DENSE if is_dense(text) else " " in text
